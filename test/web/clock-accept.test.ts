import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, asManager, freshWeb } from '../support/web-app.ts';

const path = '/control/clock/accept';
const accept = { local: true, body: {} } as const;

test('a technician at the panel accepts the clock, and the log tells who did', async (t) => {
  const web = await freshWeb(t);
  const ahead = web.clock.wallMs();
  web.eventLog.append({ category: 'info', priority: 'low', key: 'k', text: 't', model: {} });
  web.clock.setWall(ahead - 86_400_000);
  const { status, body } = await web.call('POST', path, accept);
  assert.deepEqual([status, body], [200, {}]);
  assert.equal(web.eventLog.newestMs(), ahead - 86_400_000);
  const last = (await web.recorded()).at(-1);
  assert.deepEqual([last?.key, last?.model.by], ['clock_accepted', 'local']);
  assert.equal(last?.wallMs, ahead - 86_400_000);
});

test('nobody accepts it over the network', async (t) => {
  const web = await freshWeb(t);
  for (const auth of [asAdmin, asManager, undefined]) {
    const { status } = await web.call('POST', path, { body: {}, ...(auth && { auth }) });
    assert.equal(status, 404);
  }
  const keys = (await web.recorded()).map(({ key }) => key);
  assert.equal(keys.includes('clock_accepted'), false);
});

test('a clock that was never set is not accepted', async (t) => {
  const web = await freshWeb(t, { commands: { acceptClock: async () => false } });
  const { status, body } = await web.call('POST', path, accept);
  assert.deepEqual([status, body], [400, { error: 'The clock was never set' }]);
});

test('while the store cannot be written the answer says so; written later, it is one event', async (t) => {
  const web = await freshWeb(t);
  const full = t.mock.method(web.store, 'durably', async () => {
    throw new Error('no space left on device');
  });
  const { status, body } = await web.call('POST', path, accept);
  assert.equal(status, 503, JSON.stringify(body));
  assert.deepEqual(web.eventLog.state(), { waiting: 1, dropped: 0, failing: true });
  full.mock.restore();
  web.clock.advance(1_000_000);
  assert.deepEqual(
    (await web.recorded()).map(({ key }) => key),
    ['clock_accepted'],
  );
  assert.equal((await web.call('POST', path, accept)).status, 200);
});
