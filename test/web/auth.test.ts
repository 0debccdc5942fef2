import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { digestOf, hashPassword, matchesDigest } from '../../src/web/accounts/password.ts';
import { Throttle } from '../../src/web/accounts/throttle.ts';
import { FakeClock } from '../support/clock.ts';
import {
  asAdmin,
  asManager,
  basic,
  type FreshWeb,
  freshWeb,
  loginPath,
  passwords,
} from '../support/web-app.ts';

const items = '/api/v1/access/identifier/items';
const logIn = { status: 401, body: { error: 'Log In' } };
const wrong = { status: 400, body: { error: 'Wrong login or password' } };

async function outcome(answer: ReturnType<FreshWeb['call']>) {
  const { status, body } = await answer;
  return { status, body };
}

async function tokenOf(web: FreshWeb): Promise<string> {
  const { body } = await web.call('GET', loginPath('admin', passwords.admin));
  return body.token;
}

test('the digest of the documented example', () => {
  assert.equal(digestOf('123456').toUpperCase(), 'E10ADC3949BA59ABBE56E057F20F883E');
});

test('a password is kept salted, and found again by its digest in any case', async () => {
  const stored = await hashPassword('secret');
  assert.notDeepEqual(stored, await hashPassword('secret'));
  assert.doesNotMatch(JSON.stringify(stored), new RegExp(digestOf('secret'), 'i'));
  assert.equal(await matchesDigest(stored, digestOf('secret')), true);
  assert.equal(await matchesDigest(stored, digestOf('secret').toUpperCase()), true);
  assert.equal(await matchesDigest(stored, digestOf('Secret')), false);
  assert.equal(await matchesDigest({ ...stored, hash: 'short' }, digestOf('secret')), false);
});

test('login answers a token, and says what is missing or wrong', async (t) => {
  const web = await freshWeb(t);
  for (const digest of [digestOf('secret'), digestOf('secret').toUpperCase()]) {
    const { status, body } = await web.call('GET', loginPath('admin', '', digest));
    assert.equal(status, 200);
    assert.match(body.token, /^[0-9a-f]{40}$/);
    assert.deepEqual(Object.keys(body), ['token', 'account_type']);
    assert.equal(body.account_type, 'admin');
  }
  const manager = await web.call('GET', loginPath('manager', passwords.manager));
  assert.equal(manager.body.account_type, 'manager');

  const missed = { status: 400, body: { error: 'Required parameters missed' } };
  for (const query of [
    '',
    '?username=admin',
    `?password=${digestOf('secret')}`,
    '?username=&password=',
  ]) {
    assert.deepEqual(await outcome(web.call('GET', `/api/v1/login${query}`)), missed, query);
  }
  // The plain password is not what is sent.
  const attempts = [
    loginPath('admin', 'Secret'),
    '/api/v1/login?username=admin&password=secret',
    loginPath('nobody', 'secret'),
    loginPath('x'.repeat(3000), 'secret'),
  ];
  for (const path of attempts) assert.deepEqual(await outcome(web.call('GET', path)), wrong, path);
});

test('a token opens the API for two hours, or until it is ended', async (t) => {
  const web = await freshWeb(t);
  const token = await tokenOf(web);
  const ask = (auth: string) => outcome(web.call('GET', items, { auth }));
  assert.equal((await ask(`Bearer ${token}`)).status, 200);
  assert.equal((await ask(`bearer ${token}`)).status, 200);
  web.clock.advance(2 * 3600 * 1e6 - 1000);
  assert.equal((await ask(`Bearer ${token}`)).status, 200);
  web.clock.advance(1000);
  assert.deepEqual(await ask(`Bearer ${token}`), logIn);

  for (const method of ['GET', 'POST']) {
    const auth = `Bearer ${await tokenOf(web)}`;
    assert.equal((await ask(auth)).status, 200);
    const ended = await outcome(web.call(method, '/api/v1/logout', { auth }));
    assert.deepEqual(ended, { status: 200, body: {} });
    assert.deepEqual(await ask(auth), logIn);
    assert.deepEqual(await outcome(web.call(method, '/api/v1/logout', { auth })), logIn);
  }
});

test('a token made by a clock that ran ahead is over when the clock is right; a correction ends none', async (t) => {
  const web = await freshWeb(t);
  const ask = (auth: string) => outcome(web.call('GET', items, { auth }));
  const nowMs = web.clock.wallMs();
  web.clock.setWall(nowMs + 365 * 86_400_000);
  const ahead = `Bearer ${await tokenOf(web)}`;
  assert.equal((await ask(ahead)).status, 200);
  web.clock.setWall(nowMs);
  assert.deepEqual(await ask(ahead), logIn, 'not for a year');
  const token = `Bearer ${await tokenOf(web)}`;
  web.clock.setWall(nowMs - 60_000);
  assert.equal((await ask(token)).status, 200);
  web.clock.setWall(nowMs - 60_001);
  assert.deepEqual(await ask(token), logIn);
});

test('a token and a password are nowhere in the store as they are sent', async (t) => {
  const web = await freshWeb(t);
  const token = await tokenOf(web);
  const sessions = [...web.store.database<string>('sessions', 'ordered-binary').getKeys({})];
  assert.equal(sessions.length, 1);
  assert.doesNotMatch(sessions.join(), new RegExp(token));
  const events = JSON.stringify(await web.recorded());
  const log = JSON.stringify(web.log.entries);
  for (const secret of [token, passwords.admin, digestOf(passwords.admin)]) {
    assert.equal(events.includes(secret) || log.includes(secret), false);
  }
});

test('without valid credentials there is nothing but 401', async (t) => {
  const web = await freshWeb(t);
  const headers = [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${'0'.repeat(40)}`,
    `Bearer ${'x'.repeat(10_000)}`,
    'Digest username="admin"',
    'Basic',
    'Basic !!!',
    `Basic ${Buffer.from('admin').toString('base64')}`,
    asAdmin.slice('Basic '.length),
    basic('', ''),
    basic('\0', 'x'),
    basic('x'.repeat(5000), passwords.admin),
  ];
  for (const auth of headers) {
    const answer = await web.call('GET', items, auth === undefined ? {} : { auth });
    assert.deepEqual({ status: answer.status, body: answer.body }, logIn, auth);
    // A browser offered Basic would keep the password and send it for every page.
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  }
});

test('Basic works on every call, and costs one check a minute', async (t) => {
  const web = await freshWeb(t);
  const ask = async (auth: string) => (await web.call('GET', items, { auth })).status;
  const firsts = await Promise.all(Array.from({ length: 200 }, () => ask(asAdmin)));
  assert.deepEqual(new Set(firsts), new Set([200]));
  const logins = async () =>
    (await web.recorded()).filter(({ key }) => key === 'successful_login_api_call').length;
  assert.ok((await logins()) <= 200);
  const told = await logins();
  for (let minute = 0; minute < 5; minute += 1) {
    web.clock.advance(61e6);
    assert.equal(await ask(asAdmin), 200);
  }
  assert.equal(await logins(), told, 'a client that comes back is not told again');
  assert.equal(await ask(basic('admin', 'Secret')), 401);
  assert.equal(await ask(basic('manager', passwords.admin)), 401);
  assert.equal((await web.call('POST', '/api/v1/logout', { auth: asAdmin })).status, 200);
  assert.equal(await ask(asAdmin), 200);
});

test('a changed password ends what was remembered of the old one, and its tokens', async (t) => {
  const web = await freshWeb(t);
  const ask = async (auth: string) => (await web.call('GET', items, { auth })).status;
  const token = await tokenOf(web);
  assert.equal(await ask(asAdmin), 200);
  await web.accounts.set('admin', { role: 'admin', ...(await hashPassword('better')) });
  assert.equal(await ask(asAdmin), 401);
  assert.equal(await ask(`Bearer ${token}`), 401);
  assert.equal(await ask(basic('admin', 'better')), 200);
  // The role of this moment counts, not that of the login.
  const account = web.accounts.get('admin');
  assert.ok(account);
  await web.accounts.set('admin', { ...account, role: 'manager' });
  const open = '/api/v1/access/general/lock/open/remote/accepted/1';
  assert.equal((await web.call('GET', open, { auth: basic('admin', 'better') })).status, 403);
});

const throttled = { status: 429, body: { error: 'Too many attempts' } };

test('five wrong logins from one address are enough for a minute', async (t) => {
  const web = await freshWeb(t);
  const from = (remote: string) => ({
    guess: (name: string) => outcome(web.call('GET', loginPath(name, 'guess'), { remote })),
    right: () => outcome(web.call('GET', loginPath('admin', passwords.admin), { remote })),
  });
  const bearer = `Bearer ${await tokenOf(web)}`;
  assert.equal((await web.call('GET', items, { auth: asAdmin, remote: '10.0.0.1' })).status, 200);

  const bad = from('10.0.0.1');
  for (let n = 0; n < 5; n += 1) assert.deepEqual(await bad.guess(`user${n}`), wrong);
  assert.deepEqual(await bad.guess('user9'), throttled);
  assert.deepEqual(await bad.right(), throttled);
  const { headers } = await web.call('GET', loginPath('x', 'y'), { remote: '10.0.0.1' });
  assert.equal(headers.get('retry-after'), '60');
  // Other addresses, sessions and what is remembered go on.
  assert.equal((await from('10.0.0.2').right()).status, 200);
  for (const auth of [bearer, asAdmin]) {
    assert.equal((await web.call('GET', items, { auth, remote: '10.0.0.1' })).status, 200);
  }
  // Basic with another password is a guess like any.
  const guess = { auth: basic('admin', 'guess'), remote: '10.0.0.1' };
  assert.deepEqual(await outcome(web.call('GET', items, guess)), throttled);

  web.clock.advance(59e6);
  assert.deepEqual(await bad.right(), throttled);
  web.clock.advance(1e6);
  assert.equal((await bad.right()).status, 200);
});

/** Tries as `admin`, each from an address of its own unless told. */
function triesOf(web: FreshWeb) {
  const log = (digest: string, remote: string) =>
    outcome(web.call('GET', loginPath('admin', '', digest), { remote }));
  let count = 0;
  const guess = (remote = `10.0.1.${count}`) => {
    count += 1;
    return log(digestOf(`guess ${count}`), remote);
  };
  const right = async (remote: string) => (await log(digestOf(passwords.admin), remote)).status;
  return { guess, right };
}

test('five wrong logins to one account are enough, wherever they come from: then few are heard', async (t) => {
  const web = await freshWeb(t);
  const { guess } = triesOf(web);
  for (let n = 0; n < 5; n += 1) assert.deepEqual(await guess(), wrong);
  let heard = 0;
  for (let s = 0; s < 59; s += 1) {
    for (let n = 0; n < 3; n += 1) {
      const { status } = await guess();
      assert.ok(status === 400 || status === 429);
      if (status === 400) heard += 1;
    }
    web.clock.advance(1e6);
  }
  assert.equal(heard, 12, 'one in five seconds, of however many addresses');
  assert.equal((await web.call('GET', items, { auth: asManager })).status, 200);
});

test('nobody is locked out by the wrong logins of others', async (t) => {
  const web = await freshWeb(t);
  const { guess, right } = triesOf(web);
  assert.equal(await right('10.0.0.7'), 200);
  assert.equal(await right('2001:db8::7'), 200);
  for (let n = 0; n < 5; n += 1) assert.deepEqual(await guess(), wrong);
  assert.equal(await right('10.0.2.1'), 200, 'once, from an address that is not known');
  assert.deepEqual(await guess(), throttled);
  // Who has been here before need not wait, from anywhere in its network.
  for (let n = 0; n < 3; n += 1) assert.equal(await right('10.0.0.7'), 200);
  assert.equal(await right('2001:db8::8'), 200);
  // But cannot guess more there than anywhere.
  for (let n = 0; n < 5; n += 1) assert.deepEqual(await guess('10.0.0.7'), wrong);
  assert.deepEqual(await guess('10.0.0.7'), throttled);
  assert.equal(await right('10.0.0.7'), 429);
  // A name that there is not is treated the same.
  const nobody = (remote: string) => outcome(web.call('GET', loginPath('x', 'y'), { remote }));
  for (let n = 0; n < 6; n += 1) assert.deepEqual(await nobody(`10.0.3.${n}`), wrong);
  assert.deepEqual(await nobody('10.0.3.9'), throttled);
});

test('one address is heard once in ten seconds as a name that is refused', async (t) => {
  const web = await freshWeb(t);
  const { guess } = triesOf(web);
  for (let n = 0; n < 5; n += 1) assert.deepEqual(await guess(), wrong);
  assert.deepEqual(await guess('10.0.4.1'), wrong);
  web.clock.advance(5e6);
  assert.deepEqual(await guess('10.0.4.1'), throttled);
  assert.deepEqual(await guess('10.0.4.2'), wrong);
  web.clock.advance(5e6);
  assert.deepEqual(await guess('10.0.4.1'), wrong);
});

test('a wrong login that was under way when an address was refused does not free it', () => {
  const clock = new FakeClock();
  const throttle = new Throttle(clock);
  for (let n = 0; n < 4; n += 1) assert.equal(throttle.failed('a'), false);
  assert.equal(throttle.failed('a'), true);
  assert.equal(throttle.failed('a'), true);
  assert.equal(throttle.waitUs('a'), 60e6);
});

test('wrong logins far apart are forgiven', async (t) => {
  const web = await freshWeb(t);
  for (let n = 0; n < 10; n += 1) {
    assert.deepEqual(await outcome(web.call('GET', loginPath('admin', 'guess'))), wrong);
    web.clock.advance(16e6);
  }
});

test('many guesses at the same time are hardly more than one after the other', async (t) => {
  const web = await freshWeb(t);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => web.call('GET', loginPath('admin', `guess ${n}`))),
  );
  const checked = answers.filter(({ status }) => status === 400).length;
  assert.ok(checked >= 5 && checked <= 6, `${checked} were checked`);
  assert.equal(answers.filter(({ status }) => status === 429).length, 200 - checked);
});

test('a login works while events cannot be recorded', async (t) => {
  const fault = new Fault('store-unwritable', 'the database cannot be written', 'make room');
  const web = await freshWeb(t, { commands: { record: () => Promise.reject(fault) } });
  assert.equal((await web.call('GET', loginPath('admin', passwords.admin))).status, 200);
  assert.equal((await web.call('GET', items, { auth: asAdmin })).status, 200);
});
