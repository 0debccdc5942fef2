import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mondayS, profileBody, repeated, repeatedBy } from '../support/time-profile.ts';
import { asAdmin, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/timeprofile';
const [a, b, c] = [1, 2, 3].map((n) => `91c615e3-1040-4815-8ecb-039a18b756b${n}`) as [
  string,
  string,
  string,
];

async function upsert(web: FreshWeb, list_items: unknown) {
  const { status, body } = await web.call('POST', `${path}/items/link`, {
    auth: asAdmin,
    body: { list_items },
  });
  return status === 200 ? body.result : body;
}

async function remove(web: FreshWeb, link_ids: unknown, where = `${path}/items/link`) {
  const method = where.endsWith('delete') ? 'POST' : 'DELETE';
  const { status, body } = await web.call(method, where, { auth: asAdmin, body: { link_ids } });
  return status === 200 ? body.result : body;
}

const linked = (link_id: unknown, name = 'Day', rest: object = {}) => ({
  ...profileBody(name, rest),
  link_id,
});
const told = (link_id: string, extended_info: string, success = true) => ({
  link_id,
  success,
  extended_info,
});

test('profiles are created and updated by link id, each by itself', async (t) => {
  const web = await freshWeb(t);
  const backwards = { is_all_day: false, date_from: mondayS, date_to: mondayS };
  const first = await upsert(web, [
    linked(a),
    linked(b, 'Wrong', { time_options: backwards }),
    linked(c.toUpperCase(), 'Night'),
    linked(c, 'Night, again'),
  ]);
  assert.deepEqual(first, [
    told(a, 'created'),
    told(b, 'invalid_time_rules_settings', false),
    told(c, 'created'),
    told(c, 'updated'),
  ]);
  const weekly = { repeat_options: repeatedBy('week', ['MON']) };
  const second = await upsert(web, [linked(b), linked(a, 'Week', weekly)]);
  assert.deepEqual(second, [told(b, 'created'), told(a, 'updated')]);
  assert.deepEqual(
    web.timeProfiles.all().map(({ uid, name, linkId }) => [uid, name, linkId]),
    [
      [1, 'Week', a],
      [2, 'Night, again', c],
      [3, 'Day', b],
    ],
  );
  const { body } = await web.call('GET', `${path}/item/1`, { auth: asAdmin });
  assert.deepEqual(body, {
    uid: 1,
    ...linked(a, 'Week', weekly),
    identifiers: { count: 0, uid_items: [] },
  });
});

test('an item that is not well formed refuses the whole list, and nothing is changed', async (t) => {
  const web = await freshWeb(t);
  const wrong = { error: 'Wrong JSON body' };
  const table: [unknown, object][] = [
    [undefined, { error: 'Wrong JSON body: no value for `list_items`' }],
    ['x', { error: 'Wrong JSON body: value `list_items` was of the wrong type' }],
    [[linked(a), linked(undefined)], { error: 'Wrong JSON body: no value for `link_id`' }],
    [
      [linked(a), linked(null)],
      { error: 'Wrong JSON body: value `link_id` was of the wrong type' },
    ],
    [[linked(a), linked('no uuid')], wrong],
    [[linked(a), { link_id: b }], { error: 'Wrong JSON body: no value for `name`' }],
    [[linked(a), linked(b, 'x', { repeat_options: repeatedBy('day', undefined, 0) })], wrong],
    [Array.from({ length: 1001 }, () => ({})), wrong],
  ];
  for (const [items, error] of table) assert.deepEqual(await upsert(web, items), error);
  assert.equal(web.timeProfiles.count(), 0);
  assert.deepEqual(await upsert(web, []), []);
});

test('those with a link id are listed, and deleted by it in either spelling', async (t) => {
  const web = await freshWeb(t);
  await web.call('POST', path, { auth: asAdmin, body: profileBody('Of the panel') });
  await upsert(web, [linked(a), linked(b), linked(c, 'Night')]);
  const list = async (query: string) => {
    const { body } = await web.call('GET', `${path}/items/link?${query}`, { auth: asAdmin });
    return body.list_items.map(({ link_id }: { link_id: string }) => link_id);
  };
  assert.deepEqual(await list(''), [a, b, c]);
  assert.deepEqual(await list('limit=2&sort_type=desc'), [c, b]);
  assert.deepEqual(await list('filter_field=name&filter_value=Day'), [a, b]);

  const unknown = a.replace('91', '00');
  assert.deepEqual(await remove(web, [a.toUpperCase(), unknown, a]), [
    told(a, 'deleted'),
    told(unknown, 'entity_not_found', false),
    told(a, 'entity_not_found', false),
  ]);
  assert.deepEqual(await remove(web, [b], `${path}/link/delete`), [told(b, 'deleted')]);
  assert.deepEqual(await list(''), [c]);
  assert.equal(web.timeProfiles.count(), 2);
  assert.deepEqual(await remove(web, ['x']), { error: 'Wrong JSON body' });
  assert.deepEqual(await upsert(web, [linked(a)]), [told(a, 'created')]);
  assert.equal(web.timeProfiles.byLinkId(a)?.uid, 5);
});

test('a panel holds a thousand profiles; one more is refused, an update is not', async (t) => {
  const web = await freshWeb(t);
  const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const items = Array.from({ length: 999 }, (_, index) =>
    linked(idOf(index), 'Day', { repeat_options: repeated('day') }),
  );
  const made = await upsert(web, items);
  assert.ok(made.every((item: { extended_info: string }) => item.extended_info === 'created'));
  // At once, so that each could take the other's place.
  const last = await upsert(web, [linked(a), linked(b), linked(idOf(0))]);
  assert.deepEqual(last, [
    told(a, 'created'),
    told(b, 'number_of_entities_exceeded', false),
    told(idOf(0), 'updated'),
  ]);
  const one = await web.call('POST', path, { auth: asAdmin, body: profileBody('x') });
  assert.deepEqual([one.status, one.body], [400, { error: 'Too many time profiles' }]);
  assert.equal(web.timeProfiles.count(), 1000);
});
