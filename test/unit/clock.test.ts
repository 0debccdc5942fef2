import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';

test('civil time is that of the zone, also over an hour that is put forward or back', (t) => {
  const zone = process.env.TZ;
  t.after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  const { civil } = systemClock();
  const table: [string, string, string, number][] = [
    ['UTC', '2026-06-01T12:00:00.999Z', '2026-06-01', 43_200],
    ['Europe/Berlin', '2026-01-31T23:30:00Z', '2026-02-01', 1800],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29', 7199],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29', 10_800],
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25', 9000],
    ['Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25', 9000],
    ['America/St_Johns', '2026-01-01T03:29:59Z', '2025-12-31', 86_399],
    ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', '2026-01-02', 0],
  ];
  for (const [name, moment, date, secondOfDay] of table) {
    process.env.TZ = name;
    const day = Date.parse(`${date}T00:00:00Z`) / 86_400_000;
    assert.deepEqual(civil(Date.parse(moment)), { day, secondOfDay }, `${name} ${moment}`);
  }
});
