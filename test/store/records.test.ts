import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, freshWeb } from '../support/web-app.ts';

test('a damaged record is left out of lists, told by health, and can be deleted over the API', async (t) => {
  const web = await freshWeb(t);
  const post = async (path: string, body: object) =>
    assert.equal((await web.call('POST', path, { auth: asAdmin, body })).status, 200, path);
  const flat = (room: number) => ({
    ...{ name: `Flat ${room}`, building: 1, unit: 1, floor: 1, room, residents: 1 },
    linkId: `flat-${room}`,
  });
  for (const room of [1, 2]) await web.apartments.create(flat(room));
  for (const n of [1, 2]) {
    await post('/api/v1/webhooks', {
      url: `http://192.0.2.${n}/`,
      ...{ status: 'active', event_types: ['log.*'] },
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
