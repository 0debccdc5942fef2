import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, asManager, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const base = '/api/v1/apartment';
const links = [
  '91c615e3-1040-4815-8ecb-039a18b756b5',
  '0bde56e8-2feb-428a-a82f-e51d2e3692ac',
  'eae44848-5e81-4861-8e63-861d9bd4ebb3',
] as const;

/** A body of an apartment in room `room`; `rest` replaces members. */
function flat(room: number, rest: object = {}) {
  return {
    apartment_address: { building: 1, unit: 2, floor: 3, room },
    apartment_name: `Flat ${room}`,
    residents: { count: 4 },
    ...rest,
  };
}

/** What lists answer of it. */
function item(uid: number, room: number, rest: object = {}) {
  return { uid, ...flat(room), link_id: null, ...rest };
}

async function as(web: FreshWeb, method: string, path: string, body?: unknown) {
  const options = { auth: asAdmin, ...(body !== undefined && { body }) };
  const answer = await web.call(method, `${base}${path}`, options);
  return [answer.status, answer.body];
}

async function withCards(web: FreshWeb, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    const path = '/api/v1/access/identifier';
    const { body } = await web.call('POST', path, { auth: asAdmin, body: cardBody(`${number}`) });
    assert.deepEqual(body, { uid: number });
  }
}

const none = { count: 0, uid_items: [], link_ids: [] };

test('an apartment is created at either path, read, changed and deleted', async (t) => {
  const web = await freshWeb(t);
  assert.deepEqual(await as(web, 'POST', '', flat(1)), [200, { uid: 1 }]);
  assert.deepEqual(await as(web, 'POST', '/item', flat(2)), [200, { uid: 2 }]);
  const identifiers = { physicals: none, input_numbers: none };
  assert.deepEqual(await as(web, 'GET', '/item/1'), [200, item(1, 1, { identifiers })]);
  assert.deepEqual(await as(web, 'PATCH', '/item/1', flat(7)), [200, {}]);
  assert.deepEqual(await as(web, 'GET', '/item/1'), [200, item(1, 7, { identifiers })]);
  assert.deepEqual(await as(web, 'DELETE', '/item/1'), [200, {}]);
  assert.deepEqual(await as(web, 'GET', '/item/1'), [400, { error: 'Wrong apartment uid' }]);
  assert.equal(web.apartments.get(2)?.room, 2);
});

test('an address may leave out all but the building', async (t) => {
  const web = await freshWeb(t);
  const body = flat(0, { apartment_address: { building: 9999 }, residents: {} });
  assert.deepEqual(await as(web, 'POST', '', body), [200, { uid: 1 }]);
  const { building, unit, floor, room, residents } = web.apartments.get(1) ?? {};
  assert.deepEqual([building, unit, floor, room, residents], [9999, 0, 0, 0, 0]);
});

test('a body is refused in the words of the pages', async (t) => {
  const web = await freshWeb(t);
  await as(web, 'POST', '', flat(1));
  await as(web, 'POST', '', flat(2));
  const at = (address: object) => flat(5, { apartment_address: address });
  const full = { building: 1, unit: 2, floor: 3, room: 5 };
  const table: [unknown, string][] = [
    ['not JSON', 'Wrong JSON body'],
    [{}, 'Wrong JSON body: no value for `apartment_address`'],
    [flat(5, { apartment_name: undefined }), 'Wrong JSON body: no value for `apartment_name`'],
    [flat(5, { residents: undefined }), 'Wrong JSON body: no value for `residents`'],
    [at({}), 'Wrong JSON body: no value for `building`'],
    [at({ ...full, room: '5' }), 'Wrong JSON body: value `room` was of the wrong type'],
    [at({ ...full, unit: 1.5 }), 'Wrong JSON body: value `unit` was of the wrong type'],
    [at({ ...full, building: 0 }), 'Wrong Logical Address'],
    [at({ ...full, building: 10_000 }), 'Wrong Logical Address'],
    [at({ ...full, unit: 100 }), 'Wrong Logical Address'],
    [at({ ...full, unit: -1 }), 'Wrong Logical Address'],
    [at({ ...full, floor: 99 }), 'Wrong Logical Address'],
    [at({ ...full, room: 100 }), 'Wrong Logical Address'],
    [flat(5, { apartment_name: ' Flat' }), 'Wrong JSON body'],
    [flat(5, { apartment_name: 'Flat ' }), 'Wrong JSON body'],
    [flat(5, { apartment_name: '' }), 'Wrong JSON body'],
    [flat(5, { residents: { count: -1 } }), 'Wrong JSON body'],
    [flat(2), 'Wrong Logical Address'],
  ];
  for (const [body, error] of table) {
    const title = JSON.stringify(body);
    assert.deepEqual(await as(web, 'POST', '', body), [400, { error }], title);
    assert.deepEqual(await as(web, 'PATCH', '/item/1', body), [400, { error }], title);
  }
  assert.equal(web.apartments.count(), 2);
  assert.equal(web.apartments.get(1)?.room, 1);
  for (const uid of ['9', '0', '-1', '4294967297', '99999999999999999999', 'one']) {
    const unknown = [400, { error: 'Wrong apartment uid' }];
    assert.deepEqual(await as(web, 'GET', `/item/${uid}`), unknown);
    assert.deepEqual(await as(web, 'PATCH', `/item/${uid}`, flat(8)), unknown);
    assert.deepEqual(await as(web, 'DELETE', `/item/${uid}`), unknown);
  }
});

test('apartments are listed in pages, and found by name', async (t) => {
  const web = await freshWeb(t);
  for (let room = 1; room <= 12; room += 1) await as(web, 'POST', '', flat(room));
  await as(web, 'PATCH', '/item/3', flat(3, { apartment_name: 'Flat 7' }));
  const list = async (query: string) => {
    const { body } = await web.call('GET', `${base}/items${query}`, { auth: asManager });
    return [body.list_option.pagination.total_items, body.list_items.map(({ uid }: Uid) => uid)];
  };
  assert.deepEqual(await list(''), [12, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
  assert.deepEqual(await list('?page_number=2'), [12, [11, 12]]);
  assert.deepEqual(await list('?limit=1000&page_number=2147483647'), [12, []]);
  assert.deepEqual(await list('?limit=3&sort_type=desc'), [12, [12, 11, 10]]);
  const named = '?filter_field=apartment_name&filter_type=equal&filter_value=Flat%207';
  assert.deepEqual(await list(named), [2, [3, 7]]);
  assert.deepEqual(await list(`${named}&sort_type=desc&limit=1`), [2, [7]]);
  const { body } = await web.call('GET', `${base}/items?limit=1`, { auth: asManager });
  assert.deepEqual(body.list_items, [item(1, 1)]);
  // A filter that is not understood must not answer with everything.
  const unknown = await as(web, 'GET', '/items?filter_field=residents&filter_value=4');
  assert.deepEqual(unknown, [400, { error: 'Wrong or missing parameters' }]);
});

interface Uid {
  readonly uid: number;
}

test('an identifier belongs to one apartment at a time', async (t) => {
  const web = await freshWeb(t);
  await withCards(web, 2);
  await as(web, 'POST', '', flat(1));
  await as(web, 'POST', '', flat(2));
  const attach = (apartment: number, identifier: number) =>
    as(web, 'POST', `/item/${apartment}/identifier/${identifier}`);
  const detach = (identifier: number) => as(web, 'POST', `/item/unbind/identifier/${identifier}`);
  assert.deepEqual(await attach(1, 1), [200, {}]);
  assert.deepEqual(await attach(1, 1), [200, {}]);
  assert.deepEqual(await attach(2, 1), [
    400,
    { error: 'Identifier uid is already attached to another apartment' },
  ]);
  assert.equal(web.identifiers.get(1)?.apartment, 1);
  assert.deepEqual(await attach(1, 9), [400, { error: 'Wrong identifier uid' }]);
  assert.deepEqual(await attach(9, 2), [400, { error: 'Wrong apartment uid' }]);
  assert.deepEqual(await attach(0, 2), [400, { error: 'Wrong apartment uid' }]);
  assert.equal(web.identifiers.get(2)?.apartment, undefined);

  assert.deepEqual(await detach(1), [200, {}]);
  assert.deepEqual(await detach(1), [200, { error: 'Identifier already unbound' }]);
  assert.deepEqual(await detach(9), [400, { error: 'Wrong identifier uid' }]);
  assert.deepEqual(await attach(2, 1), [200, {}]);
});

test('attaching changes nothing else of an identifier', async (t) => {
  const web = await freshWeb(t);
  const fields = {
    type: 'card',
    number: '7',
    lock: 'first',
    linkId: links[0],
    owner: { name: 'Ann', type: 'guest' },
    window: { fromS: 1, toS: 2 },
    passes: { max: 5, left: 2 },
    profiles: [3],
  } as const;
  await web.identifiers.create(fields);
  await as(web, 'POST', '', flat(1));
  await as(web, 'POST', '/item/1/identifier/1');
  assert.deepEqual(web.identifiers.get(1), { uid: 1, ...fields, apartment: 1 });
  await as(web, 'POST', '/item/unbind/identifier/1');
  assert.deepEqual(web.identifiers.get(1), { uid: 1, ...fields });
});

test('an apartment shows its identifiers: chips, and numbers', async (t) => {
  const web = await freshWeb(t);
  const fields = { owner: { name: 'Ann', type: 'owner' }, lock: 'all' } as const;
  const qr = { ...fields, type: 'qr', number: links[2] } as const;
  await web.identifiers.create({ ...fields, type: 'card', number: '1', linkId: links[0] });
  await web.identifiers.create({ ...fields, type: 'inputCode', number: '1234' });
  await web.identifiers.create({ ...fields, type: 'ukey', number: '1' });
  await web.identifiers.create({ ...qr, linkId: links[1] });
  await web.identifiers.create({ ...fields, type: 'card', number: '2' });
  await as(web, 'POST', '', flat(1));
  for (const uid of [4, 3, 2, 1]) await as(web, 'POST', `/item/1/identifier/${uid}`);
  const { body } = await web.call('GET', `${base}/item/1`, { auth: asManager });
  assert.deepEqual(body.identifiers, {
    physicals: { count: 2, uid_items: [1, 3], link_ids: [links[0]] },
    input_numbers: { count: 2, uid_items: [2, 4], link_ids: [links[1]] },
  });
  assert.doesNotMatch(JSON.stringify(body), /1234/);
});

test('a deleted apartment frees its identifiers, however many, and grants nobody anything', async (t) => {
  const web = await freshWeb(t);
  await as(web, 'POST', '', flat(1));
  await as(web, 'POST', '', flat(2));
  await as(web, 'POST', '', flat(3));
  const card = { owner: { name: 'Ann', type: 'owner' }, lock: 'first', type: 'card' } as const;
  const limits = { window: { fromS: 1, toS: 2 }, profiles: [1] };
  await web.identifiers.batch((changes) => {
    for (let number = 1; number <= 250; number += 1) {
      changes.create({ ...card, ...limits, number: `${number}`, apartment: 1 });
    }
    changes.create({ ...card, number: '999', apartment: 3 });
  });
  assert.deepEqual(await as(web, 'DELETE', '/items', { uid_items: [1, 2, 2, 9, -1] }), [200, {}]);
  assert.deepEqual(web.apartments.all(), [
    { uid: 3, name: 'Flat 3', building: 1, unit: 2, floor: 3, room: 3, residents: 4 },
  ]);
  assert.deepEqual(web.identifiers.referring('apartment', 1), []);
  assert.equal(web.identifiers.count(), 251);
  assert.deepEqual(web.identifiers.get(250), { uid: 250, ...card, ...limits, number: '250' });
  assert.deepEqual(web.identifiers.referring('apartment', 3), [251]);
});

test('an identifier that is attached while its apartment is deleted is freed too', async (t) => {
  const web = await freshWeb(t);
  await withCards(web, 1);
  await as(web, 'POST', '', flat(1));
  await Promise.all([
    as(web, 'DELETE', '/item/1'),
    as(web, 'POST', '/item/1/identifier/1'),
    as(web, 'POST', '/item/1/identifier/1'),
  ]);
  assert.equal(web.apartments.get(1), undefined);
  assert.equal(web.identifiers.get(1)?.apartment, undefined);
});

test('link ids create, update and delete; each item has its own result', async (t) => {
  const web = await freshWeb(t);
  await as(web, 'POST', '', flat(1));
  const upper = links[1].toUpperCase();
  const first = await as(web, 'POST', '/items/link', {
    list_items: [
      flat(1, { link_id: links[0] }),
      flat(2, { link_id: upper }),
      flat(3, { link_id: null }),
      flat(2, { link_id: links[0] }),
    ],
  });
  const result = (link_id: string | null, success: boolean, extended_info: string) => ({
    link_id,
    success,
    extended_info,
  });
  assert.deepEqual(first, [
    200,
    {
      result: [
        result(links[0], true, 'updated'),
        result(links[1], true, 'created'),
        result(null, true, 'created'),
        result(links[0], false, 'has_dublicates'),
      ],
    },
  ]);
  const { body } = await web.call('GET', `${base}/items/link`, { auth: asManager });
  assert.deepEqual(body.list_items, [
    item(1, 1, { link_id: links[0] }),
    item(2, 2, { link_id: links[1] }),
  ]);
  assert.equal(body.list_option.pagination.total_items, 2);
  const reverse = await as(web, 'GET', '/items/link?sort_type=desc&limit=1');
  assert.deepEqual(reverse[1].list_items, [item(2, 2, { link_id: links[1] })]);

  const removed = await as(web, 'DELETE', '/items/link', {
    link_ids: [upper, links[2], links[1]],
  });
  assert.deepEqual(removed, [
    200,
    {
      result: [
        result(links[1], true, 'deleted'),
        result(links[2], false, 'entity_not_found'),
        result(links[1], false, 'entity_not_found'),
      ],
    },
  ]);
  assert.deepEqual(
    web.apartments.all().map(({ uid }) => uid),
    [1, 3],
  );
});

test('a bulk call by link id that is malformed does nothing', async (t) => {
  const web = await freshWeb(t);
  const good = flat(1, { link_id: links[0] });
  const table: [unknown, string][] = [
    [{}, 'Wrong JSON body: no value for `list_items`'],
    [{ list_items: good }, 'Wrong JSON body: value `list_items` was of the wrong type'],
    [
      { list_items: [good, flat(2, { link_id: 5 })] },
      'Wrong JSON body: value `link_id` was of the wrong type',
    ],
    [{ list_items: [good, flat(2, { link_id: 'x' })] }, 'Wrong JSON body'],
    [{ list_items: [good, flat(100)] }, 'Wrong Logical Address'],
    [{ list_items: Array(10_001).fill(1) }, 'Wrong JSON body'],
  ];
  for (const [body, error] of table) {
    assert.deepEqual(await as(web, 'POST', '/items/link', body), [400, { error }], error);
  }
  assert.equal(web.apartments.count(), 0);
  assert.deepEqual(await as(web, 'DELETE', '/items/link', { link_ids: ['x'] }), [
    400,
    { error: 'Wrong JSON body' },
  ]);
});
