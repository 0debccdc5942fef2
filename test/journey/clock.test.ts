import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockFloorMs } from '../../src/door/clock-trust.ts';
import { EventLog } from '../../src/store/events.ts';
import { FakeClock } from '../support/clock.ts';
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
  log.acceptClock();
  log.append(event);
  await log.settled();
  assert.equal(trusted(log), true);
  assert.equal(trusted(new EventLog(store, clock, 100, nobody)), true);
  // Behind what was accepted it is untrusted as ever.
  clock.setWall(Date.UTC(2026, 5, 1));
  assert.equal(trusted(log), false);
});
