/** Cards that are held at a reader which sends them again and again. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AreaRule } from '../../src/door/anti-passback.ts';
import type { IdentifierFields } from '../../src/door/model.ts';
import type { RemoteQuestion, RemoteVerdict } from '../../src/door/remote.ts';
import type { ReaderSetup } from '../../src/panel/station.ts';
import type { PanelParts } from '../../src/panel.ts';
import { em4100Packet } from '../../src/reader/packet.ts';
import { bitsOf, FakeRelay, freshDoor } from '../support/door.ts';
import { em4100Bytes } from '../support/em4100.ts';
import { typeKeys } from '../support/keys.ts';

const second = 1_000_000;
/** H10301, facility 123, card 4567 (published vector); number 0x7B11D7. */
const frame = bitsOf('2F623AE', 26);
const ann: IdentifierFields = {
  type: 'card',
  number: String(0x7b11d7),
  lock: 'first',
  owner: { name: 'Ann', type: 'owner' },
};

function heldDoor(
  t: TestContext,
  setup: Partial<ReaderSetup> = {},
  change: Partial<PanelParts> = {},
) {
  const door = freshDoor(t, change);
  const formats = ['H10301'];
  const reader = door.addReader({ formats, repeatUs: 2 * second, ...setup });
  const tap = (bits = frame) => {
    door.send(reader, bits);
    door.clock.advance(0.5 * second - 25_000);
  };
  return {
    ...door,
    reader,
    tap,
    /** The reader sends the card every 0.5 s, so many times. */
    hold(times: number): void {
      for (let time = 0; time < times; time += 1) tap();
    },
    left: () => door.identifiers.get(1)?.passes?.left,
    isOpen: () => door.relays.first.isEnergised(),
    async told(): Promise<unknown[]> {
      return (await door.events()).map(({ model }) => model.reason ?? model.lock);
    },
  };
}

test('a held card is one presentation: one pass, one event, and the door stays open', async (t) => {
  const door = heldDoor(t);
  await door.identifiers.create({ ...ann, passes: { max: 3, left: 3 } });
  door.hold(20);
  assert.equal(door.left(), 2);
  assert.equal(door.isOpen(), true);
  assert.deepEqual(await door.told(), ['first']);
  assert.equal(door.panel.readerStates()[0]?.credentials, 1);
  // From the last reading on it is open for the set time, no longer.
  door.clock.advance(4.4 * second);
  assert.equal(door.isOpen(), true);
  door.clock.advance(0.2 * second);
  assert.equal(door.isOpen(), false);
  // Taken away for long enough, it is presented anew.
  door.tap();
  assert.equal(door.left(), 1);
  assert.deepEqual(await door.told(), ['first', 'first']);
});

test('without the option each reading is a presentation', async (t) => {
  const door = heldDoor(t, { repeatUs: 0 });
  await door.identifiers.create({ ...ann, passes: { max: 3, left: 3 } });
  door.hold(4);
  assert.equal(door.left(), 0);
  assert.deepEqual(await door.told(), ['first', 'first', 'first', 'no-passes-left']);
});

test('the time counts from the last reading, by the time of its edges', async (t) => {
  const door = heldDoor(t);
  await door.identifiers.create({ ...ann, passes: { max: 9, left: 9 } });
  const send = (gapUs: number) => {
    door.clock.advance(gapUs - 25_000);
    door.send(door.reader, frame);
  };
  door.send(door.reader, frame);
  for (let time = 0; time < 4; time += 1) send(1.999 * second);
  assert.equal(door.left(), 8);
  send(2 * second);
  assert.equal(door.left(), 7);
  // Seen late, because the loop was busy: the edges say when it was.
  const startUs = door.clock.monoUs() + second;
  door.clock.stall(60 * second);
  [...frame].forEach((bit, index) => {
    door.reader.edge(bit === '1' ? 1 : 0, startUs + index * 1000);
  });
  assert.equal(door.left(), 7);
});

test('another card, and the same at another reader, is presented meanwhile', async (t) => {
  const door = heldDoor(t);
  await door.identifiers.create({ ...ann, passes: { max: 9, left: 9 } });
  await door.identifiers.create({ ...ann, number: '65537', passes: { max: 9, left: 9 } });
  const other = bitsOf('2020002', 26);
  // Two cards in one purse: each is there all the time.
  for (const bits of [frame, other, frame, other]) door.tap(bits);
  assert.equal(door.left(), 8);
  assert.equal(door.identifiers.get(2)?.passes?.left, 8);
  const garden = door.addReader({ name: 'garden', formats: ['H10301'] });
  door.send(garden, frame);
  assert.equal(door.left(), 7);
});

test('a held card does not lock again what it has opened by a toggle', async (t) => {
  const door = heldDoor(t);
  const relay = new FakeRelay(door.clock);
  door.panel.locks.add('first', relay, { relay: 'strike', toggle: true });
  await door.identifiers.create(ann);
  door.hold(5);
  assert.deepEqual(
    relay.driven.map(({ energised }) => energised),
    [true],
  );
  door.clock.advance(2 * second);
  door.hold(5);
  assert.deepEqual(
    relay.driven.map(({ energised }) => energised),
    [true, false],
  );
});

test('a held card is no offence against anti-passback', async (t) => {
  const area: AreaRule = { name: 'hall', mode: 'hard', againAfterMs: 0, exempt: [] };
  const door = heldDoor(t, { side: { area, direction: 'in' } });
  await door.identifiers.create(ann);
  door.hold(5);
  door.clock.advance(2 * second);
  assert.deepEqual(await door.told(), ['first']);
  assert.equal(door.isOpen(), true);
  door.hold(2);
  assert.deepEqual(await door.told(), ['first', 'anti-passback']);
});

test('a held card opens nothing that is closed, and nothing for somebody who was deleted', async (t) => {
  const door = heldDoor(t);
  const { uid } = (await door.identifiers.create(ann)) as { uid: number };
  door.hold(2);
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'guard' });
  door.hold(2);
  assert.equal(door.isOpen(), false);
  door.clock.advance(2 * second);
  door.tap();
  assert.equal(door.isOpen(), true);
  await door.identifiers.remove([uid]);
  const untilUs = door.relays.first.driven.at(-1)?.atUs ?? 0;
  door.hold(12);
  assert.equal(door.isOpen(), false);
  assert.equal(door.relays.first.driven.at(-1)?.atUs, untilUs + 5 * second);
  assert.deepEqual(await door.told(), ['first', 'first', 'first']);
});

test('what a remote server decided about a held card is not asked again, nor kept open', async (t) => {
  const asked: RemoteQuestion[] = [];
  const answers: ((verdict: RemoteVerdict) => void)[] = [];
  const remote = {
    ask(question: RemoteQuestion, decided: (verdict: RemoteVerdict) => void) {
      asked.push(question);
      answers.push(decided);
      return true;
    },
  };
  const door = heldDoor(t, {}, { remote });
  await door.identifiers.create(ann);
  door.hold(2);
  answers[0]?.({ handled: true, granted: true, lockNumber: 1 });
  door.hold(11);
  assert.equal(asked.length, 1);
  assert.equal(door.isOpen(), false);
});

test('a reader that repeats seldom is known by its own time while cards are enrolled too', async (t) => {
  const door = heldDoor(t, { repeatUs: 5 * second });
  await door.master.setCard(String(0x7b11d7), () => false);
  for (let time = 0; time < 4; time += 1) {
    door.tap();
    door.clock.advance(3 * second);
  }
  assert.deepEqual(
    (await door.events()).map(({ key }) => key),
    ['enrolment_began'],
  );
  door.clock.advance(2 * second);
  door.tap();
  assert.equal((await door.events()).at(-1)?.key, 'enrolment_ended');
});

test('a serial reader knows a held card likewise', async (t) => {
  const door = freshDoor(t);
  const gate = door.panel.addSerialReader({
    name: 'gate',
    locks: ['first'],
    repeatUs: 2 * second,
    reads: { kind: 'em4100', packet: em4100Packet },
  });
  await door.identifiers.create({ ...ann, number: '1850186', passes: { max: 3, left: 3 } });
  for (let time = 0; time < 8; time += 1) {
    gate.bytes(em4100Bytes(1850186));
    door.clock.advance(second);
  }
  assert.equal(door.identifiers.get(1)?.passes?.left, 2);
  assert.equal(door.relays.first.isEnergised(), true);
  assert.equal((await door.events()).length, 1);
});

for (const repeatUs of [0, 2 * second]) {
  test(`a card that waits for its PIN may be held (${repeatUs} us)`, async (t) => {
    const door = heldDoor(t, {
      repeatUs,
      keypad: { kind: 'burst_8', mode: 'card_and_code', betweenKeysUs: 5 * second, facility: 0 },
    });
    await door.identifiers.create({ ...ann, pin: '1234' });
    door.tap();
    for (const key of '1234') {
      typeKeys(door, door.reader, key);
      door.tap();
    }
    assert.equal(door.isOpen(), false);
    typeKeys(door, door.reader, '#');
    assert.equal(door.isOpen(), true);
    assert.deepEqual(await door.told(), ['first']);
  });
}

test('where a PIN belongs to it, a held card alone keeps nothing open', async (t) => {
  const door = heldDoor(t, {
    keypad: { kind: 'burst_8', mode: 'card_and_code', betweenKeysUs: 5 * second, facility: 0 },
  });
  await door.identifiers.create({ ...ann, pin: '12' });
  door.tap();
  typeKeys(door, door.reader, '12#');
  door.hold(12);
  assert.equal(door.isOpen(), false);
  assert.deepEqual(await door.told(), ['first']);
});

test('a card shown again after a while starts its PIN anew', async (t) => {
  const door = heldDoor(t, {
    repeatUs: 0,
    keypad: { kind: 'burst_8', mode: 'card_and_code', betweenKeysUs: 5 * second, facility: 0 },
  });
  await door.identifiers.create({ ...ann, pin: '1234' });
  door.tap();
  typeKeys(door, door.reader, '99');
  door.clock.advance(1.5 * second);
  door.tap();
  typeKeys(door, door.reader, '1234#');
  assert.equal(door.isOpen(), true);
  assert.deepEqual(await door.told(), ['no-code', 'first']);
});

test('a held card leaves the digits of a code that is being typed', async (t) => {
  const door = heldDoor(t, {
    keypad: { kind: 'burst_8', mode: 'card_or_code', betweenKeysUs: 5 * second, facility: 0 },
  });
  await door.identifiers.create({ ...ann, type: 'inputCode', number: '0471', lock: 'second' });
  door.tap();
  for (const key of '0471') {
    typeKeys(door, door.reader, key);
    door.tap();
  }
  typeKeys(door, door.reader, '#');
  assert.equal(door.relays.second.isEnergised(), true);
  assert.deepEqual(await door.told(), ['unknown-credential', 'second']);
});
