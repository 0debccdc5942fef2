import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { asAdmin, assertShape, type FreshWeb, freshWeb } from '../support/web-app.ts';

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
  const body = await items(web);
  assertShape(web, '/api/v1/log/items', body);
  const { list_items, list_option } = body;
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
    'filter_field=colour&filter_value=low',
    'filter_field=raw&filter_value=1267',
    "filter=category%20gt%20'access'",
    "filter=category%20eq%20'access'%20and",
    'filter=timestamp%20ge%20x',
    'sort_field=category',
    'order_by=colour%20desc',
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

test('events are found in both dialects by what they tell', async (t) => {
  const web = await freshWeb(t);
  const startMs = web.clock.wallMs();
  const passage = { reader: 'front', lock: 'first', type: 'card' };
  const events: Partial<PanelEvent>[] = [
    { model: { ...passage, number: '1850186', owner: 'Ann', identifier_uid: 1 } },
    { model: { ...passage, number: '300', owner: 'Bob', identifier_uid: 2, reader: 'back' } },
    { category: 'system', priority: 'high', key: 'data_cleared', model: { by: 'admin' } },
    {
      key: 'access_denied_by_unknown_card',
      model: { ...passage, number: '7', owner: null, reason: 'unknown-credential' },
    },
    { model: { ...passage, number: '4711', type: 'inputCode', owner: 'Ann' } },
    { priority: 'low', model: { ...passage, type: null, number: null, reason: 'misread' } },
  ];
  for (const one of events) {
    web.eventLog.append(event(one));
    await web.eventLog.settled();
    web.clock.advance(1e6);
  }
  const cases: readonly (readonly [filter: string, sequences: readonly number[]])[] = [
    ["category eq 'system'", [3]],
    ["category nq 'system' and priority eq 'medium'", [1, 2, 4, 5]],
    ["priority eq 'high' or reader eq 'back'", [2, 3]],
    ["name.key eq 'access_denied_by_unknown_card'", [4]],
    ["info.model.reader eq 'front' and not owner eq 'Ann'", [4, 6]],
    ["owner_name eq 'Ann'", [1, 5]],
    ['identifier_uid le 2', [1, 2]],
    ["reason eq 'misread'", [6]],
    ["lock eq 'first' and number eq '1c-3b-4a'", [1]],
    ['number eq 1850186', [1]],
    ['info.model.number gt 7', [1, 2]],
    ["type eq 'inputCode'", [5]],
    // A code that was typed is not told by a filter either.
    ["number eq '4711'", []],
    ['sequence gt 2 and sequence le 4', [3, 4]],
    ['sequence gt 2 and sequence le 4 and not sequence eq 4', [3]],
    [`timestamp ge ${startMs + 1000} and timestamp lt ${startMs + 3000}`, [2, 3]],
    [`timestamp ge ${startMs + 1000} and category eq 'access'`, [2, 4, 5, 6]],
    [`category eq 'access' and category eq 'system'`, []],
    [`category eq 'access' and owner eq 'Ann' and sequence lt 5`, [1]],
    ["category eq 'noise'", []],
  ];
  for (const [filter, expected] of cases) {
    const query = (rest: object) => String(new URLSearchParams({ filter, ...rest }));
    assert.deepEqual(await sequences(web, query({})), expected, filter);
    const newest = await sequences(web, query({ order_by: 'sequence desc', limit: '1' }));
    assert.deepEqual(newest, expected.slice(-1), filter);
    const { list_option } = await items(web, query({ limit: '1', page_number: '2' }));
    assert.equal(list_option.pagination.total_items, expected.length, filter);
    assert.equal(list_option.filter.is_filtered, true);
  }
  const both = `filter_field=reader&filter_value=front&from=${startMs + 3000}&sort_type=desc`;
  assert.deepEqual(await sequences(web, both), [6, 5, 4]);
  await web.settings.setWiegand({ type: 'wiegand_26', representation: 'hex' });
  assert.deepEqual(await sequences(web, 'filter_field=number&filter_value=1C3B4A'), []);
  assert.deepEqual(await sequences(web, 'filter_field=number&filter_value=1C:3B:4A'), [1]);
});

test('a clock that was set back changes no order and hides no event', async (t) => {
  const web = await freshWeb(t);
  const times = [1000, 2000, 3000, 1500, 2500, 500, 4000];
  for (const ms of times) {
    web.clock.setWall(ms);
    web.eventLog.append(event());
    await web.eventLog.settled();
  }
  assert.deepEqual(await sequences(web, ''), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(await sequences(web, 'sort_type=desc&limit=2'), [7, 6]);
  assert.deepEqual(await sequences(web, 'from=1500&to=2500'), [2, 4, 5]);
  assert.deepEqual(await sequences(web, 'from=1500&to=2500&sort_type=desc&limit=2'), [5, 4]);
  assert.deepEqual(await sequences(web, 'filter=timestamp%20lt%201500'), [1, 6]);
});
