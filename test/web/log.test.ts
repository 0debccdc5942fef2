import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { asAdmin, type FreshWeb, freshWeb } from '../support/web-app.ts';

function event(rest: Partial<PanelEvent> = {}): PanelEvent {
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_granted_by_valid_identifier',
    text: 'Ann may pass at front',
    model: { reader: 'front' },
    ...rest,
  };
}

/** Reads the log as the local administrator, whose login is no event. */
async function items(web: FreshWeb, query = '') {
  await web.eventLog.settled();
  const { status, body } = await web.call('GET', `/api/v1/log/items?${query}`, { local: true });
  assert.equal(status, 200, query);
  return body;
}

async function sequences(web: FreshWeb, query: string): Promise<number[]> {
  const { list_items } = await items(web, query);
  return list_items.map(({ sequence }: { sequence: number }) => sequence);
}

test('an event is told with its time, its kind and its facts', async (t) => {
  const web = await freshWeb(t);
  const timestamp = web.clock.wallMs();
  web.eventLog.append(event());
  const { list_items, list_option } = await items(web);
  assert.deepEqual(list_items, [
    {
      sequence: 1,
      timestamp,
      category: 'access',
      priority: 'medium',
      name: {
        text: 'Access granted by valid identifier',
        key: 'access_granted_by_valid_identifier',
      },
      info: { text: 'Ann may pass at front', model: { reader: 'front' } },
    },
  ]);
  assert.deepEqual(list_option.pagination, {
    total_items: 1,
    items_limit: 10,
    total_pages: 1,
    current_page: 1,
  });
});

test('events come in pages, both ways round, by time and by category', async (t) => {
  const web = await freshWeb(t);
  const startMs = web.clock.wallMs();
  for (let n = 1; n <= 12; n += 1) {
    web.eventLog.append(event({ category: n % 3 === 0 ? 'system' : 'access' }));
    await web.eventLog.settled();
    web.clock.advance(1e6);
  }
  assert.deepEqual(await sequences(web, ''), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(await sequences(web, 'page_number=2'), [11, 12]);
  assert.deepEqual(await sequences(web, 'page_number=3'), []);
  assert.deepEqual(await sequences(web, 'sort_type=desc&limit=3'), [12, 11, 10]);
  assert.deepEqual(await sequences(web, 'order_by=timestamp%20desc&limit=3'), [12, 11, 10]);
  assert.deepEqual(await sequences(web, 'order_by=timestamp%20asc&limit=3'), [1, 2, 3]);
  assert.deepEqual(
    await sequences(web, `from=${startMs + 2000}&to=${startMs + 4000}&locale=en`),
    [3, 4, 5],
  );
  const category = 'filter_field=category&filter_type=equal&filter_value=system';
  assert.deepEqual(await sequences(web, category), [3, 6, 9, 12]);
  assert.deepEqual((await items(web, `${category}&limit=3`)).list_option.pagination, {
    total_items: 4,
    items_limit: 3,
    total_pages: 2,
    current_page: 1,
  });
  const wrong = [
    'from=x',
    'to=-1',
    'from=1.5',
    'limit=0',
    'filter_field=priority&filter_value=low',
  ];
  for (const query of wrong) {
    const { status, body } = await web.call('GET', `/api/v1/log/items?${query}`, { auth: asAdmin });
    assert.deepEqual([status, body], [400, { error: 'Wrong or missing parameters' }], query);
  }
});

test('numbers of cards follow the representation of this moment', async (t) => {
  const web = await freshWeb(t);
  const readings = [{ format: 'H10301', number: '1850186' }];
  web.eventLog.append(event({ model: { type: 'card', number: '1850186', readings } }));
  web.eventLog.append(event({ model: { type: 'card', number: null } }));
  const models = async () =>
    (await items(web)).list_items.map(
      ({ info }: { info: { model: Record<string, unknown> } }) => info.model,
    );
  assert.deepEqual(await models(), [
    { type: 'card', number: '1850186', readings },
    { type: 'card', number: null },
  ]);
  await web.settings.setWiegand({ type: 'wiegand_34', representation: 'hex' });
  assert.deepEqual(await models(), [
    {
      type: 'card',
      number: '00-1C-3B-4A',
      readings: [{ format: 'H10301', number: '00-1C-3B-4A' }],
    },
    { type: 'card', number: null },
  ]);
});

test('a code that was typed is never shown, in no form', async (t) => {
  const web = await freshWeb(t);
  web.eventLog.append(
    event({
      model: {
        reader: 'front',
        type: 'inputCode',
        number: '4711',
        raw: '1267',
        card: '4711',
        readings: [{ number: '4711' }],
      },
    }),
  );
  const { list_items } = await items(web);
  assert.deepEqual(list_items[0].info.model, { reader: 'front', type: 'inputCode', number: null });
});
