import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { asAdmin, asManager, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/system/data/clear';

function event(n: number): PanelEvent {
  return { category: 'info', priority: 'low', key: 'k', text: `event ${n}`, model: { n } };
}

test('the log is cleared in the words of both families; who did it is what remains', async (t) => {
  for (const body of [{ data_types: ['logs'] }, { clear_fields: ['logs', 'logs'] }]) {
    const web = await freshWeb(t);
    await web.call('GET', '/api/v1/log/items', { auth: asAdmin });
    for (let n = 1; n <= 2500; n += 1) web.eventLog.append(event(n));
    const { status, body: answer } = await web.call('POST', path, { auth: asAdmin, body });
    assert.deepEqual([status, answer], [200, {}]);
    const [mark, ...others] = await web.recorded();
    assert.deepEqual([mark?.seq, mark?.key, mark?.model], [2502, 'log_cleared', { by: 'admin' }]);
    assert.deepEqual(others, []);
    const list = await web.call('GET', '/api/v1/log/items', { auth: asAdmin });
    assert.equal(list.body.list_option.pagination.total_items, 1);
    assert.deepEqual([web.events.firstSeq(), web.events.get(1)], [2502, undefined]);
  }
});

test('what happens while the log is cleared is kept, and numbered on', async (t) => {
  const web = await freshWeb(t);
  for (let n = 1; n <= 3000; n += 1) web.eventLog.append(event(n));
  await web.eventLog.settled();
  const clearing = web.commands.clearLog('admin');
  for (let n = 1; n <= 300; n += 1) {
    web.eventLog.append(event(10_000 + n));
    if (n % 50 === 0) await web.eventLog.settled();
  }
  await clearing;
  const events = await web.recorded();
  assert.deepEqual(
    events.map(({ seq, key, model }) => [seq, key === 'log_cleared' || model.n]),
    [[3001, true], ...Array.from({ length: 300 }, (_, index) => [3002 + index, 10_001 + index])],
  );
  await web.commands.clearLog('admin');
  assert.equal((await web.recorded()).length, 1);
});

test('what is not known is not cleared, and nothing else either', async (t) => {
  const web = await freshWeb(t);
  web.eventLog.append(event(1));
  const table: [unknown, string][] = [
    [{}, 'Wrong JSON body: no value for `data_types`'],
    [{ data_types: 'logs' }, 'Wrong JSON body: value `data_types` was of the wrong type'],
    [{ data_types: [] }, 'Wrong JSON body'],
    [{ data_types: ['logs', 'identifiers'] }, 'Wrong JSON body'],
    [{ clear_fields: ['all'] }, 'Wrong JSON body'],
  ];
  for (const [body, error] of table) {
    const answer = await web.call('POST', path, { auth: asAdmin, body });
    assert.deepEqual([answer.status, answer.body], [400, { error }]);
  }
  const manager = await web.call('POST', path, { auth: asManager, body: { data_types: ['logs'] } });
  assert.equal(manager.status, 403);
  assert.equal(web.events.get(1)?.text, 'event 1');
});
