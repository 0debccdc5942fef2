import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IdentifierFields } from '../../src/door/model.ts';
import { Identifiers } from '../../src/store/identifiers.ts';
import { openPassback, passbackDatabase } from '../../src/store/passback.ts';
import { openStore } from '../../src/store/store.ts';
import { freshFolder, freshStore } from '../support/store.ts';

const card = (number: number): IdentifierFields => ({
  type: 'card',
  number: String(number),
  lock: 'all',
  owner: { name: '', type: 'owner' },
});
const taken = () => true;

test('last passages outlast a restart, each area for itself', async (t) => {
  const folder = freshFolder(t);
  const before = openStore(folder, 'writer');
  const passback = openPassback(before);
  assert.equal(passback.last(1, 'hall'), undefined);
  assert.equal(passback.last(1, 'constructor'), undefined);
  passback.note(1, 'hall', { direction: 'in', atMs: 5 }, taken);
  passback.note(1, 'lab', { direction: 'in', atMs: 6 }, taken);
  passback.note(1, 'hall', { direction: 'out', atMs: 7 }, taken);
  await before.close();
  const after = openStore(folder, 'writer');
  t.after(() => after.close());
  const again = openPassback(after);
  assert.deepEqual(again.last(1, 'hall'), { direction: 'out', atMs: 7, otherMs: 5 });
  assert.deepEqual(again.last(1, 'lab'), { direction: 'in', atMs: 6 });
  assert.equal(again.last(2, 'hall'), undefined);
});

test('a passage is taken back with its pass, and leaves what was known before', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  const passback = openPassback(store);
  await identifiers.create({ ...card(1), passes: { max: 2, left: 2 } });
  const take = () => identifiers.takePass(1);
  const give = () => identifiers.givePass(1);
  passback.note(1, 'hall', { direction: 'in', atMs: 1 }, take);
  assert.equal(passback.takeBack(1, 'hall', undefined, give), 2);
  assert.equal(passback.last(1, 'hall'), undefined);
  assert.equal(store.database<number>(passbackDatabase, 'uint32').doesExist(1), false);
  assert.equal(give(), undefined, 'all are there');

  passback.note(1, 'lab', { direction: 'in', atMs: 2 }, taken);
  passback.note(1, 'hall', { direction: 'in', atMs: 3 }, taken);
  const before = passback.last(1, 'hall');
  passback.note(1, 'hall', { direction: 'out', atMs: 4 }, take);
  assert.equal(passback.takeBack(1, 'hall', before, give), 2);
  assert.deepEqual(passback.last(1, 'hall'), { direction: 'in', atMs: 3 });
  assert.deepEqual(passback.last(1, 'lab'), { direction: 'in', atMs: 2 });
});

test('a pass and the passage are kept both or neither', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  const passback = openPassback(store);
  await identifiers.create({ ...card(1), passes: { max: 2, left: 2 } });
  const last = { direction: 'in', atMs: 1 } as const;
  assert.equal(
    passback.note(1, 'hall', last, () => identifiers.takePass(1)),
    1,
  );
  assert.deepEqual(passback.last(1, 'hall'), last);
  const failure = new Error('in the middle');
  assert.throws(
    () =>
      store.now(() => {
        passback.note(1, 'hall', { direction: 'out', atMs: 2 }, () => identifiers.takePass(1));
        throw failure;
      }),
    { cause: failure },
  );
  assert.deepEqual(passback.last(1, 'hall'), last);
  assert.equal(identifiers.get(1)?.passes?.left, 1);
  // A damaged record keeps no passage, and then no pass is taken.
  store.database<number>(passbackDatabase, 'uint32').putSync(1, { era: 'x' });
  const damaged = { code: 'store-unreadable' };
  assert.throws(() => passback.note(1, 'hall', last, () => identifiers.takePass(1)), damaged);
  assert.throws(() => passback.last(1, 'hall'), damaged);
  assert.equal(identifiers.get(1)?.passes?.left, 1);
  await passback.forgive(1);
  assert.equal(passback.last(1, 'hall'), undefined);
  assert.equal(
    passback.note(1, 'hall', last, () => undefined),
    undefined,
  );
  assert.equal(passback.last(1, 'hall'), undefined);
});

test('one is forgiven, or all at once, and what comes later counts', async (t) => {
  const passback = openPassback(freshStore(t));
  const last = { direction: 'in', atMs: 1 } as const;
  for (const uid of [1, 2, 3]) passback.note(uid, 'hall', last, taken);
  await passback.forgive(2);
  assert.deepEqual(
    [1, 2, 3].map((uid) => passback.last(uid, 'hall')),
    [last, undefined, last],
  );
  await passback.forgive('all');
  assert.deepEqual([passback.last(1, 'hall'), passback.last(3, 'hall')], [undefined, undefined]);
  passback.note(3, 'lab', last, taken);
  assert.deepEqual([passback.last(3, 'hall'), passback.last(3, 'lab')], [undefined, last]);
});

test('there are never more records than identifiers, nor areas than 32 in one', async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store);
  const passback = openPassback(store);
  const records = store.database<number>(passbackDatabase, 'uint32');
  for (let number = 1; number <= 20; number += 1) {
    await identifiers.create(card(number));
    passback.note(number, 'hall', { direction: 'in', atMs: 0 }, taken);
  }
  assert.equal([...records.getKeys({})].length, 20);
  await identifiers.remove([3, 4]);
  assert.equal([...records.getKeys({})].length, 18);
  await identifiers.clear();
  assert.deepEqual([...records.getKeys({})], []);
  for (let area = 0; area < 40; area += 1) {
    passback.note(1, `area-${area}`, { direction: 'in', atMs: area }, taken);
  }
  assert.deepEqual(
    [7, 8, 39].map((area) => passback.last(1, `area-${area}`)?.atMs),
    [undefined, 8, 39],
  );
});
