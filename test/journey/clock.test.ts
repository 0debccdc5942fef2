import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockFloorMs } from '../../src/door/clock-trust.ts';
import { EventLog, openEvents } from '../../src/store/events.ts';
import { FakeClock } from '../support/clock.ts';
import { bitsOf, freshDoor } from '../support/door.ts';
import { freshStore } from '../support/store.ts';

test('a clock that ran ahead is trusted again once somebody vouches for it, also after a restart', async (t) => {
  const store = freshStore(t);
  const clock = new FakeClock(Date.UTC(2026, 5, 1));
  const nobody = { appended: () => {}, failed: () => {}, recovered: () => {} };
  const event = { category: 'info', priority: 'low', key: 'k', text: 't', model: {} } as const;
  const log = new EventLog(store, clock, 100, nobody);
  const trusted = (one: EventLog) => clock.wallMs() >= clockFloorMs(one.newestMs());
  log.append(event);
  clock.setWall(Date.UTC(2036, 0, 1));
  log.append(event);
  clock.setWall(Date.UTC(2026, 5, 2));
  log.append(event);
  await log.settled();
  assert.equal(trusted(log), false);
  assert.equal(trusted(new EventLog(store, clock, 100, nobody)), false);
  await log.acceptClock(event);
  // Nothing more is awaited: what was answered is on the disk.
  assert.equal(openEvents(store).lastSeq(), 4);
  assert.equal(trusted(log), true);
  assert.equal(trusted(new EventLog(store, clock, 100, nobody)), true);
  // Behind what was accepted it is untrusted as ever.
  clock.setWall(Date.UTC(2026, 5, 1));
  assert.equal(trusted(log), false);
});

test('a step of the wall clock while a lock is open neither shortens nor lengthens it', async (t) => {
  const { clock, relays, identifiers, addReader, send, events } = freshDoor(t);
  const owner = { name: 'Ann', type: 'owner' } as const;
  await identifiers.create({ type: 'card', number: String(0x7b11d7), owner, lock: 'first' });
  const front = addReader({ formats: ['H10301'] });
  const times = [Date.UTC(2036, 0, 1), Date.UTC(1970, 0, 1), Date.UTC(2026, 5, 1, 11)];
  for (const wallMs of times) {
    send(front, bitsOf('2F623AE', 26));
    clock.advance(2_000_000);
    assert.equal(relays.first.isEnergised(), true);
    clock.setWall(wallMs);
    clock.advance(10_000_000);
    const [on, off] = relays.first.driven.slice(-2);
    assert(on?.energised && off && !off.energised);
    assert.equal(off.atUs - on.atUs, 5_000_000);
  }
  const told = await events();
  assert.deepEqual(
    told.map(({ seq }) => seq),
    told.map((_, index) => index + 1),
  );
});
