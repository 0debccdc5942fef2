import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derivedId } from '../../src/door/derived-id.ts';
import type { EventValue, PanelEvent } from '../../src/door/model.ts';
import { type KeyWeb, keyWeb, serial } from '../support/access-keys.ts';
import { asAdmin, cardBody } from '../support/web-app.ts';

/** Of the fake clock at the start. */
const startMs = Date.UTC(2026, 5, 1, 12);
const dayMs = 24 * 3600 * 1000;

function passage(key: string, model: Record<string, EventValue> = {}): PanelEvent {
  return { category: 'access', priority: 'medium', key, text: 'x', model };
}

const granted = passage('access_granted_by_valid_identifier', { type: 'card', reader: 'front' });
const denied = passage('access_denied_by_unknown_card', { reason: 'unknown-credential' });
const wrong = { status: 400, body: { error: 'Wrong continuation_key' } };

async function record(web: KeyWeb, events: readonly PanelEvent[]): Promise<void> {
  for (const event of events) web.eventLog.append(event);
  await web.eventLog.settled();
}

async function list(web: KeyWeb, body?: object) {
  const answer = await web.v1('events/list', body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

async function sequences(web: KeyWeb, body?: object): Promise<number[]> {
  const { events } = await list(web, body);
  return events.map(({ sequence_id }: { sequence_id: number }) => sequence_id);
}

test('a passage tells its key and who holds it', async (t) => {
  const web = await keyWeb(t);
  const added = await web.v1('accesskeys/add', {
    key: { identification: '1|1234567890', type: 'proximity' },
    person: { first_name: 'Ann', last_name: 'Ek' },
  });
  await record(web, [
    passage('access_granted_by_valid_identifier', {
      reader: 'front',
      lock: 'first',
      type: 'card',
      number: '1234567890',
      identifier_uid: 2,
    }),
  ]);
  assert.deepEqual(await list(web), {
    least_sync_time: '2026-06-01T12:00:00Z',
    has_more: false,
    continuation_key: null,
    events: [
      {
        event_time: '2026-06-01T12:00:00Z',
        sequence_id: 1,
        category: 'accessgranted',
        type: 102,
        system_id: serial,
        door_name: 'front',
        key_id: added.body.id,
        key: { identification: '0001234567890', type: 'proximity' },
        person: added.body.person,
        subject: null,
      },
    ],
  });
  // When the key is gone its id is known still; its person is not.
  await web.v1('accesskeys/remove', { id: added.body.id });
  const [event] = (await list(web)).events;
  assert.deepEqual([event.key_id, event.person], [derivedId('key', serial, 2), null]);
});

test('codes are hidden; what is no key has no id', async (t) => {
  const web = await keyWeb(t);
  await web.v1('accesskeys/add', { key: { identification: '4711', type: 'code' } });
  const create = (number: string, identifier_type: string) =>
    web.call('POST', '/api/v1/access/identifier', {
      auth: asAdmin,
      body: cardBody(number, { identifier_type }),
    });
  await create('5', 'ukey');
  await create('ABC123', 'license_plate');
  const by = (type: string, number: string | null, identifier_uid: number | null) =>
    passage('access_granted_by_valid_identifier', { type, number, identifier_uid, lock: 'all' });
  await record(web, [
    by('inputCode', null, 1),
    by('ukey', '5', 2),
    by('license_plate', 'ABC123', 3),
    passage('access_denied_by_unknown_card', { type: 'card', number: '8', identifier_uid: null }),
    // A code that nobody has.
    by('inputCode', null, null),
  ]);
  const { events } = await list(web);
  assert.doesNotMatch(JSON.stringify(events), /4711/);
  assert.deepEqual(
    events.map((event: Record<string, unknown>) => [event.type, event.key_id, event.key]),
    [
      [101, derivedId('key', serial, 1), { identification: '******', type: 'code' }],
      [102, null, { identification: '0000000000005', type: 'proximity' }],
      [100, null, null],
      [201, null, { identification: '0000000000008', type: 'proximity' }],
      [101, null, null],
    ],
  );
  assert.equal(events[0].door_name, 'all');
  // Of a code that is gone it is told that it was one.
  await web.identifiers.remove([1]);
  const [gone] = (await list(web)).events;
  assert.deepEqual([gone.key_id, gone.key], [events[0].key_id, events[0].key]);
});

test('each kind of passage has its number; what is no passage is not told', async (t) => {
  const web = await keyWeb(t);
  const codeRefused = { type: 'inputCode', reason: 'wrong-code' };
  const cardRefused = (reason: string) => ({ type: 'card', number: '5', reason });
  const table: readonly (readonly [PanelEvent, number | undefined])[] = [
    [passage('access_granted_by_api_call'), 100],
    [passage('access_granted_by_remote_server_api_call', { type: 'card' }), 100],
    [passage('access_granted_by_valid_identifier', { type: 'qr' }), 100],
    [passage('access_granted_by_valid_identifier', { type: 'inputCode' }), 101],
    [passage('access_granted_by_valid_identifier', { type: 'ukey' }), 102],
    [passage('access_granted_by_valid_identifier', { type: 'card', pin: 'right' }), 103],
    [passage('access_granted_by_valid_identifier', { type: 'ukey', pin: 'right' }), 103],
    [passage('lock_was_opened_by_exit_btn'), 104],
    [passage('access_granted_by_master_code', { type: 'inputCode' }), 105],
    [passage('access_denied_by_unknown_card'), 201],
    [passage('access_denied_by_not_valid_identifier', { reason: 'expired' }), 202],
    [passage('access_denied_by_not_valid_identifier', { reason: 'disabled' }), 204],
    [passage('access_denied_by_not_valid_input_code', codeRefused), 201],
    [passage('access_denied_by_not_valid_identifier', cardRefused('wrong-code')), 200],
    [passage('access_denied_by_not_valid_identifier', cardRefused('no-code')), 200],
    [
      passage('access_denied_by_not_valid_identifier', { ...cardRefused('no-code'), pin: 'unset' }),
      205,
    ],
    [passage('access_denied_by_not_valid_identifier', { reason: 'wrong-reader' }), 206],
    [passage('access_denied_by_not_valid_identifier', { reason: 'outside-time-profile' }), 207],
    [passage('access_denied_by_not_valid_identifier', { reason: 'not-yet-valid' }), 200],
    [passage('access_denied_by_not_valid_identifier', { reason: 'toString' }), 200],
    [passage('access_denied_by_misread', { reason: 'misread' }), 200],
    [passage('door_was_opened'), undefined],
    [{ ...passage('access_granted_by_api_call'), category: 'system' }, undefined],
    [passage('device_booted'), undefined],
  ];
  await record(
    web,
    table.map(([event]) => event),
  );
  const { events } = await list(web);
  assert.deepEqual(
    events.map((event: Record<string, unknown>) => event.type),
    table.map(([, type]) => type).filter((type) => type !== undefined),
  );
  for (const { type, category } of events) {
    assert.equal(category, type < 200 ? 'accessgranted' : 'accessdenied');
  }
});

test('one category, both or neither; other systems have nothing here', async (t) => {
  const web = await keyWeb(t);
  await record(web, [granted, denied]);
  const yes = { include_access_granted: true };
  const no = { include_access_denied: true };
  assert.deepEqual(await sequences(web, yes), [1]);
  assert.deepEqual(await sequences(web, no), [2]);
  assert.deepEqual(await sequences(web, { ...yes, include_access_denied: false }), [1]);
  for (const both of [undefined, {}, { ...yes, ...no }, { include_access_granted: false }]) {
    assert.deepEqual(await sequences(web, both), [1, 2]);
  }
  for (const systems of [[], null, [serial], ['other', serial], [serial.toUpperCase()]]) {
    assert.deepEqual(await sequences(web, { systems }), [1, 2]);
  }
  const other = await list(web, { systems: ['other'] });
  assert.deepEqual([other.events, other.has_more, other.continuation_key], [[], false, null]);
});

test('seven days unless asked otherwise; both ends are included', async (t) => {
  const web = await keyWeb(t);
  const at = async (ms: number) => {
    web.clock.setWall(ms);
    await record(web, [granted]);
  };
  await at(startMs - 7 * dayMs - 1);
  await at(startMs - 7 * dayMs);
  await at(startMs - dayMs);
  await at(startMs);
  assert.deepEqual(await sequences(web), [2, 3, 4]);
  const iso = (ms: number) => new Date(ms).toISOString();
  const from_date = iso(startMs - dayMs);
  assert.deepEqual(await sequences(web, { from_date }), [3, 4]);
  assert.deepEqual(await sequences(web, { from_date, to_date: from_date }), [3]);
  assert.deepEqual(await sequences(web, { from_date: '1970-01-01T00:00:00Z' }), [1, 2, 3, 4]);
  assert.deepEqual(await sequences(web, { to_date: iso(startMs - 7 * dayMs) }), [2]);
  const later = { from_date: iso(startMs + dayMs), to_date: iso(startMs + 2 * dayMs) };
  assert.deepEqual(await sequences(web, later), []);
});

test('a clock that was set back, ran ahead or was never set hides no passage', async (t) => {
  const web = await keyWeb(t);
  const times = [
    startMs - 9 * dayMs,
    startMs - 6 * dayMs,
    // The board starts in 1970 and knows better later.
    ...[0, 1000, 2000, 3000, 4000, 5000, 6000],
    startMs - 5 * dayMs,
    // It runs ahead, and is put right.
    startMs + 300 * dayMs,
    // Set back by an hour.
    startMs - 5 * dayMs - 3_600_000,
    startMs,
  ];
  for (const ms of times) {
    web.clock.setWall(ms);
    await record(web, [granted]);
  }
  assert.deepEqual(await sequences(web), [2, 10, 12, 13]);
  assert.deepEqual(await sequences(web, { to_date: new Date(startMs - 4 * dayMs).toISOString() }), [
    ...[2, 10, 12],
  ]);
  const from_date = new Date(startMs - 5 * dayMs - 3_600_000).toISOString();
  const to_date = new Date(startMs - 5 * dayMs - 1).toISOString();
  assert.deepEqual(await sequences(web, { from_date, to_date }), [12]);
});

test('pages follow one another without a gap, in steps that are bounded', async (t) => {
  const web = await keyWeb(t);
  const many = Array.from({ length: 4500 }, (_, index) =>
    index % 3 === 0 ? passage('door_was_opened') : index % 3 === 1 ? granted : denied,
  );
  await record(web, many);
  const expected = many.flatMap((event, index) => (event === granted ? [index + 1] : []));

  const pages: number[][] = [];
  let key: string | null = null;
  const first = { include_access_granted: true, limit: 500 };
  do {
    const page: { events: { sequence_id: number }[]; has_more: boolean; continuation_key: string } =
      // With a key only the limit is read.
      await list(web, key === null ? first : { continuation_key: key, limit: 500 });
    pages.push(page.events.map(({ sequence_id }) => sequence_id));
    assert.equal(page.has_more, page.continuation_key !== null);
    key = page.continuation_key;
    // What comes later belongs to no page that was begun before.
    await record(web, [granted]);
  } while (key !== null);
  assert.deepEqual(pages.flat(), expected);
  assert.deepEqual(
    pages.map(({ length }) => length),
    // The last event of all fits nothing, which is no page of its own.
    [500, 500, 500],
  );

  // Nothing fits, yet a page looks at no more than 2000 of them.
  const more: boolean[] = [];
  let page = await list(web, { ...first, to_date: '2026-06-01T11:59:59Z' });
  for (;;) {
    assert.deepEqual(page.events, []);
    more.push(page.has_more);
    if (!page.has_more) break;
    page = await list(web, { continuation_key: page.continuation_key });
  }
  assert.deepEqual(more, [true, true, false]);
});

test('a full page has more only where one more fits, and goes on there', async (t) => {
  const web = await keyWeb(t);
  const other = passage('door_was_opened');
  await record(web, [granted, granted, other, denied, other]);
  const only = { include_access_granted: true };
  const page = await list(web, { ...only, limit: 2 });
  assert.deepEqual([page.has_more, page.continuation_key], [false, null]);
  const first = await list(web, { ...only, limit: 1 });
  assert.equal(first.has_more, true);
  const last = await list(web, { continuation_key: first.continuation_key, limit: 1 });
  assert.deepEqual([last.events[0].sequence_id, last.has_more], [2, false]);
  assert.equal((await list(web, { limit: 2 })).has_more, true);
  const all = await list(web, { limit: 3 });
  assert.deepEqual([all.events.length, all.has_more, all.continuation_key], [3, false, null]);

  // Beyond as many as one answer looks at it is not known; the next answer tells.
  await record(
    web,
    Array.from({ length: 2000 }, () => other),
  );
  const far = await list(web, { ...only, limit: 2 });
  assert.deepEqual([far.events.length, far.has_more], [2, true]);
  const end = await list(web, { continuation_key: far.continuation_key });
  assert.deepEqual([end.events, end.has_more, end.continuation_key], [[], false, null]);
});

test('a continuation key that is none, or another panel’s, is refused', async (t) => {
  const web = await keyWeb(t);
  await record(web, [granted, granted]);
  const { continuation_key: key } = await list(web, { limit: 1 });
  assert.deepEqual(await sequences(web, { continuation_key: key }), [2]);
  const text = Buffer.from(key, 'base64url').toString();
  const changed = [
    text.replace(serial, '7c9e6679-7425-40de-944b-e07fc1f90ae7'),
    text.replace('"next":2', '"next":-2'),
    text.replace('"next":2', '"next":1.5'),
    text.replace('"granted":true', '"granted":1'),
    '[]',
    'null',
    '{',
  ].map((one) => Buffer.from(one).toString('base64url'));
  for (const one of [...changed, 'x', '%']) {
    assert.deepEqual(await web.v1('events/list', { continuation_key: one }), wrong, one);
  }
  const beyond = Buffer.from(text.replace('"last":2', '"last":4000000000')).toString('base64url');
  assert.deepEqual(await sequences(web, { continuation_key: beyond }), [2]);
});

test('bodies that cannot be are refused; a damaged event is left out', async (t) => {
  const web = await keyWeb(t);
  for (const body of [
    { limit: 0 },
    { limit: 1001 },
    { limit: '1' },
    { from_date: 'yesterday' },
    { systems: serial },
    { include_access_granted: 'yes' },
    { continuation_key: 'x'.repeat(501) },
    'no JSON',
  ]) {
    assert.equal((await web.v1('events/list', body)).status, 400, JSON.stringify(body));
  }
  await record(web, [granted, granted, granted]);
  web.store.database<number>('events', 'uint32').putSync(2, { wallMs: startMs, key: 7 });
  assert.deepEqual(await sequences(web), [1, 3]);
});
