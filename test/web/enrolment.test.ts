import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, scannedOf, serialCardOf } from '../../src/door/presented.ts';
import { asAdmin, asManager, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/enrolment';
const admin = { auth: asAdmin };
const card = serialCardOf(1850186n, 'em4100', Uint8Array.of(2, 3));
const another = serialCardOf(77n, 'em4100', Uint8Array.of(2, 4));

const ask = async (web: FreshWeb) => (await web.call('GET', `${path}?reader=front`, admin)).body;
const start = (web: FreshWeb, body: object) =>
  web.call('POST', path, { ...admin, body: { reader: 'front', ...body } });
/** Events of enrolments, once those that go before them are on the disk. */
const told = async (web: FreshWeb) =>
  (await web.recorded()).filter(({ key }) => key.startsWith('enrolment'));

test('the next card at a reader is there to be read, once it was presented', async (t) => {
  const web = await freshWeb(t);
  const { enrolments, front } = web;
  assert.deepEqual(await ask(web), { state: 'none' });
  const started = await start(web, { seconds: 20 });
  assert.deepEqual([started.status, started.body], [200, {}]);
  web.clock.advance(5_000_000);
  const waiting = { state: 'active', seconds: 15, mode: 'report', by: 'admin', cards: [] };
  assert.deepEqual(await ask(web), waiting);
  // A code is no card.
  assert.equal(enrolments.takes(front, codeOf('1234')), false);
  assert.equal(enrolments.takes(front, card), true);
  assert.equal(enrolments.takes(front, another), false);
  const time = web.clock.wallMs();
  const item = { time, identifier_type: 'card', outcome: 'reported', identifier_uid: null };
  const read = { state: 'ended', why: 'count', mode: 'report', by: 'admin' };
  await told(web);
  assert.deepEqual(await ask(web), {
    ...read,
    cards: [{ ...item, identifier_number: '1850186' }],
  });
  await web.settings.setWiegand({ type: 'wiegand_26', representation: 'hex' });
  assert.deepEqual(await ask(web), {
    ...read,
    cards: [{ ...item, identifier_number: '1C-3B-4A' }],
  });
  assert.equal(web.identifiers.count(), 0);
  const events = await told(web);
  assert.deepEqual(
    events.map(({ key, model }) => [key, model]),
    [
      ['enrolment_began', { reader: 'front', mode: 'report', seconds: 20, by: 'admin' }],
      [
        'enrolment_card_reported',
        {
          reader: 'front',
          type: 'card',
          number: '1850186',
          raw: '0203',
          format: 'em4100',
          by: 'admin',
        },
      ],
      ['enrolment_ended', { reader: 'front', why: 'count', cards: 1 }],
    ],
  );
});

test('identifiers are made and removed at once where that is asked for', async (t) => {
  const web = await freshWeb(t);
  const identifier_owner = { name: 'Bob', type: 'guest' };
  await start(web, { mode: 'add', cards: 2, identifier_owner, lock: 'all' });
  for (const presented of [card, another]) web.enrolments.takes(web.front, presented);
  while ((await ask(web)).state !== 'ended') await new Promise(setImmediate);
  const made = web.identifiers.list(0, 10, false);
  const owned = { owner: identifier_owner, lock: 'all', type: 'card' };
  assert.deepEqual(made, [
    { uid: 1, number: '1850186', ...owned },
    { uid: 2, number: '77', ...owned },
  ]);
  web.clock.advance(3_000_000);
  await start(web, { mode: 'remove', cards: 10 });
  web.enrolments.takes(web.front, card);
  while ((await ask(web)).cards.length < 1) await new Promise(setImmediate);
  const { cards } = await ask(web);
  assert.deepEqual([cards[0].outcome, cards[0].identifier_uid], ['removed', 1]);
  assert.equal(web.identifiers.count(), 1);
});

test('the last 32 cards are told', async (t) => {
  const web = await freshWeb(t);
  await start(web, { cards: 1000 });
  for (let number = 1n; number <= 40n; number += 1n) {
    web.enrolments.takes(web.front, serialCardOf(number, 'em4100', Uint8Array.of(2)));
  }
  await told(web);
  const { cards } = await ask(web);
  const numbers = cards.map((one: { identifier_number: string }) => one.identifier_number);
  assert.deepEqual([numbers.length, numbers[0], numbers[31]], [32, '9', '40']);
});

test('an enrolment is over when its time is, or when it is deleted', async (t) => {
  const web = await freshWeb(t);
  await start(web, {});
  assert.equal((await start(web, {})).status, 409);
  web.clock.advance(30_000_000);
  assert.equal((await ask(web)).why, 'time');
  assert.equal(web.enrolments.takes(web.front, card), false);
  await start(web, {});
  for (const again of [1, 2]) {
    const { status, body } = await web.call('DELETE', `${path}?reader=front`, admin);
    assert.deepEqual([status, body], [200, {}], String(again));
  }
  assert.equal((await ask(web)).why, 'command');
  assert.equal(web.enrolments.takes(web.front, card), false);
  const ends = (await told(web)).filter(({ key }) => key === 'enrolment_ended');
  assert.deepEqual(
    ends.map(({ model }) => [model.why, model.by]),
    [
      ['time', undefined],
      ['command', 'admin'],
    ],
  );
});

test('a QR code is told to whoever asked for it, and to no line of the log', async (t) => {
  const web = await freshWeb(t);
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
  await start(web, {});
  web.enrolments.takes(web.front, scannedOf('qr', uuid));
  await told(web);
  assert.equal((await ask(web)).cards[0].identifier_number, uuid);
  assert.equal(JSON.stringify(web.log.entries).includes(uuid), false);
});

test('unknown readers, bad bodies and managers are refused', async (t) => {
  const web = await freshWeb(t);
  const wrong = 'Wrong JSON body: value `seconds` was of the wrong type';
  for (const [body, status, error] of [
    [{ reader: 'attic' }, 404, 'Not found'],
    [{ reader: undefined }, 400, 'Wrong JSON body: no value for `reader`'],
    [{ seconds: '5' }, 400, wrong],
  ] as const) {
    const refused = await start(web, body);
    assert.deepEqual([refused.status, refused.body], [status, { error }]);
  }
  for (const body of [
    ...[0, 301, 1.5].map((seconds) => ({ seconds })),
    ...[0, 1001].map((cards) => ({ cards })),
    { mode: 'open' },
    { lock: 'third' },
    { identifier_owner: { name: 'Ann' } },
  ]) {
    assert.equal((await start(web, body)).status, 400, JSON.stringify(body));
  }
  for (const method of ['GET', 'DELETE']) {
    assert.equal((await web.call(method, `${path}?reader=attic`, admin)).status, 404);
    assert.equal((await web.call(method, path, admin)).status, 400);
    const asked = await web.call(method, `${path}?reader=front`, { auth: asManager });
    assert.equal(asked.status, 403);
  }
  const body = { reader: 'front' };
  assert.equal((await web.call('POST', path, { auth: asManager, body })).status, 403);
  assert.deepEqual(await told(web), []);
});
