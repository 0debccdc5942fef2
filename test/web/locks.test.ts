import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, asManager, type FreshWeb, freshWeb } from '../support/web-app.ts';

const wrongBody = { error: 'Wrong JSON body' };
const wrongParameters = { error: 'Wrong or missing parameters' };
const noValue = (name: string) => ({ error: `Wrong JSON body: no value for \`${name}\`` });
const wrongType = (name: string) => ({
  error: `Wrong JSON body: value \`${name}\` was of the wrong type`,
});

/** Posts bodies that are to be refused, each with what is said. */
async function refusedPosts(
  web: FreshWeb,
  path: string,
  refused: readonly (readonly [unknown, { readonly error: string }])[],
): Promise<void> {
  for (const [body, error] of refused) {
    const answer = await web.call('POST', path, { auth: asAdmin, body });
    assert.deepEqual([answer.status, answer.body], [400, error], JSON.stringify(body));
  }
}

test('open times are read and set', async (t) => {
  const web = await freshWeb(t);
  const path = '/api/v1/access/general/lock/timeout';
  const read = async (lock: string) =>
    (await web.call('GET', `${path}/${lock}`, { auth: asAdmin })).body;
  assert.deepEqual([await read('1'), await read('2')], [{ lock_timeout: 5 }, { lock_timeout: 3 }]);
  const set = (lock: string, body: unknown) =>
    web.call('POST', `${path}/${lock}`, { auth: asAdmin, body });
  for (const seconds of [1, 40]) {
    assert.deepEqual((await set('2', { lock_timeout: seconds })).body, {});
    assert.deepEqual(await read('2'), { lock_timeout: seconds });
  }
  assert.deepEqual((await set('1', { lock_timeout: 0 })).body, wrongBody);
  assert.deepEqual((await set('1', { lock_timeout: 41 })).body, wrongBody);
  assert.deepEqual((await set('1', { lock_timeout: 1.5 })).body, wrongType('lock_timeout'));
  assert.deepEqual((await set('1', { lock_timeout: '5' })).body, wrongType('lock_timeout'));
  for (const lock of ['0', '3', 'first', '01']) {
    assert.deepEqual((await set(lock, { lock_timeout: 5 })).body, wrongParameters);
    assert.deepEqual(await read(lock), wrongParameters);
  }
  assert.deepEqual(await read('1'), { lock_timeout: 5 });
});

const open = '/api/v1/access/general/lock/open/remote/accepted';

test('locks are opened by command, for their time or the one asked for', async (t) => {
  const web = await freshWeb(t);
  for (const path of ['1', '2', '0', '1?unlockTime=0', '2?unlockTime=604800&x=y']) {
    const { status, body } = await web.call('GET', `${open}/${path}`, { auth: asAdmin });
    assert.deepEqual([status, body], [200, {}], path);
  }
  assert.deepEqual(web.opened, [
    { locks: ['first'], by: 'admin' },
    { locks: ['second'], by: 'admin' },
    { locks: ['first', 'second'], by: 'admin' },
    { locks: ['first'], by: 'admin' },
    { locks: ['second'], by: 'admin', seconds: 604_800 },
  ]);
});

test('what cannot be opened is refused, and nothing opens', async (t) => {
  const web = await freshWeb(t, { locks: ['first'] });
  const wrong = ['2', '3', 'all', '-1', '1?unlockTime=-1', '1?unlockTime=604801', '1?unlockTime=x'];
  for (const path of wrong) {
    const { status, body } = await web.call('GET', `${open}/${path}`, { auth: asAdmin });
    assert.deepEqual([status, body], [400, wrongParameters], path);
  }
  assert.deepEqual(web.opened, []);
  assert.equal((await web.call('GET', `${open}/0`, { auth: asAdmin })).status, 200);
  assert.deepEqual(web.opened, [{ locks: ['first'], by: 'admin' }]);
});

test('delays are read and set', async (t) => {
  const web = await freshWeb(t);
  const path = '/api/v1/access/general/lock/delay';
  const read = async (lock: string) =>
    (await web.call('GET', `${path}/${lock}`, { auth: asManager })).body;
  assert.deepEqual([await read('1'), await read('2')], [{ lock_delay: 0 }, { lock_delay: 0 }]);
  for (const lock_delay of [9, 0, 4]) {
    const set = await web.call('POST', `${path}/2`, { auth: asAdmin, body: { lock_delay } });
    assert.deepEqual([set.status, set.body], [200, {}]);
    assert.deepEqual(await read('2'), { lock_delay });
  }
  await refusedPosts(web, `${path}/2`, [
    [{}, noValue('lock_delay')],
    [{ lock_delay: '4' }, wrongType('lock_delay')],
    [{ lock_delay: 1.5 }, wrongType('lock_delay')],
    [{ lock_delay: -1 }, wrongBody],
    [{ lock_delay: 10 }, wrongBody],
  ]);
  await refusedPosts(web, `${path}/3`, [[{ lock_delay: 1 }, wrongParameters]]);
  assert.deepEqual([await read('1'), await read('2')], [{ lock_delay: 0 }, { lock_delay: 4 }]);
  assert.deepEqual(await read('0'), wrongParameters);
});

test('the DTMF code of a lock is read and set by itself', async (t) => {
  const web = await freshWeb(t);
  const path = '/api/v1/access/general/lock/dtmf';
  const read = async (lock: string, auth = asAdmin) =>
    (await web.call('GET', `${path}/${lock}`, { auth })).body;
  assert.deepEqual([await read('1'), await read('2')], [{ dtmf_code: '' }, { dtmf_code: '' }]);
  const set = await web.call('POST', `${path}/2`, { auth: asAdmin, body: { dtmf_code: '#12A' } });
  assert.deepEqual([set.status, set.body], [200, {}]);
  assert.deepEqual([await read('1'), await read('2')], [{ dtmf_code: '' }, { dtmf_code: '#12A' }]);
  assert.equal((await settingsOf(web)).settings[1].dtmf_code, '#12A');
  assert.deepEqual(await read('2', asManager), { dtmf_code: '' });
  await refusedPosts(web, `${path}/2`, [
    [{}, noValue('dtmf_code')],
    [{ dtmf_code: 12 }, wrongType('dtmf_code')],
    [{ dtmf_code: '12345' }, wrongBody],
    [{ dtmf_code: 'x' }, wrongBody],
  ]);
  for (const lock of ['0', '3', 'first']) {
    await refusedPosts(web, `${path}/${lock}`, [[{ dtmf_code: '1' }, wrongParameters]]);
    assert.deepEqual(await read(lock), wrongParameters);
  }
  assert.ok(!JSON.stringify(web.log.entries).includes('12A'));
  assert.deepEqual(await read('2'), { dtmf_code: '#12A' });
});

const settingsPath = '/api/v1/access/locks/settings';
const freshLock = {
  delay: 0,
  type: 'electromechanical',
  pulse_on: 1,
  pulse_off: 1,
  dtmf_code: '',
};
const freshSettings = {
  open_all_dtmf: '*',
  use_old_sh42: true,
  settings: [
    { lock_number: 1, timeout: 5, ...freshLock },
    { lock_number: 2, timeout: 3, ...freshLock },
  ],
};

async function settingsOf(web: FreshWeb) {
  return (await web.call('GET', settingsPath, { auth: asAdmin })).body;
}

test('the settings of all locks are answered as they were set', async (t) => {
  const web = await freshWeb(t);
  assert.deepEqual(await settingsOf(web), freshSettings);
  const other = {
    timeout: 40,
    delay: 9,
    type: 'electromagnetic',
    pulse_on: 300,
    pulse_off: 2,
    dtmf_code: '#12A',
  };
  const whole = {
    open_all_dtmf: '#9',
    use_old_sh42: false,
    settings: [
      { lock_number: 1, ...other },
      { lock_number: 2, ...other, dtmf_code: '*' },
    ],
  };
  const set = await web.call('POST', settingsPath, { auth: asAdmin, body: whole });
  assert.deepEqual([set.status, set.body], [200, {}]);
  assert.deepEqual(await settingsOf(web), whole);
  // The same values as the calls for one lock have.
  assert.equal(web.settings.openSeconds('first'), 40);
  assert.equal(web.settings.delaySeconds('first'), 9);
  // Codes are for nobody who may only look, and no line of the log has them.
  const looked = await web.call('GET', settingsPath, { auth: asManager });
  assert.deepEqual(
    [looked.status, looked.body],
    [
      200,
      {
        ...whole,
        open_all_dtmf: '',
        settings: whole.settings.map((item) => ({ ...item, dtmf_code: '' })),
      },
    ],
  );
  assert.ok(!JSON.stringify(web.log.entries).includes('12A'));
});

test('what a body of settings leaves out stays', async (t) => {
  const web = await freshWeb(t);
  const set = (body: unknown) => web.call('POST', settingsPath, { auth: asAdmin, body });
  assert.equal((await set({ settings: [{ lock_number: 2, pulse_on: 7 }] })).status, 200);
  assert.equal((await set({ open_all_dtmf: '0', settings: [] })).status, 200);
  const [one, two] = freshSettings.settings;
  assert.deepEqual(await settingsOf(web), {
    ...freshSettings,
    open_all_dtmf: '0',
    settings: [one, { ...two, pulse_on: 7 }],
  });
});

test('a wrong member anywhere, or a lock that is not there, changes no setting', async (t) => {
  const web = await freshWeb(t);
  const good = { lock_number: 1, timeout: 30 };
  const bad = (item: object) => ({ use_old_sh42: false, settings: [good, item] });
  await refusedPosts(web, settingsPath, [
    [{}, noValue('settings')],
    [{ settings: 1 }, wrongType('settings')],
    [{ open_all_dtmf: 'E', settings: [good] }, wrongBody],
    [{ open_all_dtmf: '12345', settings: [good] }, wrongBody],
    [{ open_all_dtmf: 1, settings: [good] }, wrongType('open_all_dtmf')],
    [{ use_old_sh42: 1, settings: [good] }, wrongType('use_old_sh42')],
    [bad({ timeout: 3 }), noValue('lock_number')],
    [bad({ lock_number: 0 }), wrongBody],
    [bad({ lock_number: 9 }), wrongBody],
    [bad({ lock_number: 3 }), wrongBody],
    [bad({ lock_number: 1, delay: 2 }), wrongBody],
    [bad({ lock_number: 2, timeout: 0 }), wrongBody],
    [bad({ lock_number: 2, timeout: 41 }), wrongBody],
    [bad({ lock_number: 2, delay: 10 }), wrongBody],
    [bad({ lock_number: 2, type: 'bolt' }), wrongBody],
    [bad({ lock_number: 2, type: 1 }), wrongType('type')],
    [bad({ lock_number: 2, pulse_on: 0 }), wrongBody],
    [bad({ lock_number: 2, pulse_off: 301 }), wrongBody],
    [bad({ lock_number: 2, dtmf_code: '*****' }), wrongBody],
    [{ settings: Array(3).fill(good) }, wrongBody],
  ]);
  assert.deepEqual(await settingsOf(web), freshSettings);
});

test('a panel with one lock has the settings of one', async (t) => {
  const web = await freshWeb(t, { locks: ['first'] });
  assert.deepEqual((await settingsOf(web)).settings, [freshSettings.settings[0]]);
  await refusedPosts(web, settingsPath, [
    [{ settings: [{ lock_number: 2, timeout: 9 }] }, wrongBody],
  ]);
  assert.equal(web.settings.openSeconds('second'), 3);
});

const control = '/api/v1/access/general/lock/open/remote/control';

test('a remote server opens and denies under its own name', async (t) => {
  const web = await freshWeb(t);
  for (const path of ['accepted/1', 'accepted/0?unlockTime=9']) {
    const { status, body } = await web.call('GET', `${control}/${path}`, { auth: asAdmin });
    assert.deepEqual([status, body], [200, {}], path);
  }
  assert.deepEqual(web.opened, [
    { locks: ['first'], by: 'admin', via: 'remote-server' },
    { locks: ['first', 'second'], by: 'admin', seconds: 9, via: 'remote-server' },
  ]);
  const denied = await web.call('GET', `${control}/denied`, { auth: asAdmin });
  assert.deepEqual([denied.status, denied.body], [200, {}]);
  assert.equal(web.opened.length, 2);
  const event = (await web.recorded()).find(({ category }) => category === 'access');
  assert.deepEqual(
    [event?.key, event?.model],
    ['access_denied_by_remote_server_api_call', { lock: null, by: 'admin' }],
  );
});

test('what a remote server may not ask for does nothing', async (t) => {
  const web = await freshWeb(t);
  for (const path of ['accepted/3', 'accepted/1?unlockTime=604801', 'accepted/x']) {
    const { status, body } = await web.call('GET', `${control}/${path}`, { auth: asAdmin });
    assert.deepEqual([status, body], [400, wrongParameters], path);
  }
  for (const path of ['accepted/1', 'denied']) {
    const head = await web.call('HEAD', `${control}/${path}`, { auth: asAdmin });
    assert.equal(head.status, 405);
    const manager = await web.call('GET', `${control}/${path}`, { auth: asManager });
    assert.equal(manager.status, 403);
  }
  assert.deepEqual(web.opened, []);
  assert.ok((await web.recorded()).every(({ category }) => category !== 'access'));
});

const openEmergency = '/api/v1/access/general/lock/open/emergency';
const closeEmergency = '/api/v1/access/general/lock/close/emergency';
const wrongLock = { error: 'Only 0, 1..8 indexes available for the lock number' };
const wrongTime = { error: 'Unlock time should be in range [1, 86400] seconds' };

test('an emergency opens locks, each for its longest time; 0 is all', async (t) => {
  const web = await freshWeb(t);
  const entry = (lock_number: number, unlock_time: number) => ({ lock_number, unlock_time });
  const all = [entry(2, 604_800), entry(0, 10), entry(1, 1)];
  for (const locks of [[entry(1, 10_000)], all]) {
    const answer = await web.call('POST', openEmergency, { auth: asAdmin, body: { locks } });
    assert.deepEqual([answer.status, answer.body], [200, {}]);
  }
  assert.deepEqual(web.emergencies, [
    { locks: [{ lock: 'first', seconds: 10_000 }], by: 'admin' },
    {
      locks: [
        { lock: 'second', seconds: 604_800 },
        { lock: 'first', seconds: 10 },
      ],
      by: 'admin',
    },
  ]);
});

test('of an emergency with one wrong entry nothing is done', async (t) => {
  const web = await freshWeb(t, { locks: ['first'] });
  const good = { lock_number: 1, unlock_time: 5 };
  const bad = (rest: object) => ({ locks: [good, { ...good, ...rest }] });
  await refusedPosts(web, openEmergency, [
    [{}, noValue('locks')],
    [{ locks: 1 }, wrongType('locks')],
    [{ locks: [] }, wrongBody],
    [{ locks: [good, {}] }, noValue('lock_number')],
    [{ locks: [good, { lock_number: 1 }] }, noValue('unlock_time')],
    [bad({ lock_number: -1 }), wrongLock],
    [bad({ lock_number: 9 }), wrongLock],
    [bad({ lock_number: '1' }), wrongType('lock_number')],
    [bad({ unlock_time: 0 }), wrongTime],
    [bad({ unlock_time: -5 }), wrongTime],
    [bad({ unlock_time: 604_801 }), wrongTime],
    [bad({ unlock_time: 1.5 }), wrongType('unlock_time')],
    [bad({ lock_number: 2 }), wrongParameters],
    [bad({ lock_number: 8 }), wrongParameters],
    [{ locks: Array(101).fill(good) }, wrongBody],
  ]);
  await refusedPosts(web, closeEmergency, [
    [{}, noValue('locks')],
    [{ locks: [] }, wrongBody],
    [{ locks: [1, 9] }, wrongLock],
    [{ locks: [1, -1] }, wrongLock],
    [{ locks: [1, '1'] }, wrongType('locks')],
    [{ locks: [1, 2] }, wrongParameters],
    [{ locks: [{ lock_number: 1 }] }, wrongType('locks')],
  ]);
  assert.deepEqual([web.emergencies, web.closed], [[], []]);
});

test('locks are closed by number; 0 is all', async (t) => {
  const web = await freshWeb(t);
  for (const locks of [[1], [0], [2, 1, 2]]) {
    const answer = await web.call('POST', closeEmergency, { auth: asAdmin, body: { locks } });
    assert.deepEqual([answer.status, answer.body], [200, {}]);
  }
  assert.deepEqual(web.closed, [
    { locks: ['first'], by: 'admin' },
    { locks: ['first', 'second'], by: 'admin' },
    { locks: ['second', 'first'], by: 'admin' },
  ]);
});

const freeAccessPath = '/api/v1/access/freeaccess';
const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const day = { day: 'MON', enable: true, lock: 'all', time_from: 0, time_to: 86_340 };

async function freeAccessOf(web: FreshWeb) {
  return (await web.call('GET', freeAccessPath, { auth: asManager })).body;
}

test('free access is off at first, and answered as it was set', async (t) => {
  const web = await freshWeb(t);
  assert.deepEqual(await freeAccessOf(web), {
    enable: false,
    days: weekdays.map((name) => ({ ...day, day: name, enable: false })),
  });
  const set = (body: unknown) => web.call('POST', freeAccessPath, { auth: asAdmin, body });
  const days = [
    ...weekdays.map((name) => ({ ...day, day: name, lock: 'first' })),
    { ...day, lock: 'second', enable: false, time_from: 86_399, time_to: 86_399 },
    ...Array(92).fill(day),
  ];
  for (const value of [
    { enable: true, days },
    { enable: false, days: [] },
  ]) {
    const answer = await set(value);
    assert.deepEqual([answer.status, answer.body], [200, {}]);
    assert.deepEqual(await freeAccessOf(web), value);
  }
  assert.deepEqual(web.freeAccessSetBy, ['admin', 'admin']);
});

test('free access with anything wrong in it stays as it was', async (t) => {
  const web = await freshWeb(t, { locks: ['first'] });
  const before = await freeAccessOf(web);
  const bad = (rest: object) => ({ enable: true, days: [day, { ...day, ...rest }] });
  await refusedPosts(web, freeAccessPath, [
    [{}, noValue('enable')],
    [{ enable: true }, noValue('days')],
    [{ enable: 'yes', days: [] }, wrongType('enable')],
    [{ enable: true, days: [{}] }, noValue('day')],
    [bad({ day: 'Monday' }), wrongBody],
    [bad({ enable: 1 }), wrongType('enable')],
    [bad({ lock: 'third' }), wrongBody],
    [bad({ lock: 'second' }), wrongBody],
    [bad({ time_from: -1 }), wrongBody],
    [bad({ time_to: 86_400 }), wrongBody],
    [bad({ time_to: '86340' }), wrongType('time_to')],
    [bad({ time_from: 61, time_to: 60 }), wrongBody],
    [{ enable: true, days: Array(101).fill(day) }, wrongBody],
  ]);
  assert.deepEqual(await freeAccessOf(web), before);
  assert.deepEqual(web.freeAccessSetBy, []);
});
