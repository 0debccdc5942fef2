import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { IdentifierFields } from '../../src/door/model.ts';
import type { RemoteQuestion } from '../../src/door/remote.ts';
import type { PanelParts } from '../../src/panel.ts';
import type { RemoteAnswer } from '../../src/ports/remote.ts';
import type { RemoteAccess } from '../../src/ports.ts';
import { questionsAtOnce, RemoteQuestions } from '../../src/web/main-thread/remote-questions.ts';
import { bitsOf, freshDoor } from '../support/door.ts';
import { seedOf } from '../support/seed.ts';

/** H10301, facility 123, card 4567 (published vector); number 0x7B11D7. */
const frame = bitsOf('2F623AE', 26);
const number = String(0x7b11d7);
const wiegand = { formats: ['H10301'] };
const notHandled = { handled: false } as const;
const refused = { handled: true, granted: false } as const;
const granted = (lockNumber: number) => ({ handled: true, granted: true, lockNumber }) as const;

function ann(rest: Partial<IdentifierFields> = {}): IdentifierFields {
  return { type: 'card', number, owner: { name: 'Ann', type: 'owner' }, lock: 'first', ...rest };
}

/** A door that asks a server; what it asks is kept, and answered by the test. */
async function askingDoor(t: TestContext, change: Partial<PanelParts> = {}) {
  const holder: { questions?: RemoteQuestions } = {};
  const remote: RemoteAccess = {
    ask: (question, decided) => holder.questions?.ask(question, decided) ?? false,
  };
  const recorded: string[] = [];
  const door = freshDoor(t, { remote, ...change });
  await door.settings.setRemoteServer({ enabled: true, customServerEnabled: true, url: 'x' });
  const questions = new RemoteQuestions({
    ...door,
    record: ({ key }) => recorded.push(key),
  });
  holder.questions = questions;
  const asked: (RemoteQuestion & { id: number })[] = [];
  questions.workerReady((id, question) => asked.push({ id, ...question }));
  return {
    ...door,
    questions,
    asked,
    recorded,
    /** Answers question `index` of all. */
    answer(index: number, answer: RemoteAnswer): void {
      questions.answered(asked[index]?.id ?? -1, answer);
    },
    driven: () => [door.relays.first.driven.length, door.relays.second.driven.length],
    async told(): Promise<unknown[][]> {
      return (await door.events()).map(({ key, model }) => [key, model.reason ?? model.lock]);
    },
  };
}

const byRemote = 'access_granted_by_remote_server_api_call';
const deniedByRemote = 'access_denied_by_remote_server_api_call';
const byList = 'access_granted_by_valid_identifier';

test('a card is asked about first, and opens what the server grants', async (t) => {
  const door = await askingDoor(t);
  const address = { building: 1, unit: 2, floor: 3, room: 4 };
  await door.apartments.create({ name: 'Flat', residents: 2, ...address });
  await door.identifiers.create(ann({ passes: { max: 3, left: 3 }, apartment: 1 }));
  const front = door.addReader(wiegand);
  door.send(front, frame);
  assert.deepEqual(door.asked, [{ id: 1, type: 'card', number }]);
  assert.deepEqual(door.driven(), [0, 0]);
  door.clock.advance(9_000_000);
  door.answer(0, granted(2));
  assert.deepEqual(door.driven(), [0, 1]);
  const [event, ...others] = await door.events();
  assert.deepEqual(others, []);
  assert.equal(event?.key, byRemote);
  assert.deepEqual(event?.model, {
    reader: 'front',
    type: 'card',
    number,
    owner: 'Ann',
    identifier_uid: 1,
    bits: 26,
    raw: '2F623AE',
    format: 'H10301',
    facility: '123',
    card: '4567',
    apartment_address: address,
    lock: 'second',
  });
  // The server decided: the panel's own count stays.
  assert.equal(door.identifiers.get(1)?.passes?.left, 3);
  assert.equal(door.panel.readerStates()[0]?.credentials, 1);
});

test('a card that the panel does not know may be granted too', async (t) => {
  const door = await askingDoor(t);
  door.send(door.addReader(wiegand), frame);
  door.answer(0, granted(0));
  assert.deepEqual(door.driven(), [1, 1]);
  const [event] = await door.events();
  assert.deepEqual([event?.key, event?.model.lock, event?.model.owner], [byRemote, 'all', null]);
});

test('a refusal stands, whatever the own list says', async (t) => {
  const door = await askingDoor(t);
  await door.identifiers.create(ann());
  door.send(door.addReader(wiegand), frame);
  door.answer(0, refused);
  door.clock.advance(20_000_000);
  assert.deepEqual(door.driven(), [0, 0]);
  assert.deepEqual(await door.told(), [[deniedByRemote, 'remote-server']]);
});

test('not handled, a failure, no answer: the own list decides exactly as without', async (t) => {
  const door = await askingDoor(t);
  await door.identifiers.create(ann({ passes: { max: 5, left: 5 } }));
  const front = door.addReader(wiegand);
  const without = freshDoor(t);
  await without.identifiers.create(ann({ passes: { max: 5, left: 5 } }));
  const alone = without.addReader(wiegand);
  const ways: ((index: number) => void)[] = [
    (index) => door.answer(index, notHandled),
    (index) => door.answer(index, { failure: 'HTTP 500' }),
    () => door.clock.advance(10_000_000),
  ];
  for (const [index, way] of ways.entries()) {
    const before = door.driven()[0];
    door.send(front, frame);
    assert.deepEqual(door.driven()[0], before);
    way(index);
    without.send(alone, frame);
    assert.equal(door.identifiers.get(1)?.passes?.left, 4 - index);
    door.clock.advance(20_000_000);
    without.clock.advance(20_000_000);
  }
  const story = ({ key, model }: { key: string; model: object }) => ({ key, model });
  assert.deepEqual((await door.events()).map(story), (await without.events()).map(story));
  assert.equal(door.driven()[0], 6);
});

test('a late answer opens nothing', async (t) => {
  const door = await askingDoor(t);
  door.send(door.addReader(wiegand), frame);
  door.clock.advance(10_000_000);
  door.answer(0, granted(0));
  door.answer(0, granted(0));
  assert.deepEqual(door.driven(), [0, 0]);
  assert.deepEqual(await door.told(), [['access_denied_by_unknown_card', 'unknown-credential']]);
});

test('an answer counts once, and only to the question it belongs to', async (t) => {
  const door = await askingDoor(t);
  door.send(door.addReader(wiegand), frame);
  door.questions.answered(99, granted(0));
  assert.deepEqual(door.driven(), [0, 0]);
  door.answer(0, granted(1));
  door.clock.advance(20_000_000);
  door.answer(0, granted(1));
  assert.deepEqual(door.driven(), [2, 0]);
  assert.deepEqual(await door.told(), [[byRemote, 'first']]);
});

test('a grant opens no lock that is not there or not of this reader', async (t) => {
  const door = await askingDoor(t);
  const side = door.addReader({ ...wiegand, name: 'side', locks: ['second'] });
  for (const [index, lockNumber] of [1, 3, 8, 0, 2].entries()) {
    door.send(side, frame);
    door.answer(index, granted(lockNumber));
    door.clock.advance(20_000_000);
  }
  assert.deepEqual(door.driven(), [0, 4]);
  assert.deepEqual(await door.told(), [
    [deniedByRemote, 'wrong-reader'],
    [deniedByRemote, 'wrong-reader'],
    [deniedByRemote, 'wrong-reader'],
    [byRemote, 'second'],
    [byRemote, 'second'],
  ]);
});

test('a grant opens nothing while events cannot be written, asked when it comes', async (t) => {
  let blocked = false;
  const door = await askingDoor(t, { blocked: () => blocked });
  door.send(door.addReader(wiegand), frame);
  blocked = true;
  door.answer(0, granted(0));
  assert.deepEqual(door.driven(), [0, 0]);
  assert.deepEqual(await door.told(), [[deniedByRemote, 'door-blocked']]);
});

test('a grant after the panel was closed opens nothing', async (t) => {
  const door = await askingDoor(t);
  door.send(door.addReader(wiegand), frame);
  door.panel.close();
  const before = door.driven();
  door.answer(0, granted(0));
  assert.deepEqual(door.driven(), before);
});

test('a lock that cannot be driven is told with the grant', async (t) => {
  const door = await askingDoor(t);
  door.relays.first.broken = true;
  door.send(door.addReader(wiegand), frame);
  door.answer(0, granted(1));
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, model }) => [key, model.fault]),
    [
      ['lock_failed', undefined],
      [byRemote, 'gpio-lost'],
    ],
  );
});

test('one reader waits for no other, and no card for the one before', async (t) => {
  const door = await askingDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader(wiegand);
  const side = door.addReader({ ...wiegand, name: 'side' });
  door.send(front, frame);
  door.clock.advance(100_000);
  door.send(side, frame);
  door.clock.advance(100_000);
  door.send(front, frame);
  assert.equal(door.asked.length, 3);
  door.answer(2, granted(1));
  door.answer(1, refused);
  door.clock.advance(10_000_000);
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, model }) => [key, model.reader]),
    [
      [byRemote, 'front'],
      [deniedByRemote, 'side'],
      [byList, 'front'],
    ],
  );
});

test('what is not asked is decided in the same turn', async (t) => {
  const door = await askingDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader(wiegand);
  const presentAlone = () => {
    const [before = 0] = door.driven();
    const asked = door.asked.length;
    door.send(front, frame);
    assert.deepEqual([door.driven()[0], door.asked.length], [before + 1, asked]);
    door.clock.advance(20_000_000);
  };
  door.questions.workerGone();
  presentAlone();
  door.questions.workerReady((id, question) => door.asked.push({ id, ...question }));
  for (const off of [
    { enabled: false, customServerEnabled: true, url: 'x' },
    { enabled: true, customServerEnabled: false, url: 'x' },
    { enabled: true, customServerEnabled: true, url: '' },
  ]) {
    await door.settings.setRemoteServer(off);
    door.questions.settingChanged();
    presentAlone();
  }
});

test('a worker that dies leaves its questions to the own list, at once', async (t) => {
  const door = await askingDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader(wiegand);
  door.send(front, frame);
  door.questions.workerGone();
  assert.deepEqual(door.driven(), [1, 0]);
  door.answer(0, refused);
  assert.deepEqual(await door.told(), [[byList, 'first']]);
});

test('a server that is switched off opens nothing with answers it still owed', async (t) => {
  const door = await askingDoor(t);
  door.send(door.addReader(wiegand), frame);
  await door.settings.setRemoteServer({ enabled: false, customServerEnabled: true, url: 'x' });
  door.questions.settingChanged();
  door.answer(0, granted(0));
  assert.deepEqual(door.driven(), [0, 0]);
});

test('only so many questions are under way; further cards are decided at once', async (t) => {
  const door = await askingDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader(wiegand);
  for (let n = 0; n < questionsAtOnce; n += 1) {
    door.send(front, frame);
    door.clock.advance(100_000);
  }
  assert.equal(door.asked.length, questionsAtOnce);
  assert.deepEqual(door.driven(), [0, 0]);
  door.send(front, frame);
  assert.equal(door.asked.length, questionsAtOnce);
  assert.deepEqual(door.driven(), [1, 0]);
  door.answer(0, refused);
  door.clock.advance(100_000);
  door.send(front, frame);
  assert.equal(door.asked.length, questionsAtOnce + 1);
});

test('a server that does not answer is left alone for a while, and one event says so', async (t) => {
  const door = await askingDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader(wiegand);
  const failing = { failure: 'ECONNREFUSED' };
  const present = () => {
    const asked = door.asked.length;
    door.send(front, frame);
    door.clock.advance(100_000);
    return door.asked.length > asked;
  };
  for (let n = 0; n < 2; n += 1) {
    assert.equal(present(), true);
    door.answer(n, failing);
  }
  // One that answers in between starts the count anew.
  assert.equal(present(), true);
  door.answer(2, notHandled);
  for (let n = 3; n < 6; n += 1) {
    assert.deepEqual(door.recorded, []);
    assert.equal(present(), true);
    door.answer(n, failing);
  }
  assert.deepEqual(door.recorded, ['remote_server_unreachable']);
  assert.equal(present(), false);
  door.clock.advance(29_000_000);
  assert.equal(present(), false);
  door.clock.advance(1_000_000);
  // One card tries; until it knows, no other waits.
  assert.equal(present(), true);
  assert.equal(present(), false);
  door.answer(6, failing);
  assert.equal(present(), false);
  door.clock.advance(30_000_000);
  assert.equal(present(), true);
  door.answer(7, refused);
  assert.deepEqual(door.recorded, ['remote_server_unreachable', 'remote_server_answers_again']);
  assert.equal(present(), true);
});

const anyAnswer: fc.Arbitrary<RemoteAnswer | 'never'> = fc.oneof(
  fc.constant(notHandled),
  fc.constant(refused),
  fc.nat(8).map(granted),
  fc.string().map((failure) => ({ failure })),
  fc.constant('never' as const),
);

test('whatever is answered, a lock opens only by a grant of the server or of the list', async (t) => {
  const door = await askingDoor(t);
  const front = door.addReader({ ...wiegand, locks: ['first'] });
  fc.assert(
    fc.property(fc.array(fc.tuple(anyAnswer, fc.nat(12_000_000)), { maxLength: 8 }), (answers) => {
      door.clock.advance(60_000_000);
      const before = door.driven();
      let grants = 0;
      for (const [answer, delayUs] of answers) {
        const asked = door.asked.length;
        door.send(front, frame);
        door.clock.advance(delayUs);
        if (answer === 'never' || door.asked.length === asked) continue;
        const { id } = door.asked[asked] ?? assert.fail();
        const [wasDriven = 0] = door.driven();
        const atRest = !door.relays.first.isEnergised();
        door.questions.answered(id, answer);
        const inTime = delayUs < 10_000_000;
        const opens = 'granted' in answer && answer.granted && answer.lockNumber < 2 && inTime;
        assert.equal(door.driven()[0], wasDriven + (opens && atRest ? 1 : 0));
        if (opens) grants += 1;
      }
      // The card is in no list: without a grant nothing has moved.
      if (grants === 0) assert.deepEqual(door.driven(), before);
      assert.equal(door.relays.second.driven.length, 0);
    }),
    { seed: seedOf(t), numRuns: 400 },
  );
});
