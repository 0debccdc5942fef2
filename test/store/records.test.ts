import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, freshWeb } from '../support/web-app.ts';

test('a damaged record is left out of lists, told by health, and can be deleted over the API', async (t) => {
  const web = await freshWeb(t);
  const post = async (path: string, body: object) =>
    assert.equal((await web.call('POST', path, { auth: asAdmin, body })).status, 200, path);
  const flat = (room: number) => ({
    name: `Flat ${room}`,
    building: 1,
    unit: 1,
    floor: 1,
    room,
    residents: 1,
    linkId: `flat-${room}`,
  });
  for (const room of [1, 2]) await web.apartments.create(flat(room));
  for (const n of [1, 2]) {
    await post('/api/v1/webhooks', {
      url: `http://192.0.2.${n}/`,
      status: 'active',
      event_types: ['log.*'],
    });
  }
  const cases = [
    ['apartments', '/api/v1/apartment/items', '/api/v1/apartment/item/1'],
    ['webhooks', '/api/v1/webhooks', '/api/v1/webhooks/1'],
  ] as const;
  for (const [kind, list, item] of cases) {
    const shown = async () => {
      const { status, body } = await web.call('GET', list, { auth: asAdmin });
      assert.equal(status, 200, list);
      return body.list_items.length;
    };
    assert.equal(await shown(), 2, kind);
    await web.store.database<number>(kind, 'uint32').put(1, 'nonsense');
    web.store.refresh();
    assert.equal(await shown(), 1, kind);
    const health = await web.call('GET', '/api/v1/panel/health', { auth: asAdmin });
    const codes = health.body.faults.map(({ code }: { code: string }) => code);
    assert.deepEqual([health.body.status, codes], ['degraded', ['record-damaged']]);
    const gone = await web.call('DELETE', item, { auth: asAdmin });
    assert.ok(gone.status < 300, `${item}: ${gone.status} ${JSON.stringify(gone.body)}`);
    assert.equal(await shown(), 1, kind);
    const after = await web.call('GET', '/api/v1/panel/health', { auth: asAdmin });
    assert.deepEqual(after.body, { status: 'ok', faults: [] });
  }
  // What it left behind in the indexes does not stand in the way.
  assert.ok('uid' in (await web.apartments.create(flat(1))));
  assert.equal(web.apartments.count(), 2);
});

/** What a record of an identifier may have become. */
const damages: readonly (readonly [what: string, record: unknown])[] = [
  ['has another owner than there can be', { uid: 1, owner: 'nonsense', lock: 'first' }],
  ['is of another kind', 'nonsense'],
];

for (const [what, record] of damages) {
  test(`an identifier whose record ${what}: in no list, told by health, deleted over the API`, async (t) => {
    const web = await freshWeb(t);
    const link = (n: number) => `91c615e3-1040-4815-8ecb-00000000000${n}`;
    const flat = { name: 'Flat', building: 1, unit: 1, floor: 1, room: 1, residents: 1 };
    const made = await web.apartments.create(flat);
    const apartment = 'uid' in made ? made.uid : 0;
    for (const n of [1, 2]) {
      await web.identifiers.create({
        type: 'card',
        number: String(n),
        owner: { name: 'Ann', type: 'owner' },
        lock: 'first',
        linkId: link(n),
        apartment,
      });
    }
    const ask = (method: string, path: string) => web.call(method, path, { auth: asAdmin });
    const items = '/api/v1/access/identifier/items';
    const filtered = (filter: string) => `${items}?filter=${encodeURIComponent(filter)}`;
    const lists: readonly (readonly [path: string, n: number])[] = [
      ...([items, `${items}?sort_type=desc`, `${items}/link`] as const).map(
        (at) => [at, 2] as const,
      ),
      ['/api/v1/access/identifiers?type=card', 2],
      [filtered("identifier_owner.name eq 'Ann'"), 2],
      [filtered("identifier_type eq 'card'"), 2],
      [filtered("identifier_uid eq '1'"), 1],
      [filtered("identifier_number eq '1'"), 1],
      [filtered(`link_id eq '${link(1)}'`), 1],
      [`${items}/link?filter_field=link_id&filter_type=equal&filter_value=${link(1)}`, 1],
    ];
    const shown = async (path: string) => {
      const { status, body } = await ask('GET', path);
      assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
      return body.list_items.map((one: { identifier_uid: number }) => one.identifier_uid).sort();
    };
    for (const [path, n] of lists) assert.equal((await shown(path)).length, n, path);
    await web.store.database<string>('identifiers', 'ordered-binary').put('card:1', record);
    web.store.refresh();
    for (const [path, n] of lists) assert.deepEqual(await shown(path), n === 2 ? [2] : [], path);
    const { body: flatNow } = await ask('GET', `/api/v1/apartment/item/${apartment}`);
    const attached = JSON.stringify(flatNow.identifiers);
    assert.deepEqual(
      [link(1), link(2)].map((id) => attached.includes(id)),
      [false, true],
    );
    const table = await ask('GET', '/api/v1/access/identifiers/export');
    assert.deepEqual([table.status, table.body.match(/Ann/g).length], [200, 1]);
    // The door gets no identifier of it: nothing opens.
    assert.throws(() => web.identifiers.find('card', '1'), { code: 'store-unreadable' });
    assert.deepEqual(
      (await ask('GET', '/api/v1/panel/health')).body.faults.map(
        (fault: { what: string }) => fault.what,
      ),
      ['The record of identifier 1 is damaged and left out of lists'],
    );
    assert.equal((await ask('DELETE', '/api/v1/access/identifier/item/1')).status, 200);
    const well = await ask('GET', '/api/v1/panel/health');
    assert.deepEqual(well.body, { status: 'ok', faults: [] });
    assert.equal(web.identifiers.count(), 1);
  });
}

test('identifiers are listed though what they refer to is damaged', async (t) => {
  const web = await freshWeb(t);
  const flat = { name: 'Flat', building: 1, unit: 1, floor: 1, room: 1, residents: 1 };
  await web.apartments.create(flat);
  await web.identifiers.create({
    type: 'card',
    number: '1',
    owner: { name: 'Ann', type: 'owner' },
    lock: 'first',
    apartment: 1,
    profiles: [7],
  });
  for (const [kind, uid] of [
    ['apartments', 1],
    ['time-profiles', 7],
  ] as const) {
    await web.store.database<number>(kind, 'uint32').put(uid, 'nonsense');
  }
  web.store.refresh();
  const { status, body } = await web.call('GET', '/api/v1/access/identifier/items', {
    auth: asAdmin,
  });
  assert.equal(status, 200);
  assert.deepEqual(body.list_items[0].apartment, { uid: -1, link_id: null });
  assert.deepEqual(body.list_items[0].time_profiles, { count: 1, uid_items: [7], link_ids: [] });
  const health = await web.call('GET', '/api/v1/panel/health', { auth: asAdmin });
  assert.deepEqual(
    health.body.faults.map(({ what }: { what: string }) => what.split(' ').slice(3, 5).join(' ')),
    ['time-profiles 7', 'apartments 1'],
  );
});
