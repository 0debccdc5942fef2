import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IdentifierFields } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import { Identifiers } from '../../src/store/identifiers.ts';
import { openStore, schemaVersion } from '../../src/store/store.ts';
import { seedOf } from '../support/seed.ts';
import { freshFolder, freshStore } from '../support/store.ts';

export function card(number: string, rest: Partial<IdentifierFields> = {}): IdentifierFields {
  return { type: 'card', number, owner: { name: 'Ann', type: 'owner' }, lock: 'all', ...rest };
}

test('what was created is found by uid and by number', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  const fields = card('1850186', {
    window: { fromS: 1, toS: 2 },
    passes: { max: 3, left: 3 },
  });
  assert.deepEqual(await identifiers.create(fields), { uid: 1 });
  assert.deepEqual(identifiers.get(1), { uid: 1, ...fields });
  assert.deepEqual(identifiers.find('card', '1850186'), { uid: 1, ...fields });
  assert.equal(identifiers.find('ukey', '1850186'), undefined);
  assert.equal(identifiers.find('card', '1850187'), undefined);
  assert.equal(identifiers.count(), 1);
});

test('type and number are one identity; of many writers one wins', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  const results = await Promise.all(
    Array.from({ length: 20 }, () => identifiers.create(card('7'))),
  );
  assert.equal(results.filter((result) => 'uid' in result).length, 1);
  assert.equal(results.filter((result) => 'conflict' in result).length, 19);
  assert.deepEqual(await identifiers.create({ ...card('7'), type: 'ukey' }), { uid: 2 });
});

test('an update moves the index and never takes what belongs to another', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  await identifiers.create(card('1'));
  await identifiers.create(card('2'));
  assert.equal(await identifiers.update(1, () => card('2')), 'duplicate');
  assert.equal(identifiers.find('card', '1')?.uid, 1);
  assert.equal(await identifiers.update(1, () => card('3')), undefined);
  assert.equal(identifiers.find('card', '1'), undefined);
  assert.equal(identifiers.find('card', '3')?.uid, 1);
  assert.equal(await identifiers.update(9, () => card('9')), 'unknown-uid');
});

test('a uid is never used twice, not even after a restart', async (t) => {
  const folder = freshFolder(t);
  let store = openStore(folder, 'writer');
  let identifiers = new Identifiers(store);
  await identifiers.create(card('1'));
  await identifiers.create(card('2'));
  assert.deepEqual(await identifiers.remove([2, 5, 1]), [2, 1]);
  await store.close();
  store = openStore(folder, 'writer');
  t.after(() => store.close());
  identifiers = new Identifiers(store);
  assert.deepEqual(await identifiers.create(card('1')), { uid: 3 });
});

test('lists are in the order of uids, forward and back', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  for (let number = 1; number <= 300; number += 1) await identifiers.create(card(String(number)));
  const uids = (list: { uid: number }[]) => list.map(({ uid }) => uid);
  assert.deepEqual(uids(identifiers.list(254, 4, false)), [255, 256, 257, 258]);
  assert.deepEqual(uids(identifiers.list(0, 2, true)), [300, 299]);
  assert.deepEqual(identifiers.list(300, 10, false), []);
});

test('an error in the middle of a write undoes all of it', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  await identifiers.create(card('1'));
  const failing = identifiers.update(1, () => {
    throw new RangeError('no');
  });
  await assert.rejects(failing, RangeError);
  const half = store.durably(() => {
    store.database<string>('counters', 'ordered-binary').putSync('next-uid', 99);
    throw new RangeError('no');
  });
  await assert.rejects(half, RangeError);
  assert.deepEqual(await identifiers.create(card('2')), { uid: 2 });
});

test('a damaged record is a fault that names it, and can be deleted and made again', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  await identifiers.create(card('5'));
  await store.durably(() => {
    store.database<string>('identifiers', 'ordered-binary').putSync('card:5', { uid: 'one' });
  });
  const isFault = (error: unknown) =>
    error instanceof Fault &&
    error.code === 'store-unreadable' &&
    /type card and number 5/.test(error.message);
  assert.throws(() => identifiers.find('card', '5'), isFault);
  assert.deepEqual(await identifiers.remove([1]), [1]);
  assert.equal(identifiers.find('card', '5'), undefined);
  assert.deepEqual(await identifiers.create(card('5')), { uid: 2 });
});

test('a damaged record of a code does not tell the code', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  await identifiers.create({ ...card('4815'), type: 'inputCode' });
  await store.durably(() => {
    store.database<string>('identifiers', 'ordered-binary').putSync('inputCode:4815', { uid: 'x' });
  });
  assert.throws(
    () => identifiers.find('inputCode', '4815'),
    (error) =>
      error instanceof Fault && /inputCode/.test(error.message) && !/4815/.test(error.message),
  );
});

test('a newer layout is refused with a sentence', async (t) => {
  const folder = freshFolder(t);
  const store = openStore(folder, 'writer');
  await store.close();
  const { open } = await import('lmdb');
  const root = open({ path: `${folder}/latchd.mdb` });
  await root.put('schema', schemaVersion + 1);
  await root.close();
  assert.throws(
    () => openStore(folder, 'writer'),
    (error) => error instanceof Fault && error.code === 'store-newer',
  );
});

test("a link id is one identifier's, and finds it", async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  await identifiers.create(card('1', { linkId: 'a' }));
  assert.deepEqual(await identifiers.create(card('2', { linkId: 'a' })), {
    conflict: 'duplicate-link',
  });
  assert.deepEqual(await identifiers.create(card('2', { linkId: 'b' })), { uid: 2 });
  assert.equal(identifiers.byLinkId('b')?.number, '2');
  assert.equal(await identifiers.update(2, (old) => ({ ...old, linkId: 'a' })), 'duplicate-link');
  assert.equal(await identifiers.update(2, (old) => ({ ...old, linkId: 'c' })), undefined);
  assert.equal(identifiers.byLinkId('b'), undefined);
  assert.equal(identifiers.count(), 2);
  assert.deepEqual(await identifiers.remove([2, 2, 3]), [2]);
  assert.equal(identifiers.byLinkId('c'), undefined);
  assert.equal(identifiers.count(), 1);
});

test('identifiers are found by what they refer to and by the name of their owner', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  const name = 'x'.repeat(400);
  const named = (text: string) => ({ name: text, type: 'owner' }) as const;
  await identifiers.create(card('1', { profiles: [7, 8], apartment: 7, owner: named(name) }));
  await identifiers.create(card('2', { profiles: [8], owner: named(`${name}y`) }));
  assert.deepEqual(identifiers.referring('profile', 8), [1, 2]);
  assert.deepEqual(identifiers.referring('profile', 7), [1]);
  assert.deepEqual(identifiers.referring('apartment', 7), [1]);
  assert.deepEqual(identifiers.referring('level', 7), []);
  assert.deepEqual(identifiers.ownedBy(name), [1]);
  await identifiers.update(1, ({ profiles: _, ...old }) => ({ ...old, owner: named('Bob') }));
  assert.deepEqual(identifiers.referring('profile', 8), [2]);
  assert.deepEqual(identifiers.ownedBy('Bob'), [1]);
  assert.deepEqual(identifiers.ownedBy(name), []);
});

test('parts are listed in their own order, both ways, and counted without being read', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  for (const number of ['5', '30', '4', '100']) {
    await identifiers.create(card(number, number === '5' ? {} : { linkId: `f-${number}` }));
  }
  await identifiers.create({ ...card('7'), type: 'ukey' });
  const ofType = (...page: [number, number, boolean]) => {
    const { total, items } = identifiers.ofType('card', ...page);
    return [total, ...items.map(({ number }) => number)];
  };
  const linked = (...page: [number, number, boolean]) => {
    const { total, items } = identifiers.linked(...page);
    return [total, ...items.map(({ linkId }) => linkId)];
  };
  assert.deepEqual(ofType(0, 10, false), [4, '100', '30', '4', '5']);
  assert.deepEqual(ofType(1, 2, true), [4, '4', '30']);
  assert.deepEqual(ofType(4, 2, false), [4]);
  assert.deepEqual(linked(0, 10, false), [3, 'f-100', 'f-30', 'f-4']);
  assert.deepEqual(linked(1, 5, true), [3, 'f-30', 'f-100']);
  await identifiers.update(2, ({ linkId: _, ...old }) => ({ ...old, type: 'qr' }));
  await identifiers.remove([4, 5]);
  assert.deepEqual(ofType(0, 10, false), [2, '4', '5']);
  assert.deepEqual(linked(0, 10, false), [1, 'f-4']);
  assert.equal(identifiers.ofType('ukey', 0, 10, false).total, 0);
});

test('somebody of the same name is noticed, however long the name is', async (t) => {
  const identifiers = new Identifiers(freshStore(t));
  const named = (name: string) => ({ owner: { name, type: 'owner' } }) as const;
  const long = 'x'.repeat(1000);
  await identifiers.create(card('1', named('Ann')));
  await identifiers.create(card('2', named(long)));
  assert.equal(identifiers.hasNamesake('Ann', 1), false);
  assert.equal(identifiers.hasNamesake('Ann', 2), true);
  assert.equal(identifiers.hasNamesake(long, 2), false);
  assert.equal(identifiers.hasNamesake(long, 1), true);
  assert.equal(identifiers.hasNamesake('An', 9), false);
});

test('several changes at once are made together or not at all', async (t) => {
  const identifiers = new Identifiers(freshStore(t), ({ number }) =>
    number === '9' ? 'master-card' : undefined,
  );
  const results = await identifiers.batch((changes) => [
    changes.create(card('1')),
    changes.create(card('9')),
    changes.update(1, (old) => ({ ...old, lock: 'first' })),
    changes.remove(5),
  ]);
  assert.deepEqual(results, [{ uid: 1 }, { conflict: 'master-card' }, undefined, false]);
  const half = identifiers.batch((changes) => {
    changes.remove(1);
    throw new RangeError('cut');
  });
  await assert.rejects(half, RangeError);
  assert.equal(identifiers.get(1)?.lock, 'first');
});

test('a database of layout 1 is brought up to date', async (t) => {
  const folder = freshFolder(t);
  const old = openStore(folder, 'writer');
  await new Identifiers(old).create(card('5', { owner: { name: 'Ann', type: 'guest' } }));
  await old.close();
  const { open } = await import('lmdb');
  const root = open({ path: `${folder}/latchd.mdb`, maxDbs: 32 });
  await root.openDB('identifier-index', {}).clearAsync();
  await root.openDB('counters', {}).remove('identifiers');
  await root.put('schema', 1);
  await root.close();
  const store = openStore(folder, 'writer');
  t.after(() => store.close());
  const identifiers = new Identifiers(store);
  assert.deepEqual(identifiers.ownedBy('Ann'), [1]);
  assert.equal(identifiers.count(), 1);
  assert.equal(identifiers.ofType('card', 0, 10, false).total, 1);
  assert.equal(identifiers.linked(0, 10, false).total, 0);
});

test('passes are exact under any interleaving of takers, updates and resets', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  let number = 0;
  const action = fc.constantFrom('take', 'take', 'take', 'reset', 'rename', 'turn');
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(action, { minLength: 1, maxLength: 30 }),
      async (max, actions) => {
        number += 1;
        const created = await identifiers.create(
          card(String(number), { passes: { max, left: max } }),
        );
        assert('uid' in created);
        const { uid } = created;
        let taken = 0;
        let refilled = 0;
        const writes: Promise<unknown>[] = [];
        for (const what of actions) {
          if (what === 'take') {
            const left = identifiers.takePass(uid);
            if (left !== undefined) taken += 1;
            assert(left === undefined || left >= 0);
          } else if (what === 'turn') await new Promise(setImmediate);
          else {
            writes.push(
              identifiers.update(uid, (old) => {
                if (what === 'rename') return { ...old, owner: { name: 'Bob', type: 'guest' } };
                refilled += max - (old.passes?.left ?? 0);
                return { ...old, passes: { max, left: max } };
              }),
            );
          }
        }
        await Promise.all(writes);
        assert.equal(identifiers.get(uid)?.passes?.left, max + refilled - taken);
      },
    ),
    { seed: seedOf(t), numRuns: 200 },
  );
});
