import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { derivedId, uidOfId } from '../../src/door/derived-id.ts';
import { seedOf } from '../support/seed.ts';

const serial = '0f8fad5b-d9cb-469f-a165-70867728950e';
const uid = fc.integer({ min: 1, max: 2 ** 32 - 1 });
const serials = fc.uuid({ version: 4 });

test('an id is a UUID of version 8 that begins with the uid', () => {
  assert.equal(derivedId('key', serial, 1), '00000001-d9cb-869f-a165-70867728950f');
  assert.equal(derivedId('person', serial, 1), '00000001-d9cb-869f-a165-70867728950c');
  assert.equal(derivedId('key', serial, 2 ** 32 - 1), 'ffffffff-d9cb-869f-a165-70867728950f');
  assert.equal(uidOfId('key', serial, '00000000-d9cb-869f-a165-70867728950f'), undefined);
  assert.equal(uidOfId('key', serial, 'x'), undefined);
});

test('an id leads back to its uid in any case, and to none as that of another kind or panel', (t) => {
  fc.assert(
    fc.property(uid, serials, serials, (uid, own, other) => {
      fc.pre(own.slice(8) !== other.slice(8));
      const id = derivedId('key', own, uid);
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(uidOfId('key', own, id), uid);
      assert.equal(uidOfId('key', own.toUpperCase(), id.toUpperCase()), uid);
      assert.equal(uidOfId('person', own, id), undefined);
      assert.equal(uidOfId('key', other, id), undefined);
    }),
    { seed: seedOf(t) },
  );
});

test('no two uids of a panel have the same id', (t) => {
  fc.assert(
    fc.property(uid, uid, (a, b) => {
      assert.equal(derivedId('key', serial, a) === derivedId('key', serial, b), a === b);
      assert.notEqual(derivedId('key', serial, a), derivedId('person', serial, b));
    }),
    { seed: seedOf(t) },
  );
});
