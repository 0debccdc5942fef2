import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { IdentifierFields } from '../../src/door/model.ts';
import type { RemoteQuestion, RemoteVerdict } from '../../src/door/remote.ts';
import { Fault } from '../../src/errors.ts';
import { Panel, type PanelParts } from '../../src/panel.ts';
import type { KeypadSetup } from '../../src/ports/readers.ts';
import { openAttempts } from '../../src/store/attempts.ts';
import { bitsOf, FakeRelay, freshDoor } from '../support/door.ts';
import { listRules } from '../support/enrolment.ts';
import { keyBits, typeKeys } from '../support/keys.ts';
import { seedOf } from '../support/seed.ts';

/** H10301, facility 123, card 4567 (published vector); number 0x7B11D7. */
const frame = bitsOf('2F623AE', 26);
const number = String(0x7b11d7);
const second = 1_000_000;
const never = () => false;

const burst8: KeypadSetup = {
  kind: 'burst_8',
  mode: 'card_or_code',
  betweenKeysUs: 5 * second,
  facility: 0,
};

function code(digits: string, rest: Partial<IdentifierFields> = {}): IdentifierFields {
  const owner = { name: 'Ann', type: 'owner' } as const;
  return { type: 'inputCode', number: digits, owner, lock: 'first', ...rest };
}

function card(rest: Partial<IdentifierFields> = {}): IdentifierFields {
  return { ...code(number), type: 'card', pin: '1234', ...rest };
}

/** A door with one reader that has a keypad. */
function keypadDoor(
  t: TestContext,
  keypad: Partial<KeypadSetup> = {},
  change: Partial<PanelParts> = {},
) {
  const door = freshDoor(t, change);
  const setup = { ...burst8, ...keypad };
  const front = door.addReader({ formats: ['H10301'], keypad: setup });
  return {
    ...door,
    front,
    type: (text: string) => typeKeys(door, front, text, setup.kind === 'burst_4' ? 4 : 8),
    present(): void {
      door.send(front, frame);
      door.clock.advance(200_000);
    },
    released: () => door.relays.first.driven.filter(({ energised }) => energised).length,
    /** What every event says of a PIN. */
    async pins(): Promise<unknown[]> {
      return (await door.events()).map(({ model }) => model.pin);
    },
    /** Key and reason, or lock, of every event. */
    async told(): Promise<unknown[][]> {
      return (await door.events()).map(({ key, model }) => [key, model.reason ?? model.lock]);
    },
  };
}

const granted = 'access_granted_by_valid_identifier';
const deniedCode = 'access_denied_by_not_valid_input_code';
const deniedCard = 'access_denied_by_not_valid_identifier';

for (const kind of ['burst_4', 'burst_8'] as const) {
  test(`${kind}: a code typed key by key opens, and nobody is told its digits`, async (t) => {
    const door = keypadDoor(t, { kind });
    await door.identifiers.create(code('0471'));
    door.type('0471');
    assert.equal(door.released(), 0);
    door.type('#');
    assert.equal(door.released(), 1);
    const [event, ...others] = await door.events();
    assert.deepEqual(others, []);
    assert.equal(event?.key, granted);
    assert.deepEqual(event?.model, {
      reader: 'front',
      type: 'inputCode',
      number: null,
      owner: 'Ann',
      identifier_uid: 1,
      apartment_address: null,
      lock: 'first',
    });
    assert.equal(JSON.stringify([event, door.log.entries]).includes('471'), false);
    // A card at the same reader opens as it does anywhere.
    await door.identifiers.create(card({ lock: 'second' }));
    door.present();
    assert.equal(door.relays.second.driven[0]?.energised, true);
  });
}

test('a wrong code is refused in the same words whatever its digits', async (t) => {
  const door = keypadDoor(t);
  await door.identifiers.create(code('1234'));
  for (const wrong of ['1235#', '9#', '01234#']) {
    door.type(wrong);
    door.clock.advance(60 * second);
  }
  const [first, ...others] = await door.events();
  assert.deepEqual(
    [first?.key, first?.model],
    [
      deniedCode,
      {
        reader: 'front',
        type: 'inputCode',
        number: null,
        owner: null,
        identifier_uid: null,
        lock: null,
        reason: 'wrong-code',
      },
    ],
  );
  for (const other of others) {
    assert.deepEqual([other.key, other.text, other.model], [first?.key, first?.text, first?.model]);
  }
  assert.equal(others.length, 2);
  assert.equal(door.released(), 0);
});

test('a buffered code is one only with the facility of the keypad; the rest are cards', async (t) => {
  const door = keypadDoor(t, { kind: 'buffered_26', digits: 4 });
  await door.identifiers.create(code('0471'));
  await door.identifiers.create(card({ number: String((5 << 16) | 471), lock: 'second' }));
  const h10301 = (facility: number, low: number) => {
    const data = ((facility << 16) | low).toString(2).padStart(24, '0');
    const ones = (bits: string) => [...bits].filter((bit) => bit === '1').length;
    return `${ones(data.slice(0, 12)) % 2}${data}${1 - (ones(data.slice(12)) % 2)}`;
  };
  door.send(door.front, h10301(0, 471));
  assert.equal(door.released(), 1);
  door.clock.advance(10 * second);
  door.send(door.front, h10301(5, 471));
  assert.equal(door.released(), 1);
  door.clock.advance(10 * second);
  // The number that stands for a code too long.
  door.send(door.front, h10301(0, 65_535));
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, model }) => [key, model.type, model.number]),
    [
      [granted, 'inputCode', null],
      [granted, 'card', String((5 << 16) | 471)],
    ],
  );
});

test('of the frames at a keypad only cards are kept with their bits', async (t) => {
  const door = keypadDoor(t, { kind: 'burst_8' });
  door.type('4');
  door.send(door.front, '01100110');
  door.clock.advance(200_000);
  door.present();
  const kept = door.panel.frames('front', 0, 32) ?? [];
  assert.deepEqual(
    kept.map(({ id, seen }) => [id, seen?.frame.length]),
    [
      [1, undefined],
      [2, undefined],
      [3, 26],
    ],
  );
  assert.equal(door.panel.frames('garden', 0, 32), undefined);
});

test('a key that cannot be read is a misread without its bits, and spoils the code', async (t) => {
  const door = keypadDoor(t);
  await door.identifiers.create(code('14'));
  door.type('1');
  // The halves are no complements.
  door.send(door.front, '00010001');
  door.clock.advance(200_000);
  door.type('4#');
  assert.equal(door.released(), 0);
  door.type('14#');
  assert.equal(door.released(), 1);
  // A bit of a key got lost.
  door.type('1');
  door.send(door.front, keyBits('7', 8).slice(1));
  door.clock.advance(200_000);
  door.type('4#');
  const [first, opened, second] = await door.events();
  assert.equal(opened?.key, granted);
  for (const [event, cause, bits] of [
    [first, 'key', 8],
    [second, 'length', 7],
  ] as const) {
    assert.equal(event?.text, `front: ${bits} bits came that are neither a key nor a card.`);
    assert.deepEqual(event?.model, {
      reader: 'front',
      lock: null,
      type: null,
      number: null,
      reason: 'misread',
      cause,
      bits,
      raw: null,
      format: null,
    });
  }
  assert.equal(door.panel.readerStates()[0]?.misreads, 2);
});

test('card and PIN: both, in time, and the pass is taken at the grant', async (t) => {
  const door = keypadDoor(t, { mode: 'card_and_code' });
  await door.identifiers.create(card({ passes: { max: 2, left: 2 } }));
  door.present();
  assert.equal(door.released(), 0);
  door.type('123');
  assert.equal(door.identifiers.get(1)?.passes?.left, 2);
  door.type('4#');
  assert.equal(door.released(), 1);
  assert.equal(door.identifiers.get(1)?.passes?.left, 1);
  // The PIN alone, without its card.
  door.clock.advance(10 * second);
  door.type('1234#');
  // A wrong one.
  door.present();
  door.type('1243#');
  // None in time.
  door.present();
  door.clock.advance(10 * second);
  door.type('1234#');
  assert.equal(door.released(), 1);
  assert.equal(door.identifiers.get(1)?.passes?.left, 1);
  assert.deepEqual(await door.told(), [
    [granted, 'first'],
    [deniedCode, 'wrong-code'],
    [deniedCard, 'wrong-code'],
    [deniedCard, 'no-code'],
    [deniedCode, 'wrong-code'],
  ]);
  assert.deepEqual(await door.pins(), ['right', undefined, undefined, undefined, undefined]);
  const text = JSON.stringify([await door.events(), door.log.entries]);
  for (const pin of ['1234', '1243']) assert.equal(text.includes(pin), false);
});

test('the PIN of one card does not go with another, and a deleted card not with its own', async (t) => {
  const door = keypadDoor(t, { mode: 'card_and_code' });
  await door.identifiers.create(card());
  door.present();
  door.type('12');
  await door.identifiers.remove([1]);
  door.type('34#');
  await door.identifiers.create(card({ pin: '7777' }));
  await door.identifiers.create(card({ number: '5', pin: '1234' }));
  door.present();
  door.type('1234#');
  assert.equal(door.released(), 0);
  assert.deepEqual(await door.told(), [
    ['access_denied_by_unknown_card', 'unknown-credential'],
    [deniedCard, 'wrong-code'],
  ]);
});

test('a card without a PIN is refused where a PIN is asked for, an unknown one too', async (t) => {
  const door = keypadDoor(t, { mode: 'card_and_code' });
  door.present();
  const { pin: _, ...without } = card();
  await door.identifiers.create(without);
  door.present();
  assert.equal(door.released(), 0);
  assert.deepEqual(await door.told(), [
    ['access_denied_by_unknown_card', 'unknown-credential'],
    [deniedCard, 'no-code'],
  ]);
  assert.deepEqual(await door.pins(), [undefined, 'unset']);
});

test('a reader for codes takes no card, one for cards no code', async (t) => {
  const codes = keypadDoor(t, { mode: 'code' });
  await codes.identifiers.create(card());
  codes.present();
  assert.equal(codes.released(), 0);
  assert.deepEqual(await codes.told(), [[deniedCard, 'wrong-reader']]);
  const cards = keypadDoor(t, { mode: 'card' });
  await cards.identifiers.create(code('14'));
  cards.type('14#');
  assert.equal(cards.released(), 0);
  assert.deepEqual(await cards.told(), []);
});

test('the master code opens all that the reader may open, at every kind of keypad', async (t) => {
  for (const mode of ['code', 'card_or_code', 'card_and_code'] as const) {
    const door = keypadDoor(t, { mode });
    await door.master.setCode('90210', never);
    door.type('90210#');
    assert.deepEqual(
      [door.relays.first.driven.length, door.relays.second.driven.length],
      [1, 1],
      mode,
    );
    const [event] = await door.events();
    assert.equal(event?.key, 'access_granted_by_master_code');
    assert.deepEqual(event?.model, {
      reader: 'front',
      type: 'inputCode',
      number: null,
      lock: 'all',
    });
    assert.equal(JSON.stringify([event, door.log.entries]).includes('90210'), false);
  }
});

test('the master code opens nothing while doors are blocked, nor a lock of another reader', async (t) => {
  const door = keypadDoor(t, {}, { blocked: () => true });
  await door.master.setCode('90210', never);
  door.type('90210#');
  assert.deepEqual(await door.told(), [[deniedCode, 'door-blocked']]);
  const other = freshDoor(t);
  await other.master.setCode('90210', never);
  const side = other.addReader({ locks: ['second'], keypad: burst8 });
  typeKeys(other, side, '90210#');
  assert.deepEqual(other.relays.first.driven, []);
  assert.equal(other.relays.second.driven.length, 1);
  assert.deepEqual(door.relays.first.driven, []);
});

test('a store that cannot be read opens nothing for a code or a card with its PIN', async (t) => {
  const find = () => {
    throw new Fault('store-unreadable', 'damaged', 'restore');
  };
  const master = { isCode: find, card: find, setCard: async () => false };
  for (const mode of ['card_or_code', 'card_and_code'] as const) {
    const identifiers = { find, takePass: () => 1, givePass: () => 1 };
    const door = keypadDoor(t, { mode }, { identifiers, master });
    if (mode === 'card_and_code') door.present();
    door.type('1234#');
    assert.equal(door.released(), 0);
    assert.equal(
      (await door.events()).every(({ key }) => key.includes('denied')),
      true,
    );
  }
});

test('five wrong codes block the codes of a keypad, right and master too, but not cards', async (t) => {
  const door = keypadDoor(t);
  await door.identifiers.create(code('1234'));
  await door.identifiers.create(card());
  await door.master.setCode('90210', never);
  for (let wrong = 0; wrong < 5; wrong += 1) door.type('99#');
  door.type('1234#');
  door.type('90210#');
  assert.equal(door.released(), 0);
  door.present();
  assert.equal(door.released(), 1);
  door.clock.advance(60 * second);
  door.type('1234#');
  assert.equal(door.released(), 2);
  assert.deepEqual((await door.told()).slice(4), [
    [deniedCode, 'wrong-code'],
    ['reader_is_blocked', undefined],
    [deniedCode, 'too-many-attempts'],
    [deniedCode, 'too-many-attempts'],
    [granted, 'first'],
    ['reader_is_unblocked', undefined],
    [granted, 'first'],
  ]);
});

test('unknown cards block nobody', async (t) => {
  const door = keypadDoor(t);
  await door.identifiers.create(code('1234'));
  for (let count = 0; count < 20; count += 1) door.present();
  door.type('1234#');
  assert.equal(door.released(), 1);
});

test('wrong PINs block the card at every reader, each with an event', async (t) => {
  const door = keypadDoor(t, { mode: 'card_and_code' });
  await door.identifiers.create(card());
  const keypad = { ...burst8, mode: 'card_and_code' } as const;
  const back = door.addReader({ name: 'back', formats: ['H10301'], keypad });
  for (let wrong = 0; wrong < 5; wrong += 1) {
    // At two readers in turn, so that neither is blocked itself.
    const sink = wrong % 2 === 0 ? door.front : back;
    door.send(sink, frame);
    door.clock.advance(200_000);
    typeKeys(door, sink, '0000#');
  }
  door.present();
  door.type('1234#');
  assert.equal(door.released(), 0);
  const keys = (await door.events()).map(({ key, model }) => [key, model.identifier_uid]);
  assert(keys.some(([key, uid]) => key === 'identifier_is_blocked' && uid === 1));
  assert.equal(
    keys.some(([key]) => key === 'reader_is_blocked'),
    false,
  );
});

test('a block survives a restart, and a clock that was set back does not prolong it', async (t) => {
  const door = keypadDoor(t);
  await door.identifiers.create(code('1234'));
  for (let wrong = 0; wrong < 5; wrong += 1) door.type('99#');
  await door.events();
  await door.store.durably(() => undefined);
  door.panel.close();
  for (const setBackMs of [0, 86_400_000]) {
    door.clock.setWall(door.clock.wallMs() - setBackMs);
    const recorded: string[] = [];
    const panel = new Panel({
      ...door,
      record: ({ key }) => recorded.push(key),
      clockTrusted: () => true,
      blocked: () => false,
      whenClockUntrusted: 'refuse',
      attempts: openAttempts(door.store),
      attemptLimit: { tries: 5, withinMs: 60_000, blockedMs: 60_000 },
      lineLimits: { framesPerSecond: 100, misreadsPerMinute: 1000 },
      duress: 'off',
      enrolment: listRules(door.identifiers),
    });
    const relay = new FakeRelay(door.clock);
    panel.locks.add('first', relay);
    const front = panel.addReader({ name: 'front', locks: ['first'], keypad: burst8 });
    typeKeys(door, front, '1234#');
    assert.deepEqual(relay.driven, []);
    assert.deepEqual(recorded, [deniedCode]);
    if (setBackMs > 0) {
      door.clock.advance(61 * second);
      assert.deepEqual(recorded, [deniedCode, 'reader_is_unblocked']);
      typeKeys(door, front, '1234#');
      assert.equal(relay.driven.length, 1);
    }
    panel.close();
  }
});

test('under duress a code and a PIN open as usual, and an alarm is raised silently', async (t) => {
  for (const mode of ['card_or_code', 'card_and_code'] as const) {
    const door = keypadDoor(t, { mode }, { duress: 'last_digit_plus_one' });
    await door.identifiers.create(mode === 'card_or_code' ? code('1239') : card({ pin: '1239' }));
    const pass = (digits: string) => {
      if (mode === 'card_and_code') door.present();
      door.type(`${digits}#`);
      door.clock.advance(10 * second);
    };
    pass('1239');
    pass('1230');
    pass('1231');
    assert.equal(door.released(), 2);
    const events = await door.events();
    const denied = mode === 'card_or_code' ? deniedCode : deniedCard;
    assert.deepEqual(
      events.map(({ key }) => key),
      [granted, granted, 'duress_alarm', denied],
    );
    // Nothing but the alarm tells one from the other.
    assert.deepEqual(events[0]?.model, events[1]?.model);
    assert.deepEqual([events[2]?.category, events[2]?.priority], ['emergency', 'high']);
    assert.deepEqual(events[2]?.model, {
      reader: 'front',
      owner: 'Ann',
      identifier_uid: 1,
      lock: 'first',
    });
  }
});

test('a remote server is asked about the digits as typed; duress is read where it leaves them', async (t) => {
  const asked: RemoteQuestion[] = [];
  const answers: ((verdict: RemoteVerdict) => void)[] = [];
  const remote = {
    ask(question: RemoteQuestion, decided: (verdict: RemoteVerdict) => void) {
      asked.push(question);
      answers.push(decided);
      return true;
    },
  };
  const door = keypadDoor(t, {}, { duress: 'last_digit_plus_one', remote });
  await door.identifiers.create(code('4711'));
  door.type('4712#');
  // A code of somebody whom only the server knows.
  answers[0]?.({ handled: true, granted: true, lockNumber: 1 });
  door.type('4712#');
  answers[1]?.({ handled: false });
  door.type('4711#');
  answers[2]?.({ handled: false });
  door.type('4712#');
  answers[3]?.({ handled: true, granted: false });
  assert.deepEqual(
    asked.map(({ type, number: digits }) => [type, digits]),
    [
      ['input_code', '4712'],
      ['input_code', '4712'],
      ['input_code', '4711'],
      ['input_code', '4712'],
    ],
  );
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, model }) => [key, model.owner]),
    [
      ['access_granted_by_remote_server_api_call', null],
      [granted, 'Ann'],
      ['duress_alarm', 'Ann'],
      [granted, 'Ann'],
      ['access_denied_by_remote_server_api_call', null],
    ],
  );
});

test("without the option, and where it is another's code, there is no duress", async (t) => {
  const off = keypadDoor(t);
  await off.identifiers.create(code('1234'));
  off.type('1235#');
  assert.equal(off.released(), 0);
  const on = keypadDoor(t, {}, { duress: 'last_digit_plus_one' });
  await on.identifiers.create(code('1234'));
  await on.identifiers.create(code('1235'));
  on.type('1235#');
  assert.deepEqual(await on.told(), [[granted, 'first']]);
  assert.equal((await on.events())[0]?.model.identifier_uid, 2);
});

test('a remote server is asked about codes as such, one at a time', async (t) => {
  const asked: RemoteQuestion[] = [];
  const answers: ((verdict: RemoteVerdict) => void)[] = [];
  const remote = {
    ask(question: RemoteQuestion, decided: (verdict: RemoteVerdict) => void) {
      asked.push(question);
      answers.push(decided);
      return true;
    },
  };
  const shown: string[] = [];
  const door = keypadDoor(t, {}, { remote, waiting: (reader) => shown.push(reader) });
  door.type('0471#');
  door.type('0472#');
  assert.deepEqual(asked, [{ type: 'input_code', number: '0471' }]);
  // Nothing was refused: the reader shows that it waits.
  assert.deepEqual([await door.told(), shown], [[], ['front', 'front']]);
  answers[0]?.({ handled: true, granted: true, lockNumber: 1 });
  assert.equal(door.released(), 1);
  for (let wrong = 0; wrong < 5; wrong += 1) {
    door.type('0473#');
    answers[1 + wrong]?.({ handled: true, granted: false });
  }
  door.type('0471#');
  assert.equal(asked.length, 6);
  const keys = (await door.told()).map(([key, reason]) => `${key} ${reason}`);
  assert.equal(keys[0], 'access_granted_by_remote_server_api_call first');
  assert.equal(keys.at(-2), 'reader_is_blocked undefined');
  assert.equal(keys.at(-1), `${deniedCode} too-many-attempts`);
});

test('for all sequences of keys, cards and noise: opened only by a code typed as a whole', async (t) => {
  const limit = { tries: 1_000_000, withinMs: 1000, blockedMs: 1000 };
  const door = keypadDoor(t, {}, { attemptLimit: limit });
  for (const digits of ['12', '212', '3']) await door.identifiers.create(code(digits));
  const codes = ['12', '212', '3'];
  const step = fc.oneof(
    { arbitrary: fc.constantFrom(...'123#*'), weight: 8 },
    fc.constantFrom('pause', 'noise'),
  );
  let seen = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const before = door.log.entries.filter(({ text }) => text === 'granted').length;
      // The oracle works on the whole text: what stands between two ends is a code.
      const text = steps.map((one) => ({ pause: '|', noise: '?' })[one] ?? one).join('');
      const sent = text.split(/[*|]/).flatMap((part) => part.split('#').slice(0, -1));
      const expected = sent.filter((digits) => codes.includes(digits)).length;
      for (const one of steps) {
        if (one === 'pause') door.clock.advance(6 * second);
        else if (one === 'noise') {
          door.send(door.front, '01101');
          door.clock.advance(200_000);
        } else door.type(one);
      }
      door.clock.advance(10 * second);
      const now = door.log.entries.filter(({ text }) => text === 'granted').length;
      assert.equal(now - before, expected, text);
      seen += expected;
    }),
    { seed: seedOf(t), numRuns: 1000 },
  );
  assert(seen > 0);
});
