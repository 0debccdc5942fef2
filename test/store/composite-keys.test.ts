import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Identifier, IdentifierFields } from '../../src/door/model.ts';
import { Identifiers } from '../../src/store/identifiers.ts';
import { checkStore } from '../support/check-store.ts';
import { seedOf } from '../support/seed.ts';
import { freshStore } from '../support/store.ts';

type Shared = Partial<
  Pick<IdentifierFields, 'owner' | 'lock' | 'levels' | 'window' | 'profiles' | 'pin' | 'person'>
>;

function card(number: number, rest: Partial<IdentifierFields> = {}): IdentifierFields {
  return {
    type: 'card',
    number: String(number),
    owner: { name: 'Ann', type: 'owner' },
    lock: 'first',
    ...rest,
  };
}

/** What the numbers of a key have in common. */
function sharedOf({ owner, lock, levels, window, profiles, pin, person }: IdentifierFields) {
  return { owner, lock, levels, window, profiles, pin, person };
}

/** Without the optional members of `Shared`. */
function bare(old: Identifier): IdentifierFields {
  const { levels: _l, window: _w, profiles: _f, pin: _p, person: _n, ...rest } = old;
  return rest;
}

/** A key of the numbers 1 to 3, which have the uids 1 to 3, and a card 4. */
async function threeAndOne(identifiers: Identifiers): Promise<void> {
  const rest = { levels: [1], pin: '1234', person: 1 };
  await identifiers.create(card(1, rest));
  await identifiers.create(card(2, { ...rest, partOf: 1 }));
  await identifiers.create(card(3, { ...rest, partOf: 1, linkId: 'a', apartment: 7 }));
  await identifiers.create(card(4, rest));
}

test('a change of any number is one of the whole key; what is a number’s own stays', async (t) => {
  for (const touched of [1, 2, 3]) {
    const store = freshStore(t);
    const identifiers = new Identifiers(store);
    await threeAndOne(identifiers);
    const passes = { max: 3, left: 2 };
    const window = { fromS: 1, toS: 2 };
    const said = { owner: { name: 'Bob', type: 'guest' }, lock: 'all', window, passes } as const;
    const conflict = await identifiers.update(touched, ({ levels: _, ...old }) => ({
      ...old,
      ...said,
      profiles: [5],
    }));
    assert.equal(conflict, undefined);
    for (const uid of [1, 2, 3]) {
      const found = identifiers.get(uid) ?? assert.fail();
      assert.deepEqual(sharedOf(found), {
        ...sharedOf(card(0, said)),
        levels: undefined,
        profiles: [5],
        pin: '1234',
        person: 1,
      });
      assert.deepEqual(found.passes, uid === touched ? passes : undefined);
      assert.equal(found.partOf, uid === 1 ? undefined : 1);
    }
    assert.equal(identifiers.get(3)?.linkId, 'a');
    assert.equal(identifiers.get(3)?.apartment, 7);
    assert.deepEqual(identifiers.get(4)?.levels, [1]);
    checkStore(store);
  }
});

test('a change that says nothing new of the key leaves other numbers as they are', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  await identifiers.create(card(1, { window: { fromS: 1, toS: 2 } }));
  // As stored before changes were of all numbers.
  await identifiers.create(card(2, { partOf: 1, lock: 'all' }));
  await identifiers.update(2, (old) => ({ ...old, passes: { max: 1, left: 1 } }));
  assert.equal(identifiers.get(1)?.lock, 'first');
  await identifiers.update(2, (old) => ({ ...old, owner: { name: 'Bob', type: 'owner' } }));
  const first = identifiers.get(1);
  assert.deepEqual(
    [first?.owner.name, first?.lock, first?.window],
    ['Bob', 'first', { fromS: 1, toS: 2 }],
  );
  assert.equal(identifiers.get(2)?.window, undefined);
});

test('with the first number the whole key goes, with another one only that', async (t) => {
  for (const [uids, removed, left] of [
    [[1], [1], [4]],
    [[2], [2], [1, 3, 4]],
    [
      [3, 2],
      [3, 2],
      [1, 4],
    ],
    // What went along was asked for as well.
    [[1, 3, 9, 1], [1, 3], [4]],
    [[4, 1, 2, 3], [4, 1, 2, 3], []],
  ] as const) {
    const store = freshStore(t);
    const identifiers = new Identifiers(store);
    await threeAndOne(identifiers);
    assert.deepEqual(await identifiers.remove(uids), removed);
    assert.deepEqual(
      identifiers.list(0, 10, false).map(({ uid }) => uid),
      left,
    );
    checkStore(store);
  }
});

test('clearing tells of every number once', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  await threeAndOne(identifiers);
  const told: string[] = [];
  assert.equal(await identifiers.clear(({ number }) => void told.push(number)), 4);
  assert.deepEqual(told.sort(), ['1', '2', '3', '4']);
});

test('a key whose first number cannot be read goes whole; one that cannot hinders no change', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  await threeAndOne(identifiers);
  const records = store.database<string>('identifiers', 'ordered-binary');
  await store.durably(() => records.putSync('card:2', { uid: 2 }));
  await identifiers.update(3, (old) => ({ ...old, lock: 'second' }));
  assert.equal(identifiers.get(1)?.lock, 'second');
  await store.durably(() => records.putSync('card:1', { uid: 1 }));
  assert.deepEqual(await identifiers.remove([1]), [1]);
  assert.deepEqual(
    identifiers.list(0, 10, false).map(({ uid }) => uid),
    [4],
  );
});

test('numbers whose first one is gone already are each by itself', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  await threeAndOne(identifiers);
  // As it was deleted before all went with it.
  await store.durably(() => {
    store.database<string>('identifiers', 'ordered-binary').removeSync('card:1');
    store.database<number>('identifiers-by-uid', 'uint32').removeSync(1);
  });
  await identifiers.update(2, (old) => ({ ...old, lock: 'all' }));
  assert.equal(identifiers.get(3)?.lock, 'first');
  assert.deepEqual(await identifiers.remove([2]), [2]);
  assert.equal(identifiers.get(3)?.number, '3');
});

const owner = fc.constantFrom({ name: 'Ann', type: 'owner' }, { name: 'Bo', type: 'guest' });
const shared: fc.Arbitrary<Shared> = fc.record(
  {
    owner: owner as fc.Arbitrary<IdentifierFields['owner']>,
    lock: fc.constantFrom('first' as const, 'second' as const, 'all' as const),
    levels: fc.constantFrom([], [1], [1, 2]),
    window: fc.constantFrom({ fromS: 1, toS: 2 }, { fromS: 1, toS: 3 }),
    profiles: fc.constantFrom([1], [2, 1]),
    pin: fc.constantFrom('1234', '0000'),
  },
  { requiredKeys: ['owner', 'lock'] },
);
const uid = fc.integer({ min: 1, max: 12 });
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ make: fc.integer({ min: 1, max: 4 }), shared }) },
  { weight: 3, arbitrary: fc.record({ change: uid, shared }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.array(uid, { maxLength: 4 }) }) },
);

test('keys stay whole under any order of changes', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  let next = 1;
  const runs = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
    await identifiers.clear();
    const start = next - 1;
    /** By uid: the key's first uid, and what its numbers share. */
    const model = new Map<number, { readonly first: number; shared: Shared }>();
    for (const one of steps) {
      if ('make' in one) {
        const first = next;
        await identifiers.batch((changes) => {
          for (let count = 0; count < one.make; count += 1) {
            const rest: Partial<IdentifierFields> = {
              ...one.shared,
              ...(count > 0 && { partOf: first }),
            };
            assert.deepEqual(changes.create(card(next, rest)), { uid: next });
            model.set(next, { first, shared: one.shared });
            next += 1;
          }
        });
      } else if ('change' in one) {
        const touched = start + one.change;
        await identifiers.update(touched, (old) => ({ ...bare(old), ...one.shared }));
        const first = model.get(touched)?.first;
        for (const known of model.values()) {
          if (known.first === first) known.shared = one.shared;
        }
      } else {
        const uids = one.remove.map((number) => start + number);
        await identifiers.remove(uids);
        const gone = uids.filter((number) => model.has(number));
        for (const [number, { first }] of [...model]) {
          if (gone.includes(first) || gone.includes(number)) model.delete(number);
        }
      }
      assert.deepEqual(
        identifiers.list(0, 100, false).map((found) => [found.uid, sharedOf(found)]),
        [...model].map(([number, { shared }]) => [number, sharedOf(card(0, shared))]),
      );
    }
  });
  await fc.assert(runs, { seed: seedOf(t), numRuns: 100 });
  checkStore(store);
});
