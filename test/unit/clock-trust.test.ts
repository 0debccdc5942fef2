import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockFloorMs } from '../../src/door/clock-trust.ts';

test('a clock is believed from 2025 on, and not behind the latest event but for a minute', () => {
  assert.equal(clockFloorMs(0), Date.UTC(2025, 0, 1));
  assert.equal(clockFloorMs(Date.UTC(1970, 0, 2)), Date.UTC(2025, 0, 1));
  assert.equal(clockFloorMs(Date.UTC(2026, 5, 1, 12)), Date.UTC(2026, 5, 1, 11, 59));
});
