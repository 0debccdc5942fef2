import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { LoginEvents } from '../../src/web/accounts/login-events.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';
import { asAdmin, freshWeb, loginPath, passwords } from '../support/web-app.ts';

const minuteUs = 60e6;

/** Login events without a web; what was recorded is kept. */
function freshEvents() {
  const recorded: PanelEvent[] = [];
  const clock = new FakeClock();
  const record = async (event: PanelEvent) => void recorded.push(event);
  const events = new LoginEvents({ clock, log: memoryLog(), commands: { record } });
  const told = () => recorded.splice(0).map(({ text, model }) => [text, model]);
  return { events, clock, recorded, told };
}

test('the first login of a kind is told at once, how many more a minute later', () => {
  const { events, clock, told } = freshEvents();
  events.tell('right', 'admin', '10.0.0.1');
  assert.deepEqual(told(), [
    ['admin logged in from 10.0.0.1', { account: 'admin', address: '10.0.0.1' }],
  ]);
  for (let n = 0; n < 1000; n += 1) events.tell('right', 'admin', '10.0.0.1');
  events.tell('right', 'guard', '');
  assert.deepEqual(told(), [
    ['guard logged in from local', { account: 'guard', address: 'local' }],
  ]);
  clock.advance(minuteUs - 1);
  assert.deepEqual(told(), []);
  clock.advance(1);
  assert.deepEqual(told(), [
    [
      '1000 more logins of admin from 10.0.0.1 within a minute',
      { account: 'admin', address: '10.0.0.1', count: 1000 },
    ],
  ]);
  clock.advance(10 * minuteUs);
  assert.deepEqual(told(), []);
  assert.equal(clock.armed, 0, 'nothing waits while nobody logs in');
  events.tell('right', 'admin', '10.0.0.1');
  assert.equal(told().length, 1, 'the next minute begins anew');
});

test('wrong logins are counted by address, whatever names they try', () => {
  const { events, clock, told, recorded } = freshEvents();
  for (let n = 0; n < 4; n += 1) events.tell('wrong', `user${n}`, '10.0.0.1');
  events.tell('refused', 'user4', '10.0.0.1');
  assert.deepEqual(
    recorded.map(({ key, category, priority }) => [key, category, priority]),
    [
      ['incorrect_login_api_call', 'system', 'medium'],
      ['incorrect_login_api_call', 'system', 'high'],
    ],
  );
  assert.deepEqual(told(), [
    ['Wrong login as user0 from 10.0.0.1', { account: 'user0', address: '10.0.0.1' }],
    [
      'Wrong login as user4 from 10.0.0.1; too many, refused for a minute',
      { account: 'user4', address: '10.0.0.1', throttled: true },
    ],
  ]);
  clock.advance(minuteUs);
  assert.deepEqual(told(), [
    ['3 more wrong logins from 10.0.0.1 within a minute', { address: '10.0.0.1', count: 3 }],
  ]);
});

test('a storm from everywhere is a few events a minute, and hides no right login', () => {
  const { events, clock, recorded } = freshEvents();
  for (let n = 0; n < 10_000; n += 1) {
    events.tell('wrong', `user${n}`, `10.1.${n >> 8}.${n & 255}`);
    if (n % 5 === 4) events.tell('refused', `user${n}`, `10.1.${n >> 8}.${n & 255}`);
  }
  events.tell('right', 'admin', '10.0.0.1');
  clock.advance(minuteUs);
  assert.equal(recorded.length, 5 + 5 + 1 + 2);
  const [admin, wrong, refused] = recorded.slice(10);
  assert.equal(admin?.text, 'admin logged in from 10.0.0.1');
  assert.deepEqual(wrong?.model, { count: 9995 });
  assert.equal(wrong?.text, '9995 more wrong logins from other addresses within a minute');
  assert.deepEqual(refused?.model, { count: 1995, throttled: true });
});

test('a name is cut between characters', () => {
  const { events, told } = freshEvents();
  events.tell('wrong', `${'é'.repeat(63)}😀 and more`, '10.0.0.7');
  assert.deepEqual(told()[0]?.[1], { account: `${'é'.repeat(63)}😀`, address: '10.0.0.7' });
});

test('a storm of logins over HTTP leaves a few events, a right one among them', async (t) => {
  const web = await freshWeb(t);
  for (let n = 0; n < 100; n += 1) await web.call('GET', loginPath('admin', `guess ${n}`));
  for (let n = 0; n < 3; n += 1) {
    const path = loginPath('manager', passwords.manager);
    assert.equal((await web.call('GET', path, { remote: '10.0.0.8' })).status, 200);
  }
  web.clock.advance(minuteUs);
  const events = await web.recorded();
  assert.deepEqual(
    events.map(({ key, model }) => [key, model]),
    [
      ['incorrect_login_api_call', { account: 'admin', address: '192.0.2.1' }],
      ['incorrect_login_api_call', { account: 'admin', address: '192.0.2.1', throttled: true }],
      ['successful_login_api_call', { account: 'manager', address: '10.0.0.8' }],
      ['incorrect_login_api_call', { address: '192.0.2.1', count: 3 }],
      ['successful_login_api_call', { account: 'manager', address: '10.0.0.8', count: 2 }],
    ],
  );
});

test('no event and no log line holds what was sent as a password', async (t) => {
  const web = await freshWeb(t);
  await web.call('GET', loginPath('admin', '', 'C0FFEEC0FFEE'));
  await web.call('GET', '/api/v1/log/items', { auth: asAdmin });
  web.clock.advance(minuteUs);
  const said = JSON.stringify([await web.recorded(), web.log.entries]);
  assert.doesNotMatch(said, /C0FFEE/i);
  assert.equal(said.includes(passwords.admin), false);
});
