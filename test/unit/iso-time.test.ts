import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatIsoTime, parseIsoTime } from '../../src/door/iso-time.ts';
import { seedOf } from '../support/seed.ts';

/** Unix milliseconds in the years 1 to 9998, so that no offset leaves those that can be written. */
const moments = fc
  .date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9998-12-30T00:00:00Z') })
  .filter((date) => !Number.isNaN(date.getTime()));

test('moments are read and written as the language does it', (t) => {
  fc.assert(
    fc.property(moments, fc.integer({ min: -1439, max: 1439 }), (date, eastMinutes) => {
      const unixMs = date.getTime();
      assert.equal(parseIsoTime(date.toISOString()), unixMs);
      const expected = date.toISOString().replace(/\.\d+Z$/, 'Z');
      assert.equal(formatIsoTime(Math.floor(unixMs / 1000)), expected);
      const local = new Date(unixMs + eastMinutes * 60_000).toISOString().slice(0, -1);
      const minutes = Math.abs(eastMinutes);
      const two = (value: number) => String(value).padStart(2, '0');
      const offset = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
      assert.equal(parseIsoTime(`${local}${eastMinutes < 0 ? '-' : '+'}${offset}`), unixMs);
    }),
    { seed: seedOf(t), numRuns: 1000 },
  );
});

test('seconds and finer may be left out; a text without an offset or a real day is no moment', () => {
  const ms = Date.UTC(2020, 8, 1, 14);
  for (const text of ['2020-09-01T14:00Z', '2020-09-01T16:00:00+0200', '2020-09-01t14:00:00z']) {
    assert.equal(parseIsoTime(text), ms, text);
  }
  assert.equal(parseIsoTime('2020-09-01T14:00:00.1239Z'), ms + 123);
  assert.equal(parseIsoTime('2020-02-29T00:00:00Z'), Date.UTC(2020, 1, 29));
  for (const text of [
    '2020-09-01',
    '2020-09-01T14:00:00',
    '2021-02-29T00:00:00Z',
    '2020-04-31T00:00:00Z',
    '2020-13-01T00:00:00Z',
    '2020-00-01T00:00:00Z',
    '2020-01-00T00:00:00Z',
    '2020-01-01T24:00:00Z',
    '2020-01-01T00:60:00Z',
    '2020-01-01T00:00:60Z',
    '2020-01-01T00:00:00+24:00',
    '2020-01-01T00:00:00+01:60',
    ' 2020-01-01T00:00:00Z',
    '1598968800',
    '',
  ]) {
    assert.equal(parseIsoTime(text), undefined, text);
  }
  assert.equal(formatIsoTime(Number.MAX_SAFE_INTEGER), undefined);
  assert.equal(formatIsoTime(Number.MIN_SAFE_INTEGER), undefined);
  assert.equal(formatIsoTime(253_402_300_799), '9999-12-31T23:59:59Z');
  assert.equal(formatIsoTime(253_402_300_800), undefined);
  assert.equal(formatIsoTime(-62_167_219_200), '0000-01-01T00:00:00Z');
});
