import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, asManager, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/antipassback/reset';

test('an admin forgives one identifier or all; others may not', async (t) => {
  const web = await freshWeb(t);
  await web.identifiers.create({
    type: 'card',
    number: '1',
    lock: 'all',
    owner: { name: 'Ann', type: 'owner' },
  });
  const last = { direction: 'in', atMs: 1 } as const;
  const keep = () => web.passback.note(1, 'hall', last, () => true);
  const post = async (body: unknown, auth = asAdmin) => {
    const answer = await web.call('POST', path, { auth, body });
    return [answer.status, answer.body];
  };
  keep();
  assert.equal((await post({ uid: 'all' }, asManager))[0], 403);
  assert.deepEqual(await post({ uid: 2 }), [400, { error: 'Wrong Identifier uid' }]);
  assert.deepEqual(await post({ uid: 'none' }), [400, { error: 'Wrong JSON body' }]);
  assert.deepEqual(await post({ uid: true }), [
    400,
    { error: 'Wrong JSON body: value `uid` was of the wrong type' },
  ]);
  assert.deepEqual(await post({}), [400, { error: 'Wrong JSON body: no value for `uid`' }]);
  assert.deepEqual(web.passback.last(1, 'hall'), last);
  assert.deepEqual(await post({ uid: 1 }), [200, {}]);
  assert.equal(web.passback.last(1, 'hall'), undefined);
  keep();
  assert.deepEqual(await post({ uid: 'all' }), [200, {}]);
  assert.equal(web.passback.last(1, 'hall'), undefined);
  const key = 'anti_passback_was_reset';
  const events = (await web.recorded()).filter((event) => event.key === key);
  const told = events.map(({ model }) => [key, model]);
  assert.deepEqual(told, [
    [key, { identifier_uid: 1, owner: 'Ann', by: 'admin' }],
    [key, { identifier_uid: null, owner: null, by: 'admin' }],
  ]);
});
