import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';

const civil = (zone: string, text: string) => {
  const { day, second } = systemClock(zone).civil(Date.parse(text) / 1000);
  const time = new Date(day * 86_400_000 + second * 1000).toISOString();
  return time.slice(0, 19).replace('T', ' ');
};

test('civil time follows the zone, through summer time and half hours', () => {
  assert.equal(civil('UTC', '2026-06-01T12:34:56Z'), '2026-06-01 12:34:56');
  assert.equal(civil('Europe/Berlin', '2026-03-29T00:59:59Z'), '2026-03-29 01:59:59');
  assert.equal(civil('Europe/Berlin', '2026-03-29T01:00:00Z'), '2026-03-29 03:00:00');
  assert.equal(civil('America/New_York', '2026-11-01T05:30:00Z'), '2026-11-01 01:30:00');
  assert.equal(civil('America/New_York', '2026-11-01T06:30:00Z'), '2026-11-01 01:30:00');
  assert.equal(civil('Australia/Lord_Howe', '2026-04-04T15:00:00Z'), '2026-04-05 01:30:00');
  assert.equal(civil('Asia/Kathmandu', '2026-01-01T00:00:00Z'), '2026-01-01 05:45:00');
});

test('civil time of midnight, of the first and of the last instant', () => {
  assert.equal(civil('UTC', '2026-06-01T00:00:00Z'), '2026-06-01 00:00:00');
  assert.equal(civil('America/Los_Angeles', '1970-01-01T00:00:00Z'), '1969-12-31 16:00:00');
  assert.deepEqual(systemClock('Pacific/Kiritimati').civil(253_402_300_799), {
    day: 2_932_897,
    second: 14 * 3600 - 1,
  });
});

test('a clock without a zone is in that of the machine, an unknown zone is none', () => {
  const { day, second } = systemClock().civil(1_780_000_000);
  const local = new Date(1_780_000_000_000);
  assert.equal(second, local.getHours() * 3600 + local.getMinutes() * 60 + local.getSeconds());
  assert.equal(new Date(day * 86_400_000).getUTCDate(), local.getDate());
  assert.throws(() => systemClock('Europe/Nowhere'), RangeError);
});
