import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AreaRule,
  afterPassage,
  type Direction,
  isPassback,
  type LastPassage,
  passerOf,
} from '../../src/door/anti-passback.ts';
import type { Identifier } from '../../src/door/model.ts';
import { FakeClock } from '../support/clock.ts';

const hour = 3_600_000;
const nowMs = Date.UTC(2026, 5, 1, 12);
const clock = new FakeClock(nowMs);

function offends(
  rule: Partial<AreaRule>,
  direction: Direction,
  last: LastPassage | undefined,
  atMs = nowMs,
): boolean {
  const area: AreaRule = { name: 'hall', mode: 'hard', againAfterMs: 0, exempt: [], ...rule };
  return isPassback({ area, direction }, last, atMs, (unixS) => clock.civil(unixS));
}

const ago = (ms: number, direction: Direction = 'in'): LastPassage => ({
  direction,
  atMs: nowMs - ms,
});

test('the same way twice offends; the other way, or the first time, does not', () => {
  for (const mode of ['soft', 'hard'] as const) {
    assert.equal(offends({ mode }, 'in', undefined), false);
    assert.equal(offends({ mode }, 'out', undefined), false);
    assert.equal(offends({ mode }, 'in', ago(9000 * hour)), true);
    assert.equal(offends({ mode }, 'out', ago(1)), false);
    assert.equal(offends({ mode }, 'out', ago(1, 'out')), true);
    assert.equal(offends({ mode }, 'in', ago(1, 'out')), false);
  }
});

test('timed: the same way again, until its seconds are over to the millisecond', () => {
  const rule = { mode: 'timed', againAfterMs: 60_000 } as const;
  assert.equal(offends(rule, 'in', undefined), false);
  assert.equal(offends(rule, 'in', ago(59_999)), true);
  assert.equal(offends(rule, 'in', ago(60_000)), false);
  assert.equal(offends(rule, 'out', ago(1)), false);
  const around = { ...ago(1, 'out'), otherMs: nowMs - 59_999 };
  assert.equal(offends(rule, 'in', around), true, 'in, out and in again');
  assert.equal(offends(rule, 'in', { ...around, otherMs: nowMs - 60_000 }), false);
  assert.equal(offends({}, 'in', around), false, 'the other modes count the last alone');
});

test('the last passage of either way is known', () => {
  const first = afterPassage(undefined, 'in', 1);
  assert.deepEqual(first, { direction: 'in', atMs: 1 });
  assert.deepEqual(afterPassage(first, 'in', 2), { direction: 'in', atMs: 2 });
  const second = afterPassage(first, 'out', 3);
  assert.deepEqual(second, { direction: 'out', atMs: 3, otherMs: 1 });
  assert.deepEqual(afterPassage(second, 'out', 4), { direction: 'out', atMs: 4, otherMs: 1 });
});

test('a clock that was set forgives, but no small step of it does', () => {
  const rule = { mode: 'timed', againAfterMs: 60_000 } as const;
  assert.equal(offends(rule, 'in', ago(-1000)), true, 'set back by a second');
  assert.equal(offends(rule, 'in', ago(-hour)), false, 'set back by an hour');
  assert.equal(offends({ forgiveAfterMs: hour }, 'in', ago(-2 * hour)), false);
  assert.equal(offends({}, 'in', ago(-9000 * hour)), true, 'the last passage is the last');
});

test('a passage is forgiven after its hours', () => {
  assert.equal(offends({ forgiveAfterMs: 12 * hour }, 'in', ago(12 * hour - 1)), true);
  assert.equal(offends({ forgiveAfterMs: 12 * hour }, 'in', ago(12 * hour)), false);
});

test('a passage is forgiven at the time of day, in civil time', () => {
  const at = (clockTime: number) => ({ forgiveAtS: clockTime * 3600 });
  const four = Date.UTC(2026, 5, 1, 4);
  const inAt = (atMs: number): LastPassage => ({ direction: 'in', atMs });
  assert.equal(offends(at(4), 'in', inAt(four - 1), four), false);
  assert.equal(offends(at(4), 'in', inAt(four), four), true);
  assert.equal(offends(at(4), 'in', inAt(four), four + 24 * hour - 1), true);
  assert.equal(offends(at(4), 'in', inAt(four), four + 24 * hour), false);
  assert.equal(offends(at(4), 'in', inAt(four - 20 * hour), four - 1), true);
  clock.zoneS = 7200;
  assert.equal(offends(at(4), 'in', inAt(four - 1), four), true, 'it is six by the wall');
  assert.equal(offends(at(6), 'in', inAt(four - 1), four), false);
  clock.zoneS = 0;
});

test('the numbers of one access key are one person', () => {
  const identifier: Identifier = {
    uid: 7,
    type: 'card',
    number: '1',
    lock: 'all',
    owner: { name: '', type: 'owner' },
  };
  assert.equal(passerOf(identifier), 7);
  assert.equal(passerOf({ ...identifier, partOf: 3 }), 3);
});
