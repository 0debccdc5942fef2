import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { type FreshWeb, freshWeb } from '../support/web-app.ts';

const granted = 'access_granted_by_valid_identifier';
const refused = 'access_denied_by_unknown_card';

function passage(key: string, owner: string | null, number: string | null): PanelEvent {
  const who = owner ?? 'Unknown card';
  return {
    category: 'access',
    priority: 'medium',
    key,
    text: key === granted ? `${who} may pass at front` : `${who} was refused at front`,
    model: { reader: 'front', type: 'card', owner, number },
  };
}

async function read(web: FreshWeb, path: string) {
  await web.eventLog.settled();
  const { status, body } = await web.call('GET', path, { local: true });
  assert.equal(status, 200, path);
  return body;
}

test('a search finds a piece of a name, and a number in any spelling', async (t) => {
  const web = await freshWeb(t);
  web.eventLog.append(passage(granted, 'Ann Miller', '1850186'));
  web.eventLog.append(passage(granted, 'Bob', '77'));
  web.eventLog.append(passage(refused, null, '1850186'));
  const found = async (search: string, more = '') => {
    const query = new URLSearchParams({ search });
    const { list_items, list_option } = await read(web, `/api/v1/log/items?${query}${more}`);
    assert.equal(list_option.pagination.total_items, list_items.length);
    return list_items.map(({ sequence }: { sequence: number }) => sequence);
  };
  assert.deepEqual(await found('mill'), [1]);
  assert.deepEqual(await found(' MILLER '), [1]);
  assert.deepEqual(await found('1850186'), [1, 3]);
  assert.deepEqual(await found('0001850186', '&sort_type=desc'), [3, 1]);
  assert.deepEqual(
    await found('1850186', `&filter=${encodeURIComponent(`key eq '${refused}'`)}`),
    [3],
  );
  assert.deepEqual(await found("' or 1 eq 1"), []);
  assert.deepEqual(await found(''), [1, 2, 3]);
});

test('passages are counted by day and by hour of the panel’s zone', async (t) => {
  const web = await freshWeb(t);
  const startMs = web.clock.wallMs();
  const append = (key: string, count: number) => {
    for (let i = 0; i < count; i++) web.eventLog.append(passage(key, 'Ann', '7'));
  };
  append(granted, 3);
  append(refused, 2);
  web.eventLog.append({ ...passage('door_was_opened', null, null), text: 'opened' });
  web.clock.advance(3_600_000_000);
  append(granted, 1);
  const { day, second } = web.clock.civil(Math.floor(startMs / 1000));
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
  const hour = Math.floor(second / 3600);
  const path = `/api/v1/log/passages?from=${startMs}&to=${web.clock.wallMs()}`;
  assert.ok(hour < 23, 'the test stands on an hour that is not the last of its day');
  assert.deepEqual((await read(web, `${path}&by=hour`)).list_items, [
    { day: date, hour, granted: 3, refused: 2 },
    { day: date, hour: hour + 1, granted: 1, refused: 0 },
  ]);
  assert.deepEqual((await read(web, path)).list_items, [
    { day: date, hour: null, granted: 4, refused: 2 },
  ]);
  assert.deepEqual((await read(web, '/api/v1/log/passages?from=0&to=1')).list_items, []);
});

test('the log is exported as CSV: filtered, whole, and without formulas', async (t) => {
  const web = await freshWeb(t);
  web.eventLog.append(passage(granted, '=1+1', '7'));
  web.eventLog.append(passage(granted, 'Ann "A", Miller\r\nflat 2', '8'));
  for (let i = 0; i < 450; i++) web.eventLog.append(passage(refused, null, '9'));
  const rows = (await read(web, '/api/v1/log/export')).split('\r\n');
  assert.equal(
    rows[0],
    'sequence,time,category,event,owner,type,number,reader,lock,reason,by,account,input,text',
  );
  assert.match(rows[1], /^1,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ,access,[a-z_]+,'=1\+1,card,7,front,/);
  assert.match(rows[2], /,"Ann ""A"", Miller$/);
  assert.equal(rows.filter((row: string) => row.includes(refused)).length, 450);
  const some = await read(web, '/api/v1/log/export?search=miller');
  assert.equal(some.split('\r\n').filter((row: string) => /^\d+,/.test(row)).length, 1);
  const wrong = await web.call('GET', '/api/v1/log/export?filter=(', { local: true });
  assert.equal(wrong.status, 400);
});
