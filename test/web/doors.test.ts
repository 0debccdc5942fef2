import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { asAdmin, asManager, type FreshWeb, freshWeb } from '../support/web-app.ts';

const wrongBody = { error: 'Wrong JSON body' };
const noValue = (name: string) => ({ error: `Wrong JSON body: no value for \`${name}\`` });
const wrongType = (name: string) => ({
  error: `Wrong JSON body: value \`${name}\` was of the wrong type`,
});

async function get(web: FreshWeb, path: string) {
  const { status, body } = await web.call('GET', path, { auth: asManager });
  return [status, body];
}

async function post(web: FreshWeb, path: string, body: unknown) {
  const answer = await web.call('POST', path, { auth: asAdmin, body });
  return [answer.status, answer.body];
}

const closed = { open: false, openSeconds: 0, forced: false, held: false };
const statusPath = '/api/v1/access/door/status';

test('a door is open or closed, for so long, and perhaps too long', async (t) => {
  const web = await freshWeb(t);
  const none = [400, { error: 'This panel has no door sensor' }];
  assert.deepEqual(await get(web, statusPath), none);
  web.doorsSeen.push({ ...closed, lock: 'second', open: true, openSeconds: 31, held: true });
  const open = { is_timeout_exceed: true, status: 'open', opentime: 31, mode: 'door_sensor' };
  assert.deepEqual(await get(web, statusPath), [200, open]);
  web.doorsSeen.push({ ...closed, lock: 'first' });
  const shut = { is_timeout_exceed: false, status: 'closed', opentime: 0, mode: 'door_sensor' };
  assert.deepEqual(await get(web, statusPath), [200, shut]);
  assert.deepEqual(await get(web, `${statusPath}?lock=1`), [200, shut]);
  assert.deepEqual(await get(web, `${statusPath}?lock=2`), [200, open]);
  const wrong = [400, { error: 'Wrong or missing parameters' }];
  assert.deepEqual(await get(web, `${statusPath}?lock=3`), wrong);
});

const sensorPath = '/api/v1/access/door/sensor';
const freshSensor = {
  enable: true,
  mode: 'door_sensor',
  opening_delay: 30,
  repeating_message_delay: 60,
  repeating_message_enable: false,
};

test('how contacts are watched is answered as it was set, member by member', async (t) => {
  const web = await freshWeb(t);
  assert.deepEqual(await get(web, sensorPath), [200, freshSensor]);
  const whole = {
    enable: false,
    mode: 'call_button',
    opening_delay: 3600,
    repeating_message_delay: 1,
    repeating_message_enable: true,
  };
  assert.deepEqual(await post(web, sensorPath, whole), [200, {}]);
  assert.deepEqual(await get(web, sensorPath), [200, whole]);
  assert.deepEqual(await post(web, sensorPath, { enable: true }), [200, {}]);
  assert.deepEqual(await post(web, sensorPath, { repeating_message_enabled: false }), [200, {}]);
  const changed = { ...whole, enable: true, repeating_message_enable: false };
  assert.deepEqual(await get(web, sensorPath), [200, changed]);
  const both = { repeating_message_enable: true, repeating_message_enabled: false };
  await post(web, sensorPath, both);
  assert.equal(web.settings.sensor().repeats, true);
  assert.equal((await get(web, statusPath))[0], 400);
});

test('bad settings of contacts are refused, and nothing is set', async (t) => {
  const web = await freshWeb(t);
  for (const [body, error] of [
    [{ enable: 1 }, wrongType('enable')],
    [{ mode: 'window' }, wrongBody],
    [{ mode: 1 }, wrongType('mode')],
    [{ opening_delay: 0 }, wrongBody],
    [{ opening_delay: 3601 }, wrongBody],
    [{ opening_delay: 1.5 }, wrongType('opening_delay')],
    [{ opening_delay: '5' }, wrongType('opening_delay')],
    [{ repeating_message_delay: 0 }, wrongBody],
    [{ repeating_message_enable: 'yes' }, wrongType('repeating_message_enable')],
    [{ enable: false, repeating_message_enabled: 1 }, wrongType('repeating_message_enabled')],
    ['no JSON', wrongBody],
  ] as const) {
    assert.deepEqual(await post(web, sensorPath, body), [400, error], JSON.stringify(body));
  }
  assert.deepEqual(await get(web, sensorPath), [200, freshSensor]);
});

test('the switch of the exit buttons is kept, and that is all', async (t) => {
  const web = await freshWeb(t);
  const path = '/api/v1/access/exit/button/toggle';
  assert.deepEqual(await get(web, path), [200, { enable: true }]);
  assert.deepEqual(await post(web, path, { enable: false }), [200, {}]);
  assert.deepEqual(await get(web, path), [200, { enable: false }]);
  assert.deepEqual(await post(web, path, {}), [400, noValue('enable')]);
  assert.deepEqual(await post(web, path, { enable: 0 }), [400, wrongType('enable')]);
});

const modePath = '/api/v1/access/door/mode';

test('modes are set for one door or all, and by whom is told', async (t) => {
  const web = await freshWeb(t);
  const modes = ['first', 'second'].map((lock) => ({ lock, mode: 'normal' }));
  assert.deepEqual(await get(web, modePath), [200, { modes }]);
  assert.deepEqual(await post(web, modePath, { mode: 'blocked', lock: 'all' }), [200, {}]);
  assert.deepEqual(await post(web, modePath, { mode: 'free', lock: 'second' }), [200, {}]);
  const local = { body: { mode: 'normal', lock: 'first' }, local: true };
  assert.equal((await web.call('POST', '/control/mode', local)).status, 200);
  assert.deepEqual(web.modes, [
    { locks: ['first', 'second'], mode: 'blocked', by: 'admin' },
    { locks: ['second'], mode: 'free', by: 'admin' },
    { locks: ['first'], mode: 'normal', by: 'local' },
  ]);
});

test('modes that are none, and locks that are not there, are refused', async (t) => {
  const web = await freshWeb(t, { locks: ['first'] });
  for (const [body, error] of [
    [{ lock: 'first' }, noValue('mode')],
    [{ mode: 'free' }, noValue('lock')],
    [{ mode: 'open', lock: 'first' }, wrongBody],
    [{ mode: 1, lock: 'first' }, wrongType('mode')],
    [{ mode: 'free', lock: 'third' }, wrongBody],
    [{ mode: 'free', lock: 'second' }, wrongBody],
  ] as const) {
    assert.deepEqual(await post(web, modePath, body), [400, error], JSON.stringify(body));
  }
  const local = { body: { mode: 'normal', lock: 'second' }, local: true };
  const answer = await web.call('POST', '/control/mode', local);
  assert.deepEqual([answer.status, answer.body], [400, { error: 'This panel has no lock second' }]);
  assert.deepEqual(web.modes, []);
});

test('a command that the door refuses is 409, and no error of the panel', async (t) => {
  const refuse = async () => {
    throw new Fault('door-refused', 'the first door is blocked', 'set its mode to normal');
  };
  const web = await freshWeb(t, { commands: { openLocks: refuse } });
  const open = '/api/v1/access/general/lock/open/remote/accepted/1';
  const { status, body } = await web.call('GET', open, { auth: asAdmin });
  assert.deepEqual([status, body], [409, { error: 'The first door is blocked' }]);
  assert.deepEqual(
    web.log.entries.filter(({ level }) => level !== 'info'),
    [],
  );
});

test('the simulated door has inputs and outputs, and a real one has neither call', async (t) => {
  const web = await freshWeb(t);
  const set = (name: string, body: unknown) => web.call('POST', `/sim/inputs/${name}`, { body });
  assert.equal((await set('front', { active: true })).status, 202);
  assert.equal((await set('front', { active: false })).status, 202);
  assert.equal((await set('nowhere', { active: true })).status, 404);
  assert.deepEqual((await set('front', {})).body, noValue('active'));
  assert.deepEqual((await set('front', { active: 1 })).body, wrongType('active'));
  assert.deepEqual(web.inputsSet, [true, false]);
  const outputs = await web.call('GET', '/sim/outputs');
  assert.deepEqual(outputs.body, { 'front.green': { energised: true } });
  const real = await freshWeb(t, { driver: 'chardev' });
  assert.equal((await real.call('GET', '/sim/outputs')).status, 404);
  assert.equal((await real.call('POST', '/sim/inputs/front')).status, 404);
});
