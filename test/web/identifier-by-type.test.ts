import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, limited } from '../support/linked.ts';
import { asAdmin, asManager, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/identifiers';
const noValue = (param: string) => `Wrong JSON body: no value for \`${param}\``;
const wrongType = (param: string) => `Wrong JSON body: value \`${param}\` was of the wrong type`;
const unlimited = { time: { is_permanent: true }, passes: { is_permanent: true } };
const uuid = '123e4567-e89b-42d3-a456-426614174000';

/** What an update says of an identifier. */
const said = (rest: object = {}) => ({
  identifier_owner: { name: 'Bob', type: 'guest' },
  lock: 'all',
  valid: unlimited,
  ...rest,
});
const numbered = (identifier_number: unknown, rest: object = {}) => ({
  identifier_number,
  ...said(rest),
});

async function create(web: FreshWeb, ...bodies: object[]): Promise<void> {
  for (const body of bodies) {
    assert.equal((await call(web, 'POST', '/api/v1/access/identifier', body)).status, 200);
  }
}

function setHex(web: FreshWeb) {
  return web.commands.setWiegand({ representation: 'hex', type: 'wiegand_26' });
}

/** [type, success, number, extended_info] of each result. */
async function results(web: FreshWeb, method: string, query: string, body?: unknown) {
  const answer = await call(web, method, `${path}?${query}`, body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.result.map((one: Record<string, unknown>) => [
    ...[one.identifier_type, one.success, one.identifier_number, one.extended_info],
  ]);
}

test('one identifier is updated; the number in its body is ignored', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('44'), cardBody('45'));
  const body = numbered('45', { valid: { ...unlimited, time: window(5, 6) } });
  assert.deepEqual((await call(web, 'PUT', `${path}?type=card&number=44`, body)).body, {
    result: [
      {
        identifier_type: 'card',
        success: true,
        identifier_number: '44',
        extended_info: 'updated',
      },
    ],
  });
  assert.deepEqual(web.identifiers.get(1), {
    uid: 1,
    type: 'card',
    number: '44',
    lock: 'all',
    window: { fromS: 5, toS: 6 },
    owner: { name: 'Bob', type: 'guest' },
  });
  assert.equal(web.identifiers.get(2)?.lock, 'first');
});

test('many are updated at once, each with its result in its place', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('44'), cardBody('45'), cardBody('46', { identifier_type: 'ukey' }));
  const list_items = [
    numbered('44'),
    numbered(45),
    numbered('00:00:2d', { lock: 'second' }),
    numbered('46'),
    numbered('x'),
    numbered(-1),
    numbered(1e21),
    numbered('44', { identifier_type: 'face_id' }),
    numbered('44', { identifier_type: 'qr' }),
    numbered('44', { valid: { ...unlimited, time: window(6, 5) } }),
    numbered('44', { identifier_type: 'ukey', lock: 'first' }),
    numbered('44'),
  ];
  assert.deepEqual(await results(web, 'PUT', 'type=card', { list_items }), [
    ['card', true, '44', 'updated'],
    ['card', true, '45', 'updated'],
    ['card', true, '00:00:2d', 'updated'],
    ['card', false, '46', 'entity_not_found'],
    ['card', false, 'x', 'entity_not_found'],
    ['card', false, '-1', 'entity_not_found'],
    ['card', false, '1e+21', 'entity_not_found'],
    ['card', false, '44', 'face_id_not_supported'],
    ['card', false, '44', 'wrong_identifier_number'],
    ['card', false, '44', 'invalid_time_rules_settings'],
    ['ukey', true, '44', 'updated'],
    ['card', false, '44', 'entity_not_found'],
  ]);
  assert.equal(web.identifiers.find('ukey', '44')?.lock, 'first');
  assert.equal(web.identifiers.get(2)?.lock, 'second');
  assert.equal(web.identifiers.find('card', '44'), undefined);
  assert.deepEqual(await results(web, 'PUT', 'type=card', { list_items: [] }), []);
});

test('a type is never changed to that of an identifier that is there', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('44'), cardBody('44', { identifier_type: 'ukey' }));
  const body = said({ identifier_type: 'ukey' });
  assert.deepEqual(await results(web, 'PUT', 'type=card&number=44', body), [
    ['card', false, '44', 'number_taken_by_another_identifier'],
  ]);
  assert.equal(web.identifiers.get(1)?.type, 'card');
});

test('the same digits are another identifier in hex than in decimal', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('44'), cardBody('68'));
  const list_items = [numbered('44'), numbered(44)];
  await setHex(web);
  assert.deepEqual(await results(web, 'PUT', 'type=card', { list_items }), [
    ['card', true, '44', 'updated'],
    ['card', true, '44', 'updated'],
  ]);
  assert.equal(web.identifiers.get(1)?.lock, 'first');
  assert.equal(web.identifiers.get(2)?.lock, 'all');
  const read = await call(web, 'GET', `${path}?type=card&number=44`);
  assert.deepEqual([read.body.identifier_uid, read.body.identifier_number], [2, '00-00-44']);
  assert.deepEqual(await results(web, 'DELETE', 'type=card&number=44'), [
    ['card', true, '44', 'deleted'],
  ]);
  assert.equal(web.identifiers.find('card', '68'), undefined);
  assert.equal(web.identifiers.find('card', '44')?.uid, 1);
});

test('passes are read leniently: a maximum may be missing, and keeps the one that stands', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1', limited(5)), cardBody('2'));
  web.identifiers.takePass(1);
  const put = (number: number, passes: object) =>
    results(web, 'PUT', `type=card&number=${number}`, said({ valid: { ...unlimited, passes } }));
  const updated = (number: number) => [['card', true, String(number), 'updated']];
  const refused = (number: number) => [
    ['card', false, String(number), 'invalid_time_rules_settings'],
  ];
  assert.deepEqual(await put(1, { is_permanent: false }), updated(1));
  assert.deepEqual(web.identifiers.get(1)?.passes, { max: 5, left: 4 });
  assert.deepEqual(await put(1, { is_permanent: false, max_passes: null }), updated(1));
  assert.deepEqual(await put(1, { is_permanent: false, max_passes: 7 }), updated(1));
  assert.deepEqual(web.identifiers.get(1)?.passes, { max: 7, left: 6 });
  assert.deepEqual(await put(1, { is_permanent: false, max_passes: 0 }), refused(1));
  assert.deepEqual(await put(2, { is_permanent: false }), updated(2));
  assert.deepEqual(await put(2, { is_permanent: false, max_passes: null }), updated(2));
  const { lock, passes } = web.identifiers.get(2) ?? {};
  assert.deepEqual([lock, passes], ['all', undefined]);
  assert.deepEqual(await put(1, { is_permanent: true, max_passes: 3 }), updated(1));
  assert.equal(web.identifiers.get(1)?.passes, undefined);
});

test('an update keeps link, apartment, profiles, PIN and person; levels as long as the lock', async (t) => {
  const web = await freshWeb(t);
  const kept = { linkId: uuid, apartment: 3, profiles: [7], pin: '1234', person: 5 };
  const owner = { name: 'Ann', type: 'owner' } as const;
  const fields = { type: 'card', number: '1', owner, lock: 'all', ...kept } as const;
  await web.identifiers.create({ ...fields, levels: [9] });
  const bob = { uid: 1, ...fields, owner: { name: 'Bob', type: 'guest' } };
  await results(web, 'PUT', 'type=card&number=1', said({ lock: 'all' }));
  assert.deepEqual(web.identifiers.get(1), { ...bob, levels: [9] });
  await results(web, 'PUT', 'type=card&number=1', said({ lock: 'second' }));
  assert.deepEqual(web.identifiers.get(1), { ...bob, lock: 'second' });
});

test('one is read by type and number, all of a type in pages', async (t) => {
  const web = await freshWeb(t);
  await create(
    web,
    ...['5', '30', '4', '100', '2'].map((number) => cardBody(number)),
    cardBody('5', { identifier_type: 'ukey' }),
    cardBody(uuid, { identifier_type: 'qr' }),
  );
  const get = async (query: string) => (await call(web, 'GET', `${path}?${query}`)).body;
  const numbers = async (query: string) =>
    (await get(query)).list_items.map((item: Record<string, unknown>) => item.identifier_number);
  const item = (await call(web, 'GET', '/api/v1/access/identifier/item/1')).body;
  assert.deepEqual(await get('type=card&number=5'), item);
  assert.equal((await get('type=ukey&number=00-05')).identifier_uid, 6);
  assert.equal((await get(`type=qr&number=${uuid.toUpperCase()}`)).identifier_uid, 7);
  assert.deepEqual(await numbers('type=card'), ['100', '2', '30', '4', '5']);
  assert.deepEqual(await numbers('type=card&limit=2&page_number=2'), ['30', '4']);
  assert.deepEqual(await numbers('type=card&limit=2&sort_type=desc'), ['5', '4']);
  assert.deepEqual(await numbers('type=card&page_number=2'), []);
  assert.deepEqual(await numbers('type=qr'), [uuid]);
  assert.deepEqual(await numbers('type=inputCode'), []);
  assert.deepEqual(await numbers('type=face_id'), []);
  assert.deepEqual((await get('type=card&limit=2')).list_option.pagination, {
    total_items: 5,
    items_limit: 2,
    total_pages: 3,
    current_page: 1,
  });
  const empty = 'filter_field=&filter_type=&filter_format=&filter_value=';
  assert.equal((await get(`type=card&${empty}`)).list_option.pagination.total_items, 5);
  const [some = ''] = await numbers('type=card');
  assert.deepEqual(await numbers(`type=card&filter=identifier_number eq '${some}'`), [some]);
  assert.deepEqual(await numbers(`type=qr&filter=identifier_number eq '${some}'`), []);
  assert.deepEqual(await numbers(`type=qr&filter_field=lock&filter_value=none`), []);
  await results(web, 'PUT', 'type=card&number=5', said({ identifier_type: 'inputCode' }));
  assert.equal((await get('type=card')).list_option.pagination.total_items, 4);
  assert.equal((await get('type=inputCode')).list_option.pagination.total_items, 1);
});

test('many are deleted at once; what is not there is told', async (t) => {
  const web = await freshWeb(t);
  await create(
    web,
    cardBody('1'),
    cardBody('2'),
    cardBody('3'),
    cardBody('2', { identifier_type: 'ukey' }),
  );
  const list_items = ['2', 3, '3', '9', 'x'].map((identifier_number) => ({ identifier_number }));
  assert.deepEqual(await results(web, 'DELETE', 'type=card', { list_items }), [
    ['card', true, '2', 'deleted'],
    ['card', true, '3', 'deleted'],
    ['card', false, '3', 'entity_not_found'],
    ['card', false, '9', 'entity_not_found'],
    ['card', false, 'x', 'entity_not_found'],
  ]);
  const faces = [['face_id', false, '1', 'entity_not_found']];
  assert.deepEqual(await results(web, 'DELETE', 'type=face_id&number=1'), faces);
  assert.deepEqual(await results(web, 'PUT', 'type=face_id&number=1', said()), faces);
  assert.deepEqual(
    web.identifiers.list(0, 9, false).map(({ uid }) => uid),
    [1, 4],
  );
});

test('what is wrong as a whole is refused, and nothing of it is done', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1'));
  const wrong = 'Wrong or missing parameters';
  const good = numbered('1');
  const one = said();
  const without = (member: string, { [member]: _, ...rest }: Record<string, unknown>) => rest;
  const list = (item: unknown) => ({ list_items: [good, item] });
  const refused: readonly (readonly [
    method: string,
    query: string,
    body: unknown,
    error: string,
  ])[] = [
    ['GET', '', undefined, wrong],
    ['GET', 'type=fob', undefined, wrong],
    ['GET', 'type=card&number=', undefined, wrong],
    ['GET', 'type=card&number=9', undefined, wrong],
    ['GET', 'type=card&number=x', undefined, wrong],
    ['GET', 'type=face_id&number=1', undefined, wrong],
    ['GET', 'type=card&limit=0', undefined, wrong],
    ['GET', 'type=card&filter_field=height&filter_value=all', undefined, wrong],
    ['GET', 'type=card&order_by=height%20asc', undefined, wrong],
    ['PUT', '', { list_items: [good] }, wrong],
    ['PUT', 'type=fob', { list_items: [good] }, wrong],
    ['PUT', 'number=1', one, wrong],
    ['PUT', 'type=card&number=', one, wrong],
    ['PUT', 'type=card', undefined, 'Wrong JSON body'],
    ['PUT', 'type=card', one, noValue('list_items')],
    ['PUT', 'type=card', { list_items: one }, wrongType('list_items')],
    ['PUT', 'type=card', list(5), wrongType('list_items')],
    ['PUT', 'type=card', list(one), noValue('identifier_number')],
    ['PUT', 'type=card', list(numbered(1.5)), wrongType('identifier_number')],
    ['PUT', 'type=card', list(numbered({})), wrongType('identifier_number')],
    ['PUT', 'type=card', list(without('valid', good)), noValue('valid')],
    ['PUT', 'type=card', list(numbered('1', { valid: {} })), noValue('time')],
    ['PUT', 'type=card', { list_items: Array(10_001).fill(good) }, 'Wrong JSON body'],
    ['PUT', 'type=card&number=1', undefined, 'Wrong JSON body'],
    ['PUT', 'type=card&number=1', { list_items: [good] }, noValue('identifier_owner')],
    ['PUT', 'type=card&number=1', without('lock', one), noValue('lock')],
    ['PUT', 'type=card&number=1', said({ lock: 2 }), wrongType('lock')],
    ['PUT', 'type=card&number=1', said({ lock: 'third' }), 'Wrong JSON body'],
    ['PUT', 'type=card&number=1', said({ identifier_type: 'fob' }), 'Wrong JSON body'],
    [
      'PUT',
      'type=card&number=1',
      said({ valid: { ...unlimited, time: { is_permanent: false, to: 5 } } }),
      noValue('from'),
    ],
    ['DELETE', 'number=1', undefined, wrong],
    ['DELETE', 'type=card', undefined, 'Wrong JSON body'],
    ['DELETE', 'type=card', {}, noValue('list_items')],
    ['DELETE', 'type=card', { list_items: [] }, 'Wrong JSON body'],
    ['DELETE', 'type=card', { list_items: ['1'] }, wrongType('list_items')],
    ['DELETE', 'type=card', { list_items: [{}] }, noValue('identifier_number')],
    ['DELETE', 'type=card', { list_items: Array(10_001).fill({}) }, 'Wrong JSON body'],
  ];
  for (const [method, query, body, error] of refused) {
    const answer = await web.call(method, `${path}?${query}`, { auth: asAdmin, body });
    assert.deepEqual([answer.status, answer.body], [400, { error }], `${method} ${query}`);
  }
  assert.deepEqual(web.identifiers.get(1)?.lock, 'first');
});

test('a manager reads; only an admin updates and deletes', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1'));
  const ask = (method: string) =>
    web.call(method, `${path}?type=card&number=1`, {
      auth: asManager,
      ...(method !== 'GET' && { body: said() }),
    });
  assert.equal((await ask('GET')).status, 200);
  for (const method of ['PUT', 'DELETE']) {
    const { status, body } = await ask(method);
    assert.deepEqual([status, body], [403, { error: 'Administrator rights required' }]);
  }
  assert.equal(web.identifiers.count(), 1);
});

function window(from: number, to: number) {
  return { is_permanent: false, from, to };
}
