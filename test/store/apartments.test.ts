import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Apartment } from '../../src/door/model.ts';
import { openApartments } from '../../src/store/apartments.ts';
import { openStore } from '../../src/store/store.ts';
import { seedOf } from '../support/seed.ts';
import { freshFolder, freshStore } from '../support/store.ts';

function flat(room: number, rest: Partial<Apartment> = {}): Apartment {
  return { name: `Flat ${room}`, building: 1, unit: 0, floor: 2, room, residents: 3, ...rest };
}

test('an apartment is found by uid and by link id, and all are listed', async (t) => {
  const apartments = openApartments(freshStore(t));
  for (let room = 1; room <= 4; room += 1) {
    assert.deepEqual(await apartments.create(flat(room, { linkId: `link-${room}` })), {
      uid: room,
    });
  }
  assert.deepEqual(apartments.get(2), { uid: 2, ...flat(2, { linkId: 'link-2' }) });
  assert.equal(apartments.byLinkId('link-3')?.uid, 3);
  assert.equal(apartments.get(5), undefined);
  assert.equal(apartments.count(), 4);
  const uids = (found: readonly { uid: number }[]) => found.map(({ uid }) => uid);
  assert.deepEqual(uids(apartments.all()), [1, 2, 3, 4]);
});

test('two apartments never have one address, or one link id', async (t) => {
  const apartments = openApartments(freshStore(t));
  await apartments.create(flat(1, { linkId: 'a' }));
  await apartments.create(flat(2, { linkId: 'b' }));
  const taken = { conflict: 'duplicate-address' };
  assert.deepEqual(await apartments.create(flat(1, { name: 'Other' })), taken);
  assert.deepEqual(await apartments.create(flat(3, { linkId: 'a' })), {
    conflict: 'duplicate-link',
  });
  assert.equal(await apartments.update(2, flat(1)), 'duplicate-address');
  assert.equal(await apartments.update(2, flat(2, { linkId: 'a' })), 'duplicate-link');
  assert.equal(await apartments.update(9, flat(9)), 'unknown-uid');
  assert.deepEqual(apartments.get(2), { uid: 2, ...flat(2, { linkId: 'b' }) });
  // What was refused took no address with it.
  assert.deepEqual(await apartments.create(flat(3)), { uid: 3 });
});

test('a moved or deleted apartment leaves its address to others', async (t) => {
  const apartments = openApartments(freshStore(t));
  await apartments.create(flat(1, { linkId: 'a' }));
  assert.equal(await apartments.update(1, flat(1, { name: 'Same place' })), undefined);
  assert.equal(await apartments.update(1, flat(2)), undefined);
  assert.equal(apartments.get(1)?.linkId, 'a', 'the link id stays');
  assert.deepEqual(await apartments.create(flat(1)), { uid: 2 });
  assert.deepEqual(await apartments.remove([1, 7]), [1]);
  assert.equal(apartments.byLinkId('a'), undefined);
  assert.deepEqual(await apartments.create(flat(2)), { uid: 3 });
});

test('an upsert finds by link id, else by address, else creates', async (t) => {
  const apartments = openApartments(freshStore(t));
  await apartments.create(flat(1, { linkId: 'a' }));
  await apartments.create(flat(2));
  const outcomes = await apartments.upsert([
    flat(5, { linkId: 'a' }),
    flat(2, { linkId: 'b' }),
    flat(2, { name: 'Renamed' }),
    flat(6, { linkId: 'c' }),
    flat(6, { linkId: 'a' }),
    flat(6, { linkId: 'c', residents: 9 }),
  ]);
  assert.deepEqual(outcomes, [
    'updated',
    'updated',
    'updated',
    'created',
    'duplicate-address',
    'updated',
  ]);
  assert.deepEqual(apartments.all(), [
    { uid: 1, ...flat(5, { linkId: 'a' }) },
    { uid: 2, ...flat(2, { name: 'Renamed', linkId: 'b' }) },
    { uid: 3, ...flat(6, { linkId: 'c', residents: 9 }) },
  ]);
});

test('a uid is never used twice, not even after a restart', async (t) => {
  const folder = freshFolder(t);
  let store = openStore(folder, 'writer');
  await openApartments(store).create(flat(1));
  await openApartments(store).remove([1]);
  await store.close();
  store = openStore(folder, 'writer');
  t.after(() => store.close());
  assert.deepEqual(await openApartments(store).create(flat(1)), { uid: 2 });
});

test('the index of addresses says what the records say, whatever was done', async (t) => {
  const change = fc.oneof(
    fc.record({ do: fc.constant('create' as const), room: fc.nat(5), uid: fc.nat(0) }),
    fc.record({ do: fc.constant('update' as const), room: fc.nat(5), uid: fc.nat(9) }),
    fc.record({ do: fc.constant('upsert' as const), room: fc.nat(5), uid: fc.nat(9) }),
    fc.record({ do: fc.constant('remove' as const), room: fc.nat(0), uid: fc.nat(9) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      const store = freshStore(t);
      const apartments = openApartments(store);
      for (const { do: what, room, uid } of changes) {
        if (what === 'create') await apartments.create(flat(room));
        if (what === 'update') await apartments.update(uid, flat(room));
        if (what === 'upsert') await apartments.upsert([flat(room, { linkId: `l${uid}` })]);
        if (what === 'remove') await apartments.remove([uid]);
      }
      const index = store.database<[number, number, number, number]>(
        'apartments-by-address',
        'ordered-binary',
      );
      const indexed = [...index.getRange({})].map(({ key, value }) => [key[3], value]);
      const rooms = apartments.all().map(({ room, uid }) => [room, uid]);
      const byRoom = ([a]: unknown[], [b]: unknown[]) => Number(a) - Number(b);
      assert.deepEqual(indexed, rooms.sort(byRoom));
    }),
    { seed: seedOf(t), numRuns: 30 },
  );
});
