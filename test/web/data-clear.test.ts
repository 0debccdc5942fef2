import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { keyWeb } from '../support/access-keys.ts';
import { asAdmin, asManager, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/system/data/clear';

function clear(web: FreshWeb, body: unknown, auth = asAdmin) {
  return web.call('POST', path, { auth, body });
}

async function fill(web: FreshWeb): Promise<void> {
  for (let n = 1; n <= 700; n += 1) {
    web.eventLog.append({ category: 'info', priority: 'low', key: 'k', text: 't', model: { n } });
  }
  await web.recorded();
  for (const number of ['1', '2']) {
    const body = cardBody(number);
    await web.call('POST', '/api/v1/access/identifier', { auth: asAdmin, body });
  }
}

test('the log is cleared in the words of both families; numbering goes on, one event tells who', async (t) => {
  const web = await freshWeb(t);
  await fill(web);
  for (const body of [{ data_types: ['logs'] }, { clear_fields: ['logs'], unknown: 1 }]) {
    const before = await web.recorded();
    const last = before.at(-1)?.seq ?? 0;
    const { status, body: said } = await clear(web, body);
    assert.deepEqual([status, said], [200, {}]);
    const [only, ...others] = await web.recorded();
    assert.deepEqual(others, []);
    assert.equal(only?.seq, last + 1);
    assert.equal(only.key, 'data_cleared');
    assert.deepEqual(only.model, { what: 'logs', count: before.length, by: 'admin' });
  }
  assert.equal(web.identifiers.count(), 2);
  const { total } = web.events.query({
    newestFirst: true,
    offset: 0,
    limit: 9,
    category: 'info',
  });
  assert.equal(total, 0);
});

test('identifiers are cleared: none is found any more, uids go on, the event tells it', async (t) => {
  const web = await freshWeb(t);
  await fill(web);
  assert.equal((await clear(web, { data_types: ['identifiers'] })).status, 200);
  assert.equal(web.identifiers.count(), 0);
  assert.equal(web.identifiers.find('card', '1'), undefined);
  assert.deepEqual(web.identifiers.ownedBy('Ann'), []);
  const created = await web.call('POST', '/api/v1/access/identifier', {
    auth: asAdmin,
    body: cardBody('1'),
  });
  assert.deepEqual(created.body, { uid: 3 });
  const { model } = (await web.recorded()).at(-1) ?? assert.fail();
  assert.deepEqual(model, { what: 'identifiers', count: 2, by: 'admin' });
});

test('persons who held what is cleared are forgotten with it', async (t) => {
  const web = await keyWeb(t);
  for (let number = 1; number <= 60; number += 1) {
    const key = { type: 'proximity', identification: String(number) };
    assert.equal((await web.v1('accesskeys/add', { key })).status, 200);
  }
  assert.equal(web.persons.count(), 60);
  assert.equal((await clear(web, { data_types: ['identifiers'] })).status, 200);
  assert.deepEqual([web.identifiers.count(), web.persons.count()], [0, 0]);
});

test('both at once: the log keeps what tells of both', async (t) => {
  const web = await freshWeb(t);
  await fill(web);
  await clear(web, { clear_fields: ['identifiers', 'logs'], data_types: ['logs'] });
  assert.equal(web.identifiers.count(), 0);
  assert.deepEqual(
    (await web.recorded()).map(({ model }) => model.what),
    ['logs', 'identifiers'],
  );
});

test('what is not known clears nothing; only an admin may', async (t) => {
  const web = await freshWeb(t);
  await fill(web);
  const events = (await web.recorded()).length;
  const refused = [
    [{}, 'Wrong JSON body: no value for `data_types`'],
    [{ data_types: 'logs' }, 'Wrong JSON body: value `data_types` was of the wrong type'],
    [{ data_types: [1] }, 'Wrong JSON body: value `data_types` was of the wrong type'],
    [{ data_types: [] }, 'Wrong JSON body'],
    [{ data_types: ['logs', 'everything'] }, 'Wrong JSON body'],
    [{ data_types: ['logs'], clear_fields: ['forwards'] }, 'Wrong JSON body'],
    ['no', 'Wrong JSON body'],
  ] as const;
  for (const [body, error] of refused) {
    const { status, body: said } = await clear(web, body);
    assert.deepEqual([status, said], [400, { error }], JSON.stringify(body));
  }
  const manager = await clear(web, { data_types: ['logs'] }, asManager);
  assert.deepEqual(
    [manager.status, manager.body],
    [403, { error: 'Administrator rights required' }],
  );
  const left = (await web.recorded()).filter(({ key }) => key === 'k' || key === 'data_cleared');
  assert.equal(left.length, 700);
  assert.ok(events >= 700);
  assert.equal(web.identifiers.count(), 2);
});

test('a disk that refuses is told, not hidden', async (t) => {
  const fault = new Fault('store-unwritable', 'the event log could not be cleared', 'make room');
  const web = await freshWeb(t, { commands: { clearLog: () => Promise.reject(fault) } });
  const { status, body } = await clear(web, { data_types: ['logs'] });
  assert.deepEqual([status, body], [503, { error: 'The event log could not be cleared' }]);
});
