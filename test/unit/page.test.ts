import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { md5 } from '../../src/page/md5.ts';
import { address, placeOf } from '../../src/page/router.ts';
import { sentReader } from '../../src/page/sse.ts';
import { startOfDay, zoneOf } from '../../src/page/zone.ts';
import { seedOf } from '../support/seed.ts';

test('the digest of a password is its MD5, whatever its length and letters', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      assert.equal(md5(text), createHash('md5').update(text).digest('hex'));
    }),
    { seed: seedOf(t) },
  );
  for (const length of [55, 56, 57, 63, 64, 65, 119, 120]) {
    const text = 'x'.repeat(length);
    assert.equal(md5(text), createHash('md5').update(text).digest('hex'));
  }
});

test('events of a stream are the same however it is cut into pieces', (t) => {
  const stream = [
    'retry: 2000\n\n',
    ': comment\n\n',
    'event: log\nid: 7\ndata: {"a":\ndata: 1}\n\n',
    'data: x\r\n\r\n',
    'event: status\ndata:{}\n\n',
    'event: empty\n\n',
    'data: unfinished',
  ].join('');
  const expected = [
    { event: 'log', data: '{"a":\n1}', id: '7' },
    { event: 'message', data: 'x' },
    { event: 'status', data: '{}' },
  ];
  const cuts = fc.array(fc.nat(stream.length), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, (places) => {
      const take = sentReader();
      const edges = [0, ...places.toSorted((a, b) => a - b), stream.length];
      const pieces = edges.slice(1).map((end, index) => stream.slice(edges[index], end));
      assert.deepEqual(pieces.flatMap(take), expected);
    }),
    { seed: seedOf(t) },
  );
});

test('a place in the page and its address are the same, whatever they hold', (t) => {
  const parts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 });
  const query = fc.dictionary(fc.string(), fc.string({ minLength: 1 }), { noNullPrototype: true });
  fc.assert(
    fc.property(parts, query, (path, asked) => {
      const { view, rest, query: found } = placeOf(address(path, asked));
      assert.deepEqual([view, ...rest], path);
      assert.deepEqual(Object.fromEntries(found), asked);
    }),
    { seed: seedOf(t) },
  );
  assert.equal(placeOf('#/%E0%A4%A').view, '%E0%A4%A');
});

test('a day begins at midnight of the zone, on days of a change of clocks too', () => {
  const iso = (day: string, zone: string, later = 0) =>
    new Date(startOfDay(day, zoneOf(zone), later)).toISOString();
  assert.equal(iso('2026-03-29', 'Europe/Berlin'), '2026-03-28T23:00:00.000Z');
  assert.equal(iso('2026-03-29', 'Europe/Berlin', 1), '2026-03-29T22:00:00.000Z');
  assert.equal(iso('2026-10-25', 'Europe/Berlin', 1), '2026-10-25T23:00:00.000Z');
  assert.equal(iso('2026-11-22', 'Pacific/Auckland'), '2026-11-21T11:00:00.000Z');
  assert.equal(iso('2026-11-22', 'Asia/Kathmandu'), '2026-11-21T18:15:00.000Z');
});
