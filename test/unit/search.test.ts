import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Field, filterOfQuery } from '../../src/web/lists/filter.ts';
import { operators } from '../../src/web/lists/filter-expression.ts';
import { type Found, wantedOf } from '../../src/web/lists/list.ts';
import { listQuery } from '../../src/web/lists/paging.ts';
import { keysBy, type Source, sortedAtMost, Walks } from '../../src/web/lists/search.ts';
import { seedOf } from '../support/seed.ts';

interface Thing {
  readonly key: number;
  readonly size: number;
}

const fields: readonly Field<Thing>[] = [
  { name: 'key', type: 'integer', operators, read: ({ key }) => key, natural: true },
  { name: 'size', type: 'integer', operators, read: ({ size }) => size },
];

/** Things by key, with an index on `key` alone; `steps` counts what a walk reads. */
function sourceOf(things: readonly Thing[]): Source<Thing> & { readonly steps: number[] } {
  const byKey = new Map(things.map((thing) => [thing.key, thing]));
  const steps: number[] = [];
  return {
    steps,
    keyOf: ({ key }) => key,
    get: (key) => byKey.get(key),
    page: (offset, limit, reverse) => ({
      total: things.length,
      items: (reverse ? things.toReversed() : things).slice(offset, offset + limit),
    }),
    next(after, limit, reverse) {
      const from = reverse ? things.toReversed() : things;
      const beyond = (key: number) => after === undefined || (reverse ? key < after : key > after);
      const items = from.filter(({ key }) => beyond(key)).slice(0, limit);
      steps.push(items.length);
      return items;
    },
    lookUp: ({ field, operator, value }) =>
      field === 'key' && operator === 'eq' ? [Number(value)] : undefined,
  };
}

function wanted(query: Record<string, string>) {
  return wantedOf(listQuery.parse(query), fields) ?? assert.fail('not understood');
}

const things = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ key: n + 1, size: (n * 7919) % 1009 }));
const never = () => false;

/** The page that a search found. */
async function page(
  walks: Walks,
  source: Source<Thing>,
  query: Record<string, string>,
  gone = never,
): Promise<Found<Thing>> {
  const found = await walks.search(source, wanted(query), gone);
  assert.ok(typeof found === 'object' && !(found instanceof Response));
  return found;
}

test('an index serves what it can, alone, within an and, and on both sides of an or', () => {
  const plan = (filter: string) => {
    const found = filterOfQuery({ filter }, fields);
    assert.ok(found && found !== 'unknown', filter);
    return keysBy(found, sourceOf([]).lookUp);
  };
  assert.deepEqual(plan('key eq 5'), [5]);
  assert.deepEqual(plan('size eq 1 and key eq 5'), [5]);
  assert.deepEqual(plan('(key eq 5 or key eq 6) and (key eq 7 or size eq 1)'), [5, 6]);
  assert.deepEqual(plan('(key eq 5 or key eq 6) and key eq 7'), [7]);
  assert.deepEqual(plan('key eq 5 or key eq 6 and size gt 2'), [5, 6]);
  assert.equal(plan('key eq 5 or size eq 1'), undefined);
  assert.equal(plan('not key eq 5'), undefined);
  assert.equal(plan('key gt 5'), undefined);
});

test('a look-up reads no other item, among however many', async () => {
  const source = sourceOf(things(5000));
  const walks = new Walks(() => undefined);
  const found = await page(walks, source, { filter: 'key eq 4000 and size ge 0 or key eq 7' });
  assert.deepEqual(
    found.items.map(({ key }) => key),
    [7, 4000],
  );
  assert.deepEqual(source.steps, []);
});

test('a walk goes in steps, between which others have their turn and the store is refreshed', async () => {
  const source = sourceOf(things(1000));
  let refreshed = 0;
  const walks = new Walks(() => {
    refreshed += 1;
  });
  let turns = 0;
  let walking = true;
  const other = () => {
    turns += 1;
    if (walking) setImmediate(other);
  };
  other();
  const found = await page(walks, source, { filter: 'size ge 0' });
  walking = false;
  assert.equal(found.total, 1000);
  assert.deepEqual(source.steps, [200, 200, 200, 200, 200, 0]);
  assert.equal(refreshed, 6);
  assert.ok(turns >= 5, `${turns} turns`);
});

test('a few walk at once, a few more wait, the rest is told to come later; none is lost', async () => {
  const walks = new Walks(() => undefined);
  const results = await Promise.all(
    Array.from({ length: 10 }, () =>
      walks.search(sourceOf(things(1000)), wanted({ filter: 'size ge 0' }), never),
    ),
  );
  const busy = results.filter((result) => result instanceof Response);
  assert.equal(busy.length, 4);
  assert.equal(busy[0]?.status, 429);
  assert.equal(busy[0]?.headers.get('retry-after'), '5');
  assert.equal(results.filter((result) => 'total' in Object(result)).length, 6);
  const again = await walks.search(sourceOf(things(9)), wanted({ filter: 'size ge 0' }), never);
  assert.equal('total' in Object(again), true);
});

test('look-ups and plain pages are served however many walk', async () => {
  const walks = new Walks(() => undefined);
  const busy = Array.from({ length: 6 }, () =>
    walks.search(sourceOf(things(1000)), wanted({ filter: 'size ge 0' }), never),
  );
  for (const query of [{ filter: 'key eq 7' }, { limit: '1' }] as Record<string, string>[]) {
    assert.equal((await page(walks, sourceOf(things(9)), query)).items.length, 1);
  }
  await Promise.all(busy);
});

test('a walk ends when its client has gone', async () => {
  const source = sourceOf(things(1000));
  let asked = 0;
  await new Walks(() => undefined).search(source, wanted({ filter: 'size ge 0' }), () => {
    asked += 1;
    return asked > 2;
  });
  assert.deepEqual(source.steps, [200, 200]);
});

test('pages beyond what is sorted are refused, not answered as empty', async () => {
  const walks = new Walks(() => undefined);
  const far = (number: number) => ({
    ...wanted({ sort_field: 'size' }),
    offset: number * 1000,
    limit: 1000,
  });
  assert.equal(await walks.search(sourceOf([]), far(sortedAtMost / 1000), never), 'too-far');
  assert.deepEqual(await walks.search(sourceOf([]), far(sortedAtMost / 1000 - 1), never), {
    total: 0,
    items: [],
  });
});

test('any page of any order is that of the whole list sorted', async (t) => {
  const walks = new Walks(() => undefined);
  const sizes = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 700 });
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom('asc', 'desc'),
      fc.constantFrom('size', 'key'),
      async (random, limit, number, direction, field) => {
        const all = random.map((size, index) => ({ key: index + 1, size }));
        const query = { limit: String(limit), page_number: String(number), filter: 'size nq 5' };
        const order_by = `${field} ${direction}`;
        const found = await walks.search(sourceOf(all), wanted({ ...query, order_by }), never);
        const sign = direction === 'asc' ? 1 : -1;
        const expected = all
          .filter(({ size }) => size !== 5)
          .sort((a, b) => sign * (a[field as 'key'] - b[field as 'key']) || a.key - b.key);
        assert.deepEqual(found, {
          total: expected.length,
          items: expected.slice((number - 1) * limit, number * limit),
        });
      },
    ),
    { seed: seedOf(t), numRuns: 200 },
  );
});

test('a sort keeps no more than it needs, and is right beyond one cut', async () => {
  const all = Array.from({ length: 25_000 }, (_, n) => ({ key: n + 1, size: (n * 7919) % 25_013 }));
  let at = 0;
  const source: Source<Thing> = {
    ...sourceOf([]),
    get: (key) => all[key - 1],
    next: (_after, limit) => {
      at += limit;
      return all.slice(at - limit, at);
    },
  };
  const query = wanted({ sort_field: 'size', limit: '5', page_number: '3' });
  const found = await new Walks(() => undefined).search(source, query, never);
  const expected = all.toSorted((a, b) => a.size - b.size).slice(10, 15);
  assert.deepEqual(found, { total: 25_000, items: expected });
});
