import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { freshFolder, freshStore } from '../support/store.ts';

const defaults = {
  wiegand: { type: 'wiegand_26', representation: 'decimal' },
  openSeconds: { first: 5, second: 3 },
} as const;
const owner = { name: 'Ann', type: 'owner' } as const;
const free = () => false;

test('a master code is told apart from all others, and can be forgotten', async (t) => {
  const { master } = openStored(freshStore(t), defaults);
  assert.deepEqual(
    [master.hasCode(), master.isCode(''), master.isCode('0000')],
    [false, false, false],
  );
  assert.equal(await master.setCode('0123', free), true);
  assert.equal(master.hasCode(), true);
  assert.equal(master.isCode('0123'), true);
  for (const other of ['', '123', '0124', '01230', '00123']) {
    assert.equal(master.isCode(other), false, other);
  }
  assert.equal(await master.setCode('99', free), true);
  assert.deepEqual([master.isCode('0123'), master.isCode('99')], [false, true]);
  assert.equal(await master.setCode(undefined, free), true);
  assert.deepEqual([master.hasCode(), master.isCode('99')], [false, false]);
});

test('the code stands nowhere in the database, and two panels store it differently', async (t) => {
  const values = [];
  for (const folder of [freshFolder(t), freshFolder(t)]) {
    const store = openStore(folder, 'writer');
    await openStored(store, defaults).master.setCode('48151623', free);
    const settings = store.database<string>('settings', 'ordered-binary');
    values.push(JSON.stringify([...settings.getRange({})]));
    await store.close();
  }
  assert.doesNotMatch(values.join(), /48151623/);
  assert.notEqual(values[0], values[1]);
});

test('no identifier gets the number of the master code or card, by any way of writing', async (t) => {
  const { master, identifiers } = openStored(freshStore(t), defaults);
  await master.setCode('1234', free);
  await master.setCard('1850186', free);
  const fields = { owner, lock: 'all' } as const;
  const code = { ...fields, type: 'inputCode', number: '1234' } as const;
  const card = { ...fields, type: 'card', number: '1850186' } as const;
  assert.deepEqual(await identifiers.create(code), { conflict: 'master-code' });
  assert.deepEqual(await identifiers.create(card), { conflict: 'master-card' });
  assert.deepEqual(await identifiers.create({ ...card, type: 'ukey' }), {
    conflict: 'master-card',
  });
  assert.deepEqual(await identifiers.create({ ...code, number: '01234' }), { uid: 1 });
  assert.deepEqual(await identifiers.create({ ...card, number: '1234' }), { uid: 2 });
  assert.equal(await identifiers.update(1, () => code), 'master-code');
  assert.equal(await identifiers.update(2, () => card), 'master-card');
  const both = await identifiers.batch((changes) => [
    changes.create(code),
    changes.update(2, () => card),
  ]);
  assert.deepEqual(both, [{ conflict: 'master-code' }, 'master-card']);
  assert.equal(identifiers.find('inputCode', '1234'), undefined);

  await master.setCode(undefined, free);
  await master.setCard(undefined, free);
  assert.deepEqual(await identifiers.create(code), { uid: 3 });
  assert.equal(await identifiers.update(2, () => card), undefined);
});

test('a number that is taken changes nothing; removing it asks nobody', async (t) => {
  const { master } = openStored(freshStore(t), defaults);
  const taken = () => true;
  await master.setCode('1', free);
  await master.setCard('5', free);
  assert.equal(await master.setCode('2', taken), false);
  assert.equal(await master.setCard('6', taken), false);
  assert.deepEqual([master.isCode('1'), master.card()], [true, '5']);
  assert.equal(await master.setCode(undefined, taken), true);
  assert.equal(await master.setCard(undefined, taken), true);
  assert.deepEqual([master.hasCode(), master.card()], [false, undefined]);
});
