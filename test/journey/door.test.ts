import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdentifierFields } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import { bitsOf, freshDoor } from '../support/door.ts';

/** H10301, facility 123, card 4567 (published vector); number 0x7B11D7. */
const frame = bitsOf('2F623AE', 26);
const number = String(0x7b11d7);

function ann(rest: Partial<IdentifierFields> = {}): IdentifierFields {
  return { type: 'card', number, owner: { name: 'Ann', type: 'owner' }, lock: 'first', ...rest };
}

test('a known card opens its lock at the last edge, for its time, and tells the story', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader({ formats: ['H10301'] });
  door.send(front, frame);
  const openedUs = door.clock.monoUs();
  assert.deepEqual(door.relays.first.driven, [{ energised: true, atUs: openedUs }]);
  door.clock.advance(6_000_000);
  assert.deepEqual(door.relays.first.driven.slice(1), [
    { energised: false, atUs: openedUs + 5_000_000 },
  ]);
  assert.deepEqual(door.relays.second.driven, []);
  const [event, ...others] = await door.events();
  assert.deepEqual(others, []);
  assert.equal(event?.key, 'access_granted_by_valid_identifier');
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
    apartment_address: null,
    lock: 'first',
  });
  assert.deepEqual(
    door.log.entries.map(({ text }) => text),
    ['released', 'granted', 'at rest'],
  );
});

test('a grant tells where the holder lives', async (t) => {
  const door = freshDoor(t);
  const address = { building: 12, unit: 3, floor: 0, room: 41 };
  await door.apartments.create({ name: 'Flat', residents: 2, ...address });
  await door.identifiers.create(ann({ apartment: 1 }));
  const front = door.addReader({ formats: ['H10301'] });
  door.send(front, frame);
  door.clock.advance(1_000_000);
  // A damaged record is left out, as in answers, and holds nobody up.
  door.store.database<number>('apartments', 'uint32').putSync(1, 'scribble');
  door.send(front, frame);
  door.clock.advance(1_000_000);
  await door.apartments.remove([1]);
  door.send(front, frame);
  assert.deepEqual(
    (await door.events()).map(({ key, model }) => [key, model.apartment_address]),
    [address, null, null].map((told) => ['access_granted_by_valid_identifier', told]),
  );
});

test('`all` opens both, each for its own time; a reader bound to one opens that one', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann({ lock: 'all' }));
  const both = door.addReader({ formats: ['H10301'] });
  door.send(both, frame);
  door.clock.advance(10_000_000);
  const openUs = (lock: 'first' | 'second') => {
    const [on, off] = door.relays[lock].driven;
    return (off?.atUs ?? 0) - (on?.atUs ?? 0);
  };
  assert.deepEqual([openUs('first'), openUs('second')], [5_000_000, 3_000_000]);

  const side = door.addReader({ name: 'side', formats: ['H10301'], locks: ['second'] });
  door.send(side, frame);
  assert.equal(door.relays.first.driven.length, 2);
  assert.equal(door.relays.second.driven.length, 3);
  const lock = (await door.events()).map(({ model }) => model.lock);
  assert.deepEqual(lock, ['all', 'second']);
});

test('a card presented again while the lock is open extends its time', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader({ formats: ['H10301'] });
  door.send(front, frame);
  door.clock.advance(3_000_000);
  door.send(front, frame);
  const againUs = door.clock.monoUs();
  door.clock.advance(6_000_000);
  assert.equal(door.relays.first.driven.length, 2);
  assert.equal(door.relays.first.driven[1]?.atUs, againUs + 5_000_000);
});

test('a command that opens for long is not cut short by a card', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader({ formats: ['H10301'] });
  const startUs = door.clock.monoUs();
  assert.equal(door.panel.commanded.open({ locks: ['first'], seconds: 60, by: 'admin' }), true);
  door.send(front, frame);
  door.clock.advance(120_000_000);
  assert.equal(door.relays.first.driven[1]?.atUs, startUs + 60_000_000);
});

test('refusals: unknown, other reader, window, passes; nothing opens', async (t) => {
  const door = freshDoor(t);
  const front = door.addReader({ formats: ['H10301'], locks: ['second'] });
  const nowS = Math.floor(door.clock.wallMs() / 1000);
  const present = () => {
    door.send(front, frame);
    door.clock.advance(100_000);
  };
  present();
  await door.identifiers.create(ann());
  present();
  const change = (rest: Partial<IdentifierFields>) =>
    door.identifiers.update(1, () => ann({ lock: 'second', ...rest }));
  await change({ window: { fromS: nowS + 60, toS: nowS + 120 } });
  present();
  await change({ window: { fromS: nowS - 120, toS: nowS - 60 } });
  present();
  await change({ passes: { max: 2, left: 0 } });
  present();
  await door.identifiers.remove([1]);
  present();
  const reasons = (await door.events()).map(({ model }) => model.reason);
  assert.deepEqual(reasons, [
    'unknown-credential',
    'wrong-reader',
    'not-yet-valid',
    'expired',
    'no-passes-left',
    'unknown-credential',
  ]);
  assert.deepEqual(door.relays.first.driven, []);
  assert.deepEqual(door.relays.second.driven, []);
});

test('one pass, two readers, the same instant: one opens', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann({ lock: 'all', passes: { max: 1, left: 1 } }));
  const front = door.addReader({ formats: ['H10301'], locks: ['first'] });
  const back = door.addReader({ name: 'back', formats: ['H10301'], locks: ['second'] });
  for (const bit of frame) {
    front.edge(bit === '1' ? 1 : 0, door.clock.monoUs());
    back.edge(bit === '1' ? 1 : 0, door.clock.monoUs());
    door.clock.advance(1000);
  }
  assert.deepEqual(
    [door.relays.first.isEnergised(), door.relays.second.isEnergised()],
    [true, false],
  );
  assert.deepEqual(door.identifiers.get(1)?.passes, { max: 1, left: 0 });
  const told = (await door.events()).map(({ model }) => model.reason ?? model.passes_left);
  assert.deepEqual(told, [0, 'no-passes-left']);
});

test('a pass that cannot be counted opens nothing', async (t) => {
  const full = new Fault('store-unwritable', 'full', 'make room');
  const limited = { uid: 1, ...ann({ passes: { max: 1, left: 1 } }) };
  const door = freshDoor(t, {
    identifiers: {
      find: () => limited,
      takePass: () => {
        throw full;
      },
      givePass: () => assert.fail('none was taken'),
    },
  });
  door.send(door.addReader({ formats: ['H10301'] }), frame);
  assert.deepEqual(door.relays.first.driven, []);
  const [event] = await door.events();
  assert.deepEqual(
    [event?.model.reason, event?.model.fault],
    ['no-passes-left', 'store-unwritable'],
  );
});

test('without a list of formats a reader follows the panel, also when that changes', async (t) => {
  const door = freshDoor(t);
  const front = door.addReader();
  door.send(front, frame);
  door.clock.advance(100_000);
  await door.settings.setWiegand({ type: 'wiegand_34', representation: 'hex' });
  door.panel.wiegandChanged();
  door.send(front, bitsOf('2932C05A4', 34));
  door.clock.advance(100_000);
  door.send(front, frame);
  door.clock.advance(100_000);
  const told = (await door.events()).map(({ model }) => [model.format, model.number]);
  assert.deepEqual(told, [
    ['wiegand_26', number],
    ['wiegand_34', '1234567890'],
    [null, null],
  ]);
});

test('a misread is an event with bits, length and reason, and opens nothing', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann({ lock: 'all' }));
  const front = door.addReader({ formats: ['H10301'] });
  door.send(front, frame.slice(0, 25));
  door.clock.advance(100_000);
  const swapped = [...frame].map((bit) => (bit === '1' ? '0' : '1')).join('');
  door.send(front, swapped);
  door.clock.advance(100_000);
  front.overrun(3);
  door.send(front, frame);
  door.clock.advance(100_000);
  door.send(front, frame, 100);
  door.clock.advance(100_000);
  const told = (await door.events()).map(({ model }) => [model.reason, model.cause, model.bits]);
  assert.deepEqual(told, [
    ['misread', 'length', 25],
    ['misread', 'swapped-wires', 26],
    ['misread', 'overrun', 26],
    ['misread', 'glitch', 26],
  ]);
  assert.deepEqual(door.relays.first.driven, []);
  const [state] = door.panel.readerStates();
  assert.deepEqual([state?.misreads, state?.lostEdges, state?.glitches], [4, 3, 25]);
});

test('an ambiguous frame lists all its readings; the first in the list decides', async (t) => {
  const door = freshDoor(t);
  const front = door.addReader({ formats: ['H10302', 'H10304'] });
  door.send(front, bitsOf('1000100002', 37));
  door.clock.advance(100_000);
  const [event] = await door.events();
  assert.equal(event?.model.format, 'H10302');
  assert.deepEqual(event?.model.readings, [
    { format: 'H10302', number: '524289', card: '524289' },
    { format: 'H10304', number: '524289', facility: '1', card: '1' },
  ]);
});

test('noise on one reader delays no other', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader({ formats: ['H10301'] });
  const noisy = door.addReader({ name: 'noisy', formats: ['H10301'] });
  const startUs = door.clock.monoUs();
  for (const bit of frame) {
    noisy.edge(0, door.clock.monoUs());
    front.edge(bit === '1' ? 1 : 0, door.clock.monoUs());
    door.clock.advance(500);
    noisy.edge(1, door.clock.monoUs());
    door.clock.advance(500);
  }
  assert.equal(door.relays.first.driven[0]?.atUs, startUs + 25_000);
});

test('edges that waited in the kernel during a stall still make one frame', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader({ formats: ['H10301'] });
  const edge = (index: number) => {
    front.edge(frame[index] === '1' ? 1 : 0, startUs + index * 1000);
  };
  const waiting = Array.from({ length: 16 }, (_, index) => index + 10);
  front.attach({
    levels: () => undefined,
    drain: () => {
      for (const index of waiting.splice(0)) edge(index);
    },
    close: () => {},
  });
  const startUs = door.clock.monoUs();
  for (let index = 0; index < 10; index += 1) edge(index);
  door.clock.stall(200_000);
  door.clock.advance(0);
  assert.equal(door.relays.first.isEnergised(), true);
  assert.equal((await door.events()).length, 1);
});

test('a stall between looking for edges and judging the silence cuts no frame', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader({ formats: ['H10301'] });
  const startUs = door.clock.monoUs();
  const last = frame.length - 1;
  const edge = (index: number) => {
    front.edge(frame[index] === '1' ? 1 : 0, startUs + index * 1000);
  };
  let drained = 0;
  front.attach({
    levels: () => undefined,
    drain: () => {
      drained += 1;
      if (drained === 2) edge(last);
      // The process is stopped just after it looked; the last edge comes meanwhile.
      else door.clock.stall(200_000);
    },
    close: () => {},
  });
  for (let index = 0; index < last; index += 1) {
    edge(index);
    if (index < last - 1) door.clock.advance(1000);
  }
  door.clock.advance(300_000);
  assert.equal(drained, 2);
  assert.deepEqual(
    (await door.events()).map(({ model }) => model.raw),
    ['2F623AE'],
  );
});

test('a bug behind an edge is not swallowed', (t) => {
  const door = freshDoor(t, {
    clockTrusted: () => {
      throw new TypeError('bug');
    },
  });
  const front = door.addReader({ formats: ['H10301'] });
  assert.throws(() => door.send(front, frame), TypeError);
  assert.deepEqual(door.relays.first.driven, []);
});

test('a pass that opened no lock is given back; one that opened one of two is not', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann({ lock: 'all', passes: { max: 3, left: 2 } }));
  const front = door.addReader({ formats: ['H10301'] });
  const present = () => {
    door.send(front, frame);
    door.clock.advance(60_000_000);
    return door.identifiers.get(1)?.passes?.left;
  };
  door.relays.first.broken = true;
  door.relays.second.broken = true;
  assert.equal(present(), 2);
  door.relays.second.broken = false;
  assert.equal(present(), 1);
  const granted = (await door.events()).filter(({ model }) => model.uid === 1 || model.fault);
  assert.deepEqual(
    granted.flatMap(({ model }) => (model.fault ? [[model.fault, model.passes_left]] : [])),
    [
      ['gpio-lost', 2],
      ['gpio-lost', 1],
    ],
  );
});

test('a pass that cannot be given back counts, and nothing else is lost', async (t) => {
  const limited = { uid: 1, ...ann({ passes: { max: 2, left: 2 } }) };
  const givePass = () => {
    throw new Fault('store-unwritable', 'full', 'make room');
  };
  const door = freshDoor(t, { identifiers: { find: () => limited, takePass: () => 1, givePass } });
  door.relays.first.broken = true;
  door.send(door.addReader({ formats: ['H10301'] }), frame);
  const told = (await door.events()).map(({ key, model }) => [key, model.passes_left]);
  assert.deepEqual(told, [
    ['lock_failed', undefined],
    ['access_granted_by_valid_identifier', 1],
  ]);
  assert.equal(door.log.entries.filter(({ level }) => level === 'error').length, 2);
});

test('a relay that cannot be released is an event, and the next card tries again', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const front = door.addReader({ formats: ['H10301'] });
  const relay = door.relays.first;
  relay.broken = true;
  door.send(front, frame);
  door.clock.advance(100_000);
  assert.throws(
    () => door.panel.commanded.open({ locks: ['first'], by: 'admin' }),
    (error) => error instanceof Fault && error.code === 'gpio-lost',
  );
  const events = await door.events();
  assert.deepEqual(
    events.map(({ key, model }) => [key, model.fault]),
    [
      ['lock_failed', undefined],
      ['access_granted_by_valid_identifier', 'gpio-lost'],
      ['lock_failed', undefined],
    ],
  );
  relay.broken = false;
  door.send(front, frame);
  assert.equal(relay.isEnergised(), true);
  relay.broken = true;
  assert.throws(() => door.clock.advance(6_000_000), Fault);
});

test('at the end every lock is brought to rest, whatever becomes of the others', async (t) => {
  const door = freshDoor(t);
  door.panel.commanded.open({ locks: ['first', 'second'], by: 'admin' });
  door.relays.first.broken = true;
  assert.deepEqual(door.panel.close(), ['first']);
  assert.equal(door.relays.second.isEnergised(), false);
  assert.equal(door.panel.commanded.open({ locks: ['second'], by: 'admin' }), false);
  assert.equal(door.clock.armed, 0);
});

test('nothing opens, by card or command, while it could not be recorded', async (t) => {
  const door = freshDoor(t, { blocked: () => true });
  await door.identifiers.create(ann());
  door.send(door.addReader({ formats: ['H10301'] }), frame);
  assert.throws(
    () => door.panel.commanded.open({ locks: ['first'], by: 'admin' }),
    (error) => error instanceof Fault && error.code === 'store-unwritable',
  );
  assert.deepEqual(door.relays.first.driven, []);
  assert.equal((await door.events())[0]?.model.reason, 'door-blocked');
});

test('bytes that are no record at all open nothing and stop nothing', async (t) => {
  const door = freshDoor(t);
  await door.identifiers.create(ann());
  const raw = door.store.database<string>('identifiers', 'ordered-binary');
  const broken = { '\x10binary-data\x02': Buffer.from([0xda]) };
  await door.store.durably(() => raw.putSync(`card:${number}`, broken));
  door.send(door.addReader({ formats: ['H10301'] }), frame);
  assert.deepEqual(door.relays.first.driven, []);
  const [event] = await door.events();
  assert.deepEqual(
    [event?.model.reason, event?.model.fault],
    ['unknown-credential', 'store-unreadable'],
  );
});
