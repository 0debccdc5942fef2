import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, freshWeb } from '../support/web-app.ts';

test('the device says what it is', async (t) => {
  const web = await freshWeb(t);
  await web.settings.setSerial('123e4567-e89b-42d3-a456-426614174000');
  assert.deepEqual((await web.call('GET', '/api/info')).body, {
    firmware_version: '1.2.3',
    framework_version: '1.2.3',
    frontend_version: '1.2.3',
    api_version: '2.12.0',
    device_type: 'panel',
    device_name: 'gate',
    device_model: 'latchd',
    device_serial_number: '123e4567-e89b-42d3-a456-426614174000',
    commit: 'abc',
    hybrid_enable: false,
    hybrid_version: '',
    mcu_version: '',
  });
});

test('the wiegand type is read and set', async (t) => {
  const web = await freshWeb(t);
  const path = '/api/v1/access/general/wiegand/type';
  const set = (body: unknown) => web.call('POST', path, { auth: asAdmin, body });
  const read = async () => (await web.call('GET', path, { auth: asAdmin })).body;
  assert.deepEqual(await read(), { identifier_representation: 'decimal', type: 'wiegand_26' });
  for (const type of ['26', '34', '42', '58', '66', '130']) {
    const value = { identifier_representation: 'hex', type: `wiegand_${type}` };
    const { status, body } = await set(value);
    assert.deepEqual([status, body], [200, {}]);
    assert.deepEqual(await read(), value);
  }
  const refused = [
    [{}, 'Wrong JSON body: no value for `identifier_representation`'],
    [{ identifier_representation: 'hex' }, 'Wrong JSON body: no value for `type`'],
    [
      { identifier_representation: 16, type: 'wiegand_26' },
      'Wrong JSON body: value `identifier_representation` was of the wrong type',
    ],
    [{ identifier_representation: 'octal', type: 'wiegand_26' }, 'Wrong JSON body'],
    [{ identifier_representation: 'hex', type: 'wiegand_37' }, 'Wrong JSON body'],
  ] as const;
  for (const [body, error] of refused) {
    const answer = await set(body);
    assert.deepEqual([answer.status, answer.body], [400, { error }]);
  }
  assert.equal((await read()).type, 'wiegand_130');
});

test('the simulated door plays pulses and shows its relays, without a login', async (t) => {
  const web = await freshWeb(t);
  const play = (body: unknown, reader = 'front') =>
    web.call('POST', `/sim/readers/${reader}/pulses`, { body });
  const answer = await play({ bits: '0110', width_us: 80, interval_us: 2000 });
  assert.deepEqual([answer.status, answer.body], [202, {}]);
  assert.equal((await play({ bits: '1'.repeat(1024) })).status, 202);
  assert.deepEqual(web.pulses, [
    { reader: 'front', bits: '0110', widthUs: 80, intervalUs: 2000 },
    { reader: 'front', bits: '1'.repeat(1024), widthUs: 50, intervalUs: 1000 },
  ]);
  const unknown = await play({ bits: '0' }, 'side');
  assert.deepEqual([unknown.status, unknown.body], [404, { error: 'Not found' }]);
  const refused = [
    {},
    { bits: '' },
    { bits: '012' },
    { bits: '0'.repeat(1025) },
    { bits: '0', width_us: 0 },
    { bits: '0', width_us: 1000 },
    { bits: '0', interval_us: 49 },
    { bits: '0', interval_us: 100_001 },
    { bits: 1 },
  ];
  for (const body of refused) assert.equal((await play(body)).status, 400, JSON.stringify(body));
  assert.equal(web.pulses.length, 2);
  assert.deepEqual((await web.call('GET', '/sim/locks')).body, {
    first: { energised: true },
    second: { energised: false },
  });
});

test('the worker can be made to die, after it has answered', async (t) => {
  const web = await freshWeb(t);
  for (const how of ['memory', 'exception']) {
    const { status } = await web.call('POST', '/sim/web/crash', { body: { how } });
    assert.equal(status, 202);
  }
  assert.deepEqual(web.crashes, []);
  web.clock.advance(1e6);
  assert.deepEqual(web.crashes, ['memory', 'exception']);
  assert.equal((await web.call('POST', '/sim/web/crash', { body: { how: 'now' } })).status, 400);
});

test('with real wires there is no simulated door', async (t) => {
  const web = await freshWeb(t, { driver: 'chardev' });
  for (const [method, path] of [
    ['POST', '/sim/readers/front/pulses'],
    ['GET', '/sim/locks'],
    ['POST', '/sim/web/crash'],
  ] as const) {
    const body = method === 'POST' ? { bits: '01', how: 'memory' } : undefined;
    for (const local of [true, false]) {
      assert.equal((await web.call(method, path, { body, local })).status, 404);
    }
  }
  assert.deepEqual([web.pulses, web.crashes], [[], []]);
});
