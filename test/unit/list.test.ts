import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Field } from '../../src/web/lists/filter.ts';
import { operators } from '../../src/web/lists/filter-expression.ts';
import { listAnswer, listOf, namesOrder } from '../../src/web/lists/list.ts';
import { listQuery } from '../../src/web/lists/paging.ts';

interface Profile {
  readonly uid: number;
  readonly name: string;
  readonly end?: number;
}

const fields: readonly Field<Profile>[] = [
  { name: 'uid', type: 'integer', operators, read: ({ uid }) => uid, natural: true },
  { name: 'name', type: 'string', operators, read: ({ name }) => name },
  { name: 'end', type: 'timestamp', operators, read: ({ end }) => end, sortable: false },
];
const profiles: readonly Profile[] = [
  { uid: 1, name: 'Night' },
  { uid: 2, name: 'Day', end: 50 },
  { uid: 4, name: 'Day', end: 10 },
];

function list(query: Record<string, string>) {
  return listOf(listQuery.parse(query), profiles, fields);
}

test('a short list is filtered, sorted and cut', () => {
  const uids = (query: Record<string, string>) => list(query)?.items.map(({ uid }) => uid);
  assert.deepEqual(uids({}), [1, 2, 4]);
  assert.deepEqual(uids({ sort_type: 'desc', limit: '2' }), [4, 2]);
  assert.deepEqual(uids({ order_by: 'name desc, uid asc' }), [1, 2, 4]);
  assert.deepEqual(uids({ order_by: 'name, uid desc' }), [1, 4, 2]);
  assert.deepEqual(uids({ filter: "name eq 'Day' and not end lt 20" }), [2]);
  assert.deepEqual(uids({ filter_field: 'name', filter_value: 'Day', page_number: '2' }), []);
});

test('its option counts what matches and says what may be asked; the answer has its shape', () => {
  const found = list({ filter: "name eq 'Day'", limit: '1' }) ?? assert.fail();
  assert.deepEqual(found.option.pagination, {
    total_items: 2,
    items_limit: 1,
    total_pages: 2,
    current_page: 1,
  });
  assert.deepEqual(found.option.sort.available_fields, ['uid', 'name']);
  const answer = { list_items: found.items, list_option: found.option };
  assert.deepEqual(listAnswer(z.looseObject({ uid: z.int() })).parse(answer), answer);
});

test('what is not understood is no list', () => {
  for (const query of [
    { filter: "colour eq 'red'" },
    { filter: 'end gt never' },
    { filter_field: 'name', filter_type: 'like', filter_value: 'D' },
    { sort_field: 'colour' },
    { sort_field: 'end' },
    { order_by: `${'name,'.repeat(200)}name` },
  ]) {
    assert.equal(list(query as Record<string, string>), undefined, JSON.stringify(query));
  }
});

test('an order is named by a field, however many blanks stand around it', () => {
  const blanks = ' '.repeat(200_000);
  const before = performance.now();
  assert.equal(namesOrder({ order_by: `${blanks}uid${blanks}asc` }), true);
  assert.equal(namesOrder({ order_by: `${blanks}DESC${blanks}` }), false);
  assert.equal(namesOrder({ order_by: blanks, sort_field: blanks }), false);
  assert.equal(namesOrder({ sort_field: 'uid' }), true);
  // Where blanks are shared out in every way it is half a minute.
  assert.ok(performance.now() - before < 3000);
});
