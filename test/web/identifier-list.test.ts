import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { identifierFields, identifierSource } from '../../src/web/identifiers/identifier-list.ts';
import { filterOfQuery } from '../../src/web/lists/filter.ts';
import type { Expression } from '../../src/web/lists/filter-expression.ts';
import { keysBy } from '../../src/web/lists/search.ts';
import { seedOf } from '../support/seed.ts';
import { asAdmin, assertShape, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const base = '/api/v1/access/identifier';
const linkId = '0b9f5d5e-8f4d-4e5a-9c3b-1f2e3d4c5b6a';
const wrong = { error: 'Wrong or missing parameters' };

interface Item {
  readonly identifier_uid: number;
  readonly identifier_number: string;
  readonly identifier_type: string;
  readonly identifier_owner: { readonly name: string; readonly type: string };
  readonly lock: string;
  readonly valid: { readonly time: { readonly from?: number; readonly to?: number } };
  readonly additional: { readonly passes_left: number };
}

async function create(web: FreshWeb, body: object): Promise<void> {
  assert.equal((await web.call('POST', base, { auth: asAdmin, body })).status, 200);
}

async function list(web: FreshWeb, query: string | Record<string, string>) {
  const text = typeof query === 'string' ? query : String(new URLSearchParams(query));
  return web.call('GET', `${base}/items?${text}`, { auth: asAdmin });
}

async function uids(web: FreshWeb, query: string | Record<string, string>): Promise<number[]> {
  const { status, body } = await list(web, query);
  assert.equal(status, 200, JSON.stringify(query));
  return body.list_items.map(({ identifier_uid }: Item) => identifier_uid);
}

/** Identifiers of every kind. */
async function furnished(web: FreshWeb): Promise<void> {
  const owner = (name: string, type = 'owner') => ({ identifier_owner: { name, type } });
  await create(web, cardBody('1850186', owner('Ann')));
  await create(web, cardBody('300', { ...owner("O'Neil", 'guest'), lock: 'all' }));
  const valid = {
    time: { is_permanent: false, from: 1000, to: 2000 },
    passes: { is_permanent: false, max_passes: 3 },
  };
  await create(web, cardBody('20', { ...owner('Bob'), lock: 'second', valid }));
  const code = { identifier_type: 'inputCode', ...owner('Ann', 'guest') };
  await create(web, cardBody('0044', code));
  await create(web, cardBody('44', { ...owner('Cid'), identifier_type: 'ukey' }));
  const { uid: _, ...third } = web.identifiers.get(3) ?? assert.fail();
  await web.identifiers.update(3, () => ({ ...third, linkId }));
}

test('a list comes in pages, both ways round', async (t) => {
  const web = await freshWeb(t);
  for (let number = 1; number <= 25; number += 1) await create(web, cardBody(String(number)));
  const upTo = (from: number, to: number) =>
    Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => (to > from ? from + i : from - i));
  const { body: first } = await list(web, '');
  const { body: one } = await web.call('GET', `${base}/item/1`, { auth: asAdmin });
  assert.deepEqual(first.list_items[0], one);
  assert.deepEqual(await uids(web, ''), upTo(1, 10));
  assert.deepEqual(await uids(web, 'page_number=3'), upTo(21, 25));
  assert.deepEqual(await uids(web, 'page_number=4'), []);
  assert.deepEqual(await uids(web, 'limit=1000&page_number=2147483647'), []);
  assert.deepEqual(await uids(web, 'limit=1000&unknown=1'), upTo(1, 25));
  assert.deepEqual(await uids(web, 'sort_type=desc&limit=5'), upTo(25, 21));
  assert.deepEqual(
    await uids(web, 'sort_field=identifier_uid&sort_type=desc&limit=5'),
    upTo(25, 21),
  );
  assert.deepEqual(await uids(web, 'order_by=identifier_uid%20desc&limit=5'), upTo(25, 21));
  assert.deepEqual(await uids(web, 'order_by=identifier_uid+asc&limit=5'), upTo(1, 5));
  assert.deepEqual(await uids(web, 'order_by=desc&limit=2'), [25, 24]);
  // A filter without an index, in pages.
  const filter = "filter=lock eq 'first'&limit=10";
  assert.deepEqual(await uids(web, `${filter}&page_number=3`), upTo(21, 25));
  assert.deepEqual(await uids(web, `${filter}&page_number=3&sort_type=desc`), upTo(5, 1));
  assert.equal((await list(web, filter)).body.list_option.pagination.total_items, 25);
});

test('the option tells both families what was asked and what can be asked', async (t) => {
  const web = await freshWeb(t);
  await furnished(web);
  const query = {
    filter_field: 'lock',
    filter_type: 'equal',
    filter_format: 'string',
    filter_value: 'first',
  };
  const { body } = await list(web, { ...query, limit: '2', order_by: 'lock, identifier_uid desc' });
  assertShape(web, `${base}/items`, body);
  const { pagination, sort, filter } = body.list_option;
  assert.deepEqual(pagination, {
    total_items: 3,
    items_limit: 2,
    total_pages: 2,
    current_page: 1,
  });
  const { available_fields: sortable, ...sorted } = sort;
  assert.deepEqual(sorted, { field: 'lock', asc: false, is_sorted: true, order: 'desc' });
  assert.deepEqual(sortable, [
    'identifier_uid',
    'identifier_number',
    'identifier_type',
    'identifier_owner.name',
    'identifier_owner.type',
    'lock',
    'link_id',
    'valid.time.from',
    'valid.time.to',
    'additional.passes_left',
  ]);
  const { available_fields: filterable, ...filtered } = filter;
  assert.deepEqual(filtered, { ...query, available_filtering: true, is_filtered: true });
  assert.deepEqual(
    filterable.map(({ field_name }: { field_name: string }) => field_name),
    sortable,
  );
  assert.deepEqual(filterable[5], {
    field_name: 'lock',
    data_type: 'string',
    compare_operators: ['eq', 'nq'],
    options: { available_values: ['first', 'second', 'all'] },
  });
  assert.deepEqual(filterable[7], {
    field_name: 'valid.time.from',
    data_type: 'timestamp',
    compare_operators: ['eq', 'nq', 'gt', 'lt', 'ge', 'le'],
    options: {},
  });
  const plain = (await list(web, '')).body.list_option;
  assert.equal(plain.sort.is_sorted, false);
  assert.equal(plain.filter.is_filtered, false);
  assert.deepEqual([plain.sort.field, plain.sort.asc], ['identifier_uid', true]);
});

test('both dialects find a card by its number in any spelling, in both representations', async (t) => {
  const web = await freshWeb(t);
  await furnished(web);
  const long = { type: 'card', lock: 'all', owner: { name: 'Dot', type: 'owner' } } as const;
  await web.identifiers.create({ ...long, number: String(2n ** 127n) });
  const spellings = {
    decimal: [
      ['1850186', [1]],
      ['001850186', [1]],
      ['1c-3b-4a', [1]],
      ['1C:3B:4A', [1]],
      ['44', [5]],
      ['0044', [4, 5]],
      ['170141183460469231731687303715884105728', [6]],
      [`80${'-00'.repeat(15)}`, [6]],
      ['7000', []],
      ['', []],
      ['x'.repeat(200), []],
    ],
    hex: [
      ['00-1c-3b-4a', [1]],
      ['1850186', []],
      ['44', []],
      // Bare digits are hex for a card and stay what they are for a code.
      ['0044', [4]],
      ['2c', []],
      ['00-2c', [5]],
      ['14', [3]],
    ],
  } as const;
  for (const representation of ['decimal', 'hex'] as const) {
    await web.settings.setWiegand({ type: 'wiegand_26', representation });
    for (const [number, expected] of spellings[representation]) {
      const flat = {
        filter_field: 'identifier_number',
        filter_type: 'equal',
        filter_format: 'string',
        filter_value: number,
      };
      const bracketed = Object.fromEntries(
        Object.entries(flat).map(([name, value]) => [`filter[${name}]`, value]),
      );
      const said = `${representation} ${number}`;
      assert.deepEqual(await uids(web, flat), expected, said);
      assert.deepEqual(await uids(web, bracketed), expected, said);
      assert.deepEqual(await uids(web, { filter: JSON.stringify(flat) }), expected, said);
      const filter = `identifier_number eq '${number}'`;
      assert.deepEqual(await uids(web, { filter }), expected, said);
      assert.deepEqual(await uids(web, { filter: `not not ${filter}` }), expected, said);
    }
    // What the list shows can be looked for.
    for (const { identifier_number, identifier_uid } of (await list(web, '')).body.list_items) {
      const found = await uids(web, { filter: `identifier_number eq '${identifier_number}'` });
      assert.ok(found.includes(identifier_uid), identifier_number);
    }
  }
});

test('every field can be filtered for', async (t) => {
  const web = await freshWeb(t);
  await furnished(web);
  const cases: readonly (readonly [filter: string, uids: readonly number[]])[] = [
    ['identifier_uid gt 3', [4, 5]],
    ['identifier_uid eq 2 or identifier_uid eq 99', [2]],
    ["identifier_owner.name eq 'Ann'", [1, 4]],
    ["identifier_owner eq 'Ann'", [1, 4]],
    ["owner_name eq 'O''Neil'", [2]],
    ["identifier_owner_name lt 'B'", [1, 4]],
    ["name eq 'Ann' and identifier_type eq 'card'", [1]],
    ["identifier_owner.type eq 'guest'", [2, 4]],
    ["identifier_type nq 'card'", [4, 5]],
    ["lock eq 'all' or lock eq 'second'", [2, 3]],
    [`link_id eq '${linkId.toUpperCase()}'`, [3]],
    [`link_id nq '${linkId}'`, [1, 2, 4, 5]],
    ['valid.time.from ge 1000', [3]],
    ['valid.time.to gt 2000', []],
    ['not valid.time.to gt 2000', [1, 2, 3, 4, 5]],
    ['additional.passes_left eq 3', [3]],
    ["passes_left eq '-1'", [1, 2, 4, 5]],
    ['identifier_number gt 44', [1, 2]],
    ["identifier_number le '00-2c'", [3, 5]],
    ["identifier_number le '44'", [3, 4, 5]],
    ['identifier_number nq 44', [1, 2, 3, 4]],
    ["identifier_number eq '20' and (lock eq 'all' or not identifier_type eq 'qr')", [3]],
    ["identifier_number eq '20' and lock eq 'all'", []],
    ["(identifier_number eq '20' or owner_name eq 'Cid') and identifier_uid le 4", [3]],
    ["identifier_number eq '20' or lock eq 'all'", [2, 3]],
  ];
  for (const [filter, expected] of cases) {
    assert.deepEqual(await uids(web, { filter }), expected, filter);
  }
  // Both at once must both hold.
  const both = { filter_field: 'name', filter_value: 'Ann', filter: "identifier_type eq 'card'" };
  assert.deepEqual(await uids(web, both), [1]);
  for (const nothing of ['', ' ', '{}', '{"filter_type":"equal"}']) {
    assert.equal((await uids(web, { filter: nothing })).length, 5, nothing);
  }
  const echoed = 'filter_field=&filter_type=equal&filter_format=string&filter_value=';
  assert.equal((await uids(web, echoed)).length, 5);
});

test('the key of an item names its owner by name, by the index of names', async (t) => {
  const web = await freshWeb(t);
  await furnished(web);
  const flat = { filter_field: 'identifier_owner', filter_type: 'equal', filter_value: 'Ann' };
  assert.deepEqual(await uids(web, flat), [1, 4]);
  const wiegand = web.settings.wiegand();
  const filter = filterOfQuery(flat, identifierFields(wiegand));
  assert.ok(filter && filter !== 'unknown');
  const { lookUp } = identifierSource(web.identifiers, wiegand);
  assert.deepEqual(keysBy(filter, lookUp), [1, 4]);
});

test('a list is sorted by any field, in both spellings', async (t) => {
  const web = await freshWeb(t);
  await furnished(web);
  const cases = [
    [{ sort_field: 'identifier_number' }, [3, 4, 5, 2, 1]],
    [{ sort_field: 'identifier_number', sort_type: 'desc' }, [1, 2, 4, 5, 3]],
    [{ order_by: 'identifier_owner.name, identifier_uid desc' }, [2, 5, 3, 4, 1]],
    [{ sort_field: 'identifier_owner', sort_type: 'desc' }, [2, 5, 3, 1, 4]],
    [{ order_by: 'name asc, identifier_uid desc' }, [4, 1, 3, 5, 2]],
    [{ order_by: 'valid.time.from DESC' }, [3, 1, 2, 4, 5]],
    [{ sort_field: 'additional.passes_left', filter: "lock nq 'all'" }, [1, 4, 5, 3]],
    [{ sort_field: 'name', limit: '2', page_number: '2' }, [3, 5]],
    [
      { sort_field: 'name', filter: "name eq 'Ann' or name eq 'Cid'", sort_type: 'desc' },
      [5, 1, 4],
    ],
  ] as const;
  for (const [query, expected] of cases) {
    assert.deepEqual(await uids(web, query), expected, JSON.stringify(query));
  }
});

test('what is not understood is refused, never answered with everything', async (t) => {
  const web = await freshWeb(t);
  await furnished(web);
  const queries = [
    ...['limit=0', 'limit=1001', 'limit=x', 'limit=', 'limit=1e2', 'page_number=0'],
    ...['page_number=-1', 'page_number=99999999999999999', 'sort_type=up'],
    'filter_field=identifier_owner.colour&filter_type=equal&filter_value=Ann',
    'filter_field=identifier_number&filter_type=like&filter_value=1',
    'filter_field=identifier_number',
    'filter_value=7',
    'filter_field=identifier_uid&filter_value=x',
    'filter[filter_field]=identifier_number&filter[filter_value]=1&filter_field=x&filter_value=1',
    "filter=identifier_number eq '1' and",
    "filter=colour eq 'red'",
    "filter=not colour eq 'red'",
    "filter=lock gt 'all'",
    "filter=identifier_uid eq 'x'",
    "filter=identifier_uid nq ''",
    "filter=identifier_number nq ''",
    "filter=identifier_number gt 'AB 123'",
    'filter={"filter_field":"identifier_number"',
    'filter={"filter_field":"identifier_number"}',
    'filter={"filter_field":"identifier_number","filter_value":{}}',
    'filter={"field":"identifier_number","value":"1"}',
    'filter=[]',
    `filter=${'('.repeat(3000)}`,
    'sort_field=colour',
    'order_by=identifier_uid up',
    'order_by=identifier_uid,,lock desc',
    'sort_field=name&limit=1000&page_number=101',
  ];
  for (const query of queries) {
    const { status, body } = await list(web, encodeURI(query));
    assert.deepEqual([status, body], [400, wrong], query);
  }
});

type Pick = readonly [field: string, read: (item: Item) => string | number | undefined];
const text: readonly Pick[] = [
  ['identifier_type', (item) => item.identifier_type],
  ['owner_name', (item) => item.identifier_owner.name],
  ['lock', (item) => item.lock],
];
const numbers: readonly Pick[] = [
  ['identifier_uid', (item) => item.identifier_uid],
  ['valid.time.to', (item) => item.valid.time.to],
  ['passes_left', (item) => item.additional.passes_left],
];

/** What a filter means, said once more in the plainest way. */
function holds(of: Expression, item: Item): boolean {
  if (of.kind === 'not') return !holds(of.of, item);
  if (of.kind !== 'compare') {
    const parts = of.of.map((part) => holds(part, item));
    return of.kind === 'and' ? !parts.includes(false) : parts.includes(true);
  }
  if (of.field === 'identifier_number') {
    return (of.value === item.identifier_number) === (of.operator === 'eq');
  }
  const [, read] = [...text, ...numbers].find(([name]) => name === of.field) ?? assert.fail();
  const found = read(item);
  if (found === undefined) return of.operator === 'nq';
  const value = typeof found === 'number' ? Number(of.value) : of.value;
  const table = {
    eq: found === value,
    nq: found !== value,
    gt: found > value,
    lt: found < value,
    ge: found >= value,
    le: found <= value,
  };
  return table[of.operator];
}

function print(of: Expression): string {
  if (of.kind === 'compare') return `${of.field} ${of.operator} '${of.value}'`;
  return of.kind === 'not'
    ? `not (${print(of.of)})`
    : of.of.map((p) => `(${print(p)})`).join(of.kind);
}

const small = fc.integer({ min: -1, max: 30 }).map(String);
const compare = (field: string, operators: readonly string[], value: fc.Arbitrary<string>) =>
  fc.record({
    kind: fc.constant('compare' as const),
    field: fc.constant(field),
    operator: fc.constantFrom(...operators),
    value,
  });
const { expression } = fc.letrec((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3, depthSize: 'medium' },
    compare('identifier_number', ['eq', 'nq'], fc.integer({ min: 10, max: 40 }).map(String)),
    compare('owner_name', ['eq', 'nq', 'gt', 'le'], fc.constantFrom('Ann', 'Bob', 'Cid')),
    compare('lock', ['eq', 'nq'], fc.constantFrom('first', 'second', 'all', 'third')),
    compare('identifier_type', ['eq', 'nq'], fc.constantFrom('card', 'ukey', 'qr')),
    ...numbers.map(([field]) => compare(field, ['eq', 'nq', 'gt', 'lt', 'ge', 'le'], small)),
    fc.record({ kind: fc.constant('not' as const), of: tie('expression') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));

test('an index or none: a filter finds exactly those for which it holds', async (t) => {
  const web = await freshWeb(t);
  for (let n = 0; n < 30; n += 1) {
    const passes = n % 4 ? { is_permanent: true } : { is_permanent: false, max_passes: n + 1 };
    const time =
      n % 3 ? { is_permanent: true } : { is_permanent: false, from: 1, to: 2 + (n % 20) };
    await create(
      web,
      cardBody(String(10 + n), {
        identifier_owner: { name: ['Ann', 'Bob', 'Cid'][n % 3], type: 'owner' },
        identifier_type: n % 5 ? 'card' : 'ukey',
        lock: ['first', 'second', 'all'][n % 7] ?? 'all',
        valid: { time, passes },
      }),
    );
  }
  const { body: all } = await list(web, 'limit=1000');
  let found = 0;
  await fc.assert(
    fc.asyncProperty(expression, async (random) => {
      const filter = print(random as Expression);
      const { status, body } = await list(web, { limit: '1000', filter });
      assert.equal(status, 200, filter);
      const expected = all.list_items.filter((item: Item) => holds(random as Expression, item));
      assert.deepEqual(body.list_items, expected, filter);
      assert.equal(body.list_option.pagination.total_items, expected.length);
      if (expected.length > 0 && expected.length < 30) found += 1;
    }),
    { seed: seedOf(t), numRuns: 500 },
  );
  assert.ok(found > 100, `only ${found} filters told some from others`);
});
