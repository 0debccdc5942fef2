import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFirstLevels, openAccessLevels } from '../../src/store/access-levels.ts';
import { type KeyWeb, keyWeb, serial } from '../support/access-keys.ts';
import { freshStore } from '../support/store.ts';
import { asAdmin, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/level';

async function call(web: KeyWeb, method: string, rest: string, body?: unknown) {
  const answer = await web.call(method, `${path}${rest}`, { auth: asAdmin, body });
  return { status: answer.status, body: answer.body };
}

function refusal(error: string) {
  return { status: 400, body: { error } };
}

const done = { status: 200, body: {} };

test('a level is read as it was written, and integrations find it by its id', async (t) => {
  const web = await keyWeb(t);
  await web.timeProfiles.create({ name: 'office', allDay: true, fromS: 0, toS: 1 });
  const body = { name: 'Staff', lock: 'second', time_profiles: { uid_items: [1, 1] } };
  assert.deepEqual(await call(web, 'POST', '', body), { status: 200, body: { uid: 3 } });
  const { body: level } = await call(web, 'GET', '/item/3');
  assert.match(level.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  const staff = { uid: 3, id: level.id, name: 'Staff', lock: 'second' };
  assert.deepEqual(level, { ...staff, time_profiles: { uid_items: [1] } });
  const { body: all } = await call(web, 'GET', '/items');
  assert.deepEqual(
    all.list_items.map(({ name }: { name: string }) => name),
    ['First lock', 'All locks', 'Staff'],
  );
  assert.deepEqual(all.list_items[2], level);
  assert.deepEqual(await web.v1('accesslevels/list'), {
    status: 200,
    body: {
      levels: [
        { id: web.levels.first, name: 'First lock', system_id: serial },
        { id: web.levels.all, name: 'All locks', system_id: serial },
        { id: level.id, name: 'Staff', system_id: serial },
      ],
    },
  });
  const key = { identification: '1', type: 'proximity' };
  await web.v1('accesskeys/add', { key, access_levels: [level.id.toUpperCase()] });
  assert.deepEqual(web.identifiers.get(1)?.levels, [3]);
});

test('a change keeps time profiles that it does not name, and the id', async (t) => {
  const web = await keyWeb(t);
  await web.timeProfiles.create({ name: 'office', allDay: true, fromS: 0, toS: 1 });
  await call(web, 'PATCH', '/item/1', {
    name: 'Front',
    lock: 'all',
    time_profiles: { uid_items: [1] },
  });
  assert.deepEqual(await call(web, 'PATCH', '/item/1', { name: 'Back', lock: 'second' }), done);
  assert.deepEqual((await call(web, 'GET', '/item/1')).body, {
    uid: 1,
    id: web.levels.first,
    name: 'Back',
    lock: 'second',
    time_profiles: { uid_items: [1] },
  });
  const none = { name: 'Back', lock: 'second', time_profiles: { uid_items: [] } };
  assert.deepEqual(await call(web, 'PATCH', '/item/1', none), done);
  assert.equal(web.accessLevels.get(1)?.profiles, undefined);
});

test('the lock of an identifier follows its levels; a deleted one grants nothing', async (t) => {
  const web = await keyWeb(t);
  const { first, all } = web.levels;
  const add = (identification: string, access_levels: string[]) =>
    web.v1('accesskeys/add', { key: { identification, type: 'proximity' }, access_levels });
  await add('1', [first]);
  await add('2', [first, all]);
  const locks = () => [1, 2].map((uid) => web.identifiers.get(uid)?.lock);
  assert.deepEqual(locks(), ['first', 'all']);
  await call(web, 'PATCH', '/item/2', { name: 'x', lock: 'second' });
  assert.deepEqual(locks(), ['first', 'all']);
  await call(web, 'PATCH', '/item/1', { name: 'x', lock: 'second' });
  assert.deepEqual(locks(), ['second', 'second']);
  assert.deepEqual(await call(web, 'DELETE', '/item/1'), done);
  assert.deepEqual(web.identifiers.get(1)?.levels, [1]);
  const seen = await web.v1('accesskeys/add', { key: { identification: '1', type: 'proximity' } });
  assert.deepEqual(seen.body.access_levels, []);
  const { body: status } = await web.v1('accesskeys/status', { id: seen.body.id });
  assert.equal(status.status, 'NotApplied');
});

test('more identifiers than fit one transaction follow their level', async (t) => {
  const web = await keyWeb(t);
  await web.identifiers.batch((changes) => {
    for (let number = 1; number <= 450; number += 1) {
      const owner = { name: 'x', type: 'owner' } as const;
      changes.create({ type: 'card', number: String(number), owner, lock: 'first', levels: [1] });
    }
  });
  // One that is damaged does not keep the others from it.
  const records = web.store.database<string>('identifiers', 'ordered-binary');
  const first = records.get('card:1');
  records.putSync('card:1', { uid: 1 });
  assert.deepEqual(await call(web, 'PATCH', '/item/1', { name: 'x', lock: 'second' }), done);
  records.putSync('card:1', first);
  await call(web, 'PATCH', '/item/1', { name: 'x', lock: 'second' });
  const locks = web.identifiers.list(0, 1000, false).map(({ lock }) => lock);
  assert.deepEqual([locks.length, new Set(locks)], [450, new Set(['second'])]);
});

test('what cannot be is refused', async (t) => {
  const web = await keyWeb(t);
  const body = { name: 'x', lock: 'all' };
  for (const uid of ['3', '0', '-1', '4294967297', 'x']) {
    const wrong = refusal('Wrong access level uid');
    assert.deepEqual(await call(web, 'GET', `/item/${uid}`), wrong);
    assert.deepEqual(await call(web, 'PATCH', `/item/${uid}`, body), wrong);
    assert.deepEqual(await call(web, 'DELETE', `/item/${uid}`), wrong);
  }
  const profile = refusal('Wrong time profile uid');
  for (const uid_items of [[7], [0], [2 ** 40]]) {
    const withProfile = { ...body, time_profiles: { uid_items } };
    assert.deepEqual(await call(web, 'POST', '', withProfile), profile);
    assert.deepEqual(await call(web, 'PATCH', '/item/1', withProfile), profile);
  }
  const noValue = (param: string) => refusal(`Wrong JSON body: no value for \`${param}\``);
  assert.deepEqual(await call(web, 'POST', '', { lock: 'all' }), noValue('name'));
  assert.deepEqual(await call(web, 'POST', '', { name: 'x' }), noValue('lock'));
  assert.deepEqual(await call(web, 'POST', '', { ...body, name: '' }), refusal('Wrong JSON body'));
  assert.deepEqual(
    await call(web, 'POST', '', { ...body, lock: 'third' }),
    refusal('Wrong JSON body'),
  );
  const text = await call(web, 'POST', '', { ...body, time_profiles: { uid_items: ['1'] } });
  assert.equal(text.status, 400);
  assert.equal(web.accessLevels.count(), 2);
});

test('a panel begins with a level for each of its locks and one for all, made once', async (t) => {
  for (const [locks, names] of [
    [
      ['first', 'second'],
      ['First lock', 'Second lock', 'All locks'],
    ],
    [['first'], ['First lock', 'All locks']],
  ] as const) {
    const levels = openAccessLevels(freshStore(t));
    await makeFirstLevels(levels, locks);
    const made = levels.all();
    assert.deepEqual(
      made.map(({ name }) => name),
      names,
    );
    assert.deepEqual(
      made.map(({ lock }) => lock),
      [...locks, 'all'],
    );
    assert.equal(new Set(made.map(({ linkId }) => linkId)).size, made.length);
    await levels.remove([1]);
    await makeFirstLevels(levels, locks);
    assert.equal(levels.count(), made.length - 1);
  }
});

test('levels are listed also before the panel has any', async (t) => {
  const web = await freshWeb(t);
  const { body } = await web.call('GET', `${path}/items`, { auth: asAdmin });
  assert.deepEqual(body, { list_items: [] });
});
