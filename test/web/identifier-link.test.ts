import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { openPersons } from '../../src/store/access-levels.ts';
import { openApartments } from '../../src/store/apartments.ts';
import { Identifiers } from '../../src/store/identifiers.ts';
import { openTimeProfiles } from '../../src/store/time-profiles.ts';
import { itemsAtOnce } from '../../src/web/identifiers/identifier-batch.ts';
import { bindAwaiting, linkCommands } from '../../src/web/main-thread/commands-links.ts';
import {
  apartment,
  call,
  limited,
  link,
  linkItem,
  linkPath,
  outcomes,
  timeProfile,
  upsert,
} from '../support/linked.ts';
import { freshStore } from '../support/store.ts';
import { asAdmin, asManager, cardBody, freshWeb, serve } from '../support/web-app.ts';

interface Linked {
  readonly apartment_link_id: string | null;
}

const deletePath = '/api/v1/access/identifiers/link/delete';
const itemPath = '/api/v1/access/identifier/item';
const noValue = (param: string) => `Wrong JSON body: no value for \`${param}\``;
const wrongType = (param: string) => `Wrong JSON body: value \`${param}\` was of the wrong type`;
const window = (from: unknown, to: unknown) => ({
  valid: { time: { is_permanent: false, from, to }, passes: { is_permanent: true } },
});

test('identifiers are created and updated by link id, each with a result in its place', async (t) => {
  const web = await freshWeb(t);
  await timeProfile(web, link(70));
  await apartment(web, link(90));
  const full = linkItem(link(1), '1850186', {
    ...limited(5),
    apartment_link_id: link(90).toUpperCase(),
    time_profiles: { link_ids: [link(70)] },
    additional: { passes_left: 3 },
  });
  assert.deepEqual(await upsert(web, [full, linkItem(link(2), '2')]), [
    { link_id: link(1), success: true, extended_info: 'created', has_dublicates: false },
    { link_id: link(2), success: true, extended_info: 'created', has_dublicates: true },
  ]);
  assert.deepEqual((await call(web, 'GET', `${itemPath}/1`)).body, {
    identifier_uid: 1,
    identifier_owner: { name: 'Ann', type: 'owner' },
    identifier_type: 'card',
    identifier_number: '1850186',
    lock: 'first',
    valid: { time: { is_permanent: true }, passes: { is_permanent: false, max_passes: 5 } },
    apartment: {
      uid: 1,
      link_id: link(90),
      logical_address: { building: 1, unit: 2, floor: 3, room: 4 },
    },
    time_profiles: { count: 1, uid_items: [1], link_ids: [link(70)] },
    link_id: link(1),
    additional: { passes_left: 3 },
  });
  const upper = linkItem(link(2).toUpperCase(), '44', { lock: 'all', ...window(5, 6) });
  assert.deepEqual(await upsert(web, [upper]), [
    {
      link_id: link(2).toUpperCase(),
      success: true,
      extended_info: 'updated',
      has_dublicates: true,
    },
  ]);
  assert.deepEqual(web.identifiers.byLinkId(link(2)), {
    uid: 2,
    type: 'card',
    number: '44',
    owner: { name: 'Ann', type: 'owner' },
    lock: 'all',
    window: { fromS: 5, toS: 6 },
    linkId: link(2),
  });
  assert.equal(web.identifiers.find('card', '2'), undefined);
  assert.deepEqual(web.log.entries.at(-1)?.fields, { by: 'admin', updated: 1 });
});

test('an item that fails in itself changes nothing, and the others go on', async (t) => {
  const web = await freshWeb(t);
  await call(web, 'POST', '/api/v1/access/identifier', cardBody('7'));
  await upsert(web, [linkItem(link(1), '1')]);
  const unlimited = { is_permanent: true };
  const items = [
    linkItem(link(2), '7'),
    linkItem(link(2), '1'),
    linkItem(link(1), '7', { lock: 'all' }),
    linkItem(link(2), '2', { time_profiles: { link_ids: [link(70)] } }),
    linkItem(link(2), 'AAAA', { identifier_type: 'face_id' }),
    { ...linkItem(link(2), ''), identifier_type: 'face_id', identifier_number: undefined },
    linkItem(link(2), '2', window(6, 5)),
    linkItem(link(2), '2', window(5, 5)),
    linkItem(link(2), '2', limited(0)),
    linkItem(link(2), '2', limited(2 ** 31)),
    linkItem(link(2), '2', {
      valid: { time: unlimited, passes: { is_permanent: false, max_passes: null } },
    }),
    linkItem(link(2), '2', { ...limited(3), additional: { passes_left: 4 } }),
    linkItem(link(2), '2', { ...limited(3), additional: { passes_left: -2 } }),
    linkItem(link(3), '3'),
  ];
  const taken = 'number_taken_by_another_identifier';
  const wrong = 'invalid_time_rules_settings';
  assert.deepEqual(await outcomes(web, items), [
    ...[taken, taken, taken],
    'bound_time_profile_doesnt_exist',
    ...['face_id_not_supported', 'face_id_not_supported'],
    ...[wrong, wrong, wrong, wrong, wrong, wrong, wrong],
    'created',
  ]);
  assert.equal(web.identifiers.count(), 3);
  assert.equal(web.identifiers.byLinkId(link(1))?.lock, 'first');
});

test('limited passes whose maximum is not said are those that stand, and none that is new', async (t) => {
  const web = await freshWeb(t);
  for (const max_passes of [undefined, null]) {
    const valid = { time: { is_permanent: true }, passes: { is_permanent: false, max_passes } };
    const id = max_passes === null ? 2 : 1;
    const item = (rest: object) => linkItem(link(id), String(id), rest);
    assert.deepEqual(await outcomes(web, [item({ valid })]), ['invalid_time_rules_settings']);
    assert.equal(web.identifiers.byLinkId(link(id)), undefined);
    assert.deepEqual(await outcomes(web, [item({})]), ['created']);
    const left = { valid, additional: { passes_left: 3 } };
    assert.deepEqual(await outcomes(web, [item(left)]), ['invalid_time_rules_settings']);
    assert.deepEqual(await outcomes(web, [item({ valid, lock: 'all' })]), ['updated']);
    assert.equal(web.identifiers.byLinkId(link(id))?.passes, undefined);
    assert.equal(web.identifiers.byLinkId(link(id))?.lock, 'all');
    await outcomes(web, [item(limited(4)), item({ valid })]);
    assert.deepEqual(web.identifiers.byLinkId(link(id))?.passes, { max: 4, left: 4 });
  }
});

test('the same link id or number twice: the second acts on what the first has done', async (t) => {
  const web = await freshWeb(t);
  const items = [
    linkItem(link(1), '1', { identifier_owner: { name: 'Bob', type: 'guest' } }),
    linkItem(link(1), '2'),
    linkItem(link(2), '1'),
    linkItem(link(3), '1'),
  ];
  const result = await upsert(web, items);
  assert.deepEqual(
    result.map((one: Record<string, unknown>) => [one.extended_info, one.has_dublicates]),
    [
      ['created', false],
      ['updated', false],
      ['created', true],
      ['number_taken_by_another_identifier', false],
    ],
  );
  assert.equal(web.identifiers.byLinkId(link(1))?.number, '2');
  assert.equal(web.identifiers.byLinkId(link(2))?.number, '1');
});

test('what an update does not speak of is kept; null and nothing in a list take it away', async (t) => {
  const web = await freshWeb(t);
  await timeProfile(web, link(70));
  await timeProfile(web, link(71));
  await apartment(web, link(90));
  const owner = { name: 'Ann', type: 'owner' } as const;
  await web.identifiers.create({
    type: 'card',
    number: '1',
    owner,
    lock: 'first',
    linkId: link(1),
    profiles: [1],
    apartment: 1,
    levels: [4],
    pin: '1234',
    person: 8,
    passes: { max: 5, left: 2 },
  });
  const stored = () => web.identifiers.byLinkId(link(1));
  await upsert(web, [linkItem(link(1), '1', { lock: 'all', ...limited(5) })]);
  const kept = {
    uid: 1,
    type: 'card',
    number: '1',
    owner,
    lock: 'all',
    linkId: link(1),
    profiles: [1],
    apartment: 1,
    pin: '1234',
    person: 8,
  };
  assert.deepEqual(stored(), { ...kept, passes: { max: 5, left: 2 } });
  const time = { is_permanent: true };
  const noMaximum = { valid: { time, passes: { is_permanent: false } } };
  await upsert(web, [linkItem(link(1), '1', { lock: 'all', ...noMaximum })]);
  assert.deepEqual(stored()?.passes, { max: 5, left: 2 });
  const left = { additional: { passes_left: 0 } };
  await upsert(web, [linkItem(link(1), '1', { lock: 'all', ...limited(6), ...left })]);
  assert.deepEqual(stored()?.passes, { max: 6, left: 0 });
  const minusOne = { additional: { passes_left: -1 } };
  await upsert(web, [linkItem(link(1), '1', { lock: 'all', ...limited(8), ...minusOne })]);
  assert.deepEqual(stored()?.passes, { max: 8, left: 2 });
  await upsert(web, [linkItem(link(1), '1', { lock: 'all', ...minusOne })]);
  assert.deepEqual(stored(), kept);
  const both = { time_profiles: { link_ids: [link(71), link(70), link(71)] } };
  await upsert(web, [linkItem(link(1), '1', { ...both, apartment_link_id: null })]);
  assert.deepEqual([stored()?.profiles, stored()?.apartment], [[2, 1], undefined]);
  await upsert(web, [linkItem(link(1), '1', { time_profiles: null })]);
  assert.deepEqual(stored()?.profiles, [2, 1]);
  await upsert(web, [linkItem(link(1), '1', { time_profiles: { link_ids: [] } })]);
  assert.equal(stored()?.profiles, undefined);
});

test('an apartment that is not there yet is waited for, and bound when it comes', async (t) => {
  const web = await freshWeb(t);
  await upsert(web, [
    linkItem(link(1), '1', { apartment_link_id: link(90) }),
    linkItem(link(2), '2', { apartment_link_id: link(90) }),
    linkItem(link(3), '3', { apartment_link_id: link(91) }),
  ]);
  const shown = async (uid: number) =>
    (await call(web, 'GET', `${itemPath}/${uid}`)).body.apartment;
  assert.deepEqual(await shown(1), { uid: -1, link_id: link(90) });
  await web.identifiers.update(2, (old) => ({ ...old, apartment: 77 }));
  const uid = await apartment(web, link(90));
  await bindAwaiting(web.identifiers, { uid, linkId: link(90) });
  assert.equal((await shown(1)).uid, uid);
  assert.deepEqual(web.identifiers.referring('apartment', uid), [1]);
  await upsert(web, [linkItem(link(4), '4')]);
  const { list_items } = (await call(web, 'GET', linkPath)).body;
  assert.deepEqual(
    list_items.map(({ apartment_link_id }: Linked) => apartment_link_id),
    [link(90), null, link(91), null],
    'bound, bound to one that is gone, waiting, of none',
  );
  assert.deepEqual(web.identifiers.referring('apartment', 77), [2]);
  assert.deepEqual(web.identifiers.awaiting(link(90)), []);
  assert.deepEqual(web.identifiers.awaiting(link(91)), [3]);
});

test("the panel's own codes, and a full store, are results of the enumeration", async (t) => {
  const store = freshStore(t);
  const identifiers = new Identifiers(store, ({ number }) =>
    number === '9' ? 'master-card' : undefined,
  );
  const parts = {
    identifiers,
    timeProfiles: openTimeProfiles(store),
    apartments: openApartments(store),
    persons: openPersons(store),
  };
  const commands = linkCommands(parts, 2);
  const item = (id: number, number: string) => ({
    linkId: link(id),
    fields: { type: 'card', number, owner: { name: number, type: 'owner' }, lock: 'all' } as const,
  });
  const items = [item(1, '9'), item(1, '1'), item(2, '2'), item(3, '3'), item(2, '4')];
  assert.deepEqual(
    (await commands.upsertLinked(items)).map(({ outcome }) => outcome),
    [
      'number_taken_by_another_identifier',
      'created',
      'created',
      'number_of_identifiers_exceeded',
      'updated',
    ],
  );
});

test('a body that is wrong as a whole is refused, and nothing of it is done', async (t) => {
  const web = await freshWeb(t);
  const good = linkItem(link(1), '1');
  const without = (member: string) => {
    const { [member]: _, ...rest }: Record<string, unknown> = good;
    return rest;
  };
  const refused: readonly (readonly [body: unknown, error: string])[] = [
    [undefined, 'Wrong JSON body'],
    ['{"list_items":[', 'Wrong JSON body'],
    [[good], 'Wrong JSON body'],
    [{}, noValue('list_items')],
    [{ list_items: null }, wrongType('list_items')],
    [{ list_items: good }, wrongType('list_items')],
    [{ list_items: 'x' }, wrongType('list_items')],
    [{ list_items: [good, 5] }, wrongType('list_items')],
    [{ list_items: [good, without('link_id')] }, noValue('link_id')],
    [{ list_items: [good, { ...good, link_id: 7 }] }, wrongType('link_id')],
    [{ list_items: [good, { ...good, link_id: null }] }, wrongType('link_id')],
    [{ list_items: [good, { ...good, link_id: 'x' }] }, 'Wrong JSON body'],
    [{ list_items: [good, without('identifier_owner')] }, noValue('identifier_owner')],
    [{ list_items: [good, without('identifier_type')] }, noValue('identifier_type')],
    [{ list_items: [good, without('identifier_number')] }, noValue('identifier_number')],
    [{ list_items: [good, without('lock')] }, noValue('lock')],
    [{ list_items: [good, { ...good, lock: 'third' }] }, 'Wrong JSON body'],
    [{ list_items: [good, { ...good, identifier_type: 'fob' }] }, 'Wrong JSON body'],
    [{ list_items: [good, { ...good, identifier_number: 5 }] }, wrongType('identifier_number')],
    [{ list_items: [good, { ...good, identifier_number: '1c' }] }, 'Wrong JSON body'],
    [{ list_items: [good, { ...good, valid: 1 }] }, wrongType('valid')],
    [{ list_items: [good, { ...good, ...window(1, 'x') }] }, wrongType('to')],
    [{ list_items: [good, { ...good, ...window(1, undefined) }] }, noValue('to')],
    [{ list_items: [good, { ...good, time_profiles: [] }] }, wrongType('time_profiles')],
    [{ list_items: [good, { ...good, time_profiles: { link_ids: ['x'] } }] }, 'Wrong JSON body'],
    [
      { list_items: [good, { ...good, time_profiles: { link_ids: Array(33).fill(link(7)) } }] },
      'Wrong JSON body',
    ],
    [{ list_items: [good, { ...good, apartment_link_id: 5 }] }, wrongType('apartment_link_id')],
    [
      { list_items: [good, { ...good, additional: { passes_left: '1' } }] },
      wrongType('passes_left'),
    ],
    [{ list_items: Array(10_001).fill(good) }, 'Wrong JSON body'],
  ];
  for (const [body, error] of refused) {
    const answer = await web.call('POST', linkPath, { auth: asAdmin, body });
    assert.deepEqual([answer.status, answer.body], [400, { error }], JSON.stringify(body));
  }
  assert.equal(web.identifiers.count(), 0);
  assert.deepEqual(await upsert(web, []), []);
});

test('older shapes of limits are understood in items too', async (t) => {
  const web = await freshWeb(t);
  const time = { is_permanent: false, from: 1, to: 2 };
  const passes = { is_permanent: false, max_passes: 4 };
  await upsert(web, [linkItem(link(1), '1', { time, passes })]);
  const stored = web.identifiers.byLinkId(link(1));
  assert.deepEqual(stored?.window, { fromS: 1, toS: 2 });
  assert.deepEqual(stored?.passes, { max: 4, left: 4 });
});

test('both spellings delete by link id, a result for each', async (t) => {
  const web = await freshWeb(t);
  await upsert(
    web,
    [1, 2, 3].map((id) => linkItem(link(id), String(id))),
  );
  const ids = [link(2).toUpperCase(), link(9), link(2), 'no uuid', ''];
  assert.deepEqual((await call(web, 'DELETE', linkPath, { link_ids: ids })).body, {
    result: ids.map((link_id, index) => ({
      link_id,
      success: index === 0,
      extended_info: index === 0 ? 'deleted' : 'entity_not_found',
    })),
  });
  const { body } = await call(web, 'POST', deletePath, { link_ids: [link(1)] });
  assert.deepEqual(body, {
    result: [{ link_id: link(1), success: true, extended_info: 'deleted' }],
  });
  assert.deepEqual(
    web.identifiers.list(0, 9, false).map(({ uid }) => uid),
    [3],
  );
  const refused = [
    [undefined, 'Wrong JSON body'],
    [{}, noValue('link_ids')],
    [{ link_ids: link(3) }, wrongType('link_ids')],
    [{ link_ids: [link(3), 3] }, wrongType('link_ids')],
    [{ link_ids: Array(10_001).fill(link(3)) }, 'Wrong JSON body'],
  ] as const;
  for (const [body, error] of refused) {
    for (const [method, path] of [
      ['DELETE', linkPath],
      ['POST', deletePath],
    ] as const) {
      const answer = await web.call(method, path, { auth: asAdmin, body });
      assert.deepEqual([answer.status, answer.body], [400, { error }]);
    }
  }
  assert.equal(web.identifiers.count(), 1);
});

test('the list holds those with a link id, by it, in pages', async (t) => {
  const web = await freshWeb(t);
  await call(web, 'POST', '/api/v1/access/identifier', cardBody('100'));
  await upsert(
    web,
    [5, 3, 1, 4, 2].map((id) => linkItem(link(id), String(id))),
  );
  const list = async (query: string) => (await call(web, 'GET', `${linkPath}?${query}`)).body;
  const ids = async (query: string) =>
    (await list(query)).list_items.map((item: { link_id: string }) => item.link_id);
  const upTo = (...numbers: number[]) => numbers.map(link);
  assert.deepEqual(await ids(''), upTo(1, 2, 3, 4, 5));
  assert.deepEqual(await ids('limit=2&page_number=2'), upTo(3, 4));
  assert.deepEqual(await ids('limit=2&page_number=2&sort_type=desc'), upTo(3, 2));
  assert.deepEqual(await ids('limit=2&page_number=4'), []);
  assert.deepEqual(await ids(`filter_field=link_id&filter_value=${link(4).toUpperCase()}`), [
    link(4),
  ]);
  assert.deepEqual(await ids(`filter_field=link_id&filter_value=${link(44)}`), []);
  const page = await list('limit=2');
  assert.deepEqual(page.list_option.pagination, {
    total_items: 5,
    items_limit: 2,
    total_pages: 3,
    current_page: 1,
  });
  assert.deepEqual(page.list_items[0], {
    ...(await call(web, 'GET', `${itemPath}/4`)).body,
    apartment_link_id: null,
  });
  await call(web, 'DELETE', linkPath, { link_ids: [link(1)] });
  assert.equal((await list('')).list_option.pagination.total_items, 4);
  assert.deepEqual(await ids(`filter=link_id eq '${link(4)}'`), upTo(4));
  assert.deepEqual(await ids('filter=identifier_number gt 2'), upTo(5, 3, 4));
  assert.deepEqual(await ids('filter_field=identifier_number&filter_value=100'), []);
  assert.deepEqual(await ids('sort_field=identifier_number&sort_type=desc'), upTo(5, 4, 3, 2));
  assert.deepEqual(await ids('order_by=identifier_uid asc&limit=2'), upTo(5, 3));
  assert.deepEqual(await ids('order_by=desc&limit=2'), upTo(5, 4));
  const { sort, filter } = (await list('')).list_option;
  assert.deepEqual([sort.field, sort.order, filter.is_filtered], ['link_id', 'asc', false]);
  for (const query of [
    'limit=0',
    'filter_field=height&filter_value=all',
    'filter=x',
    'order_by=height asc',
  ]) {
    const answer = await web.call('GET', `${linkPath}?${query}`, { auth: asAdmin });
    assert.deepEqual([answer.status, answer.body.error], [400, 'Wrong or missing parameters']);
  }
});

test('a manager reads the list and changes nothing', async (t) => {
  const web = await freshWeb(t);
  const as = (method: string, path: string) =>
    web.call(method, path, { auth: asManager, body: method === 'GET' ? undefined : {} });
  assert.equal((await as('GET', linkPath)).status, 200);
  for (const [method, path] of [
    ['POST', linkPath],
    ['DELETE', linkPath],
    ['POST', deletePath],
  ] as const) {
    const { status, body } = await as(method, path);
    assert.deepEqual([status, body], [403, { error: 'Administrator rights required' }]);
  }
});

test('ten thousand items in one body are taken; more than 16 MiB are not, other calls take 1', async (t) => {
  const web = await freshWeb(t);
  const url = await serve(t, web);
  const post = async (path: string, body: string | ReadableStream) => {
    const headers = { authorization: asAdmin };
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    });
    const answer: { result: { link_id: string; success: boolean }[] } = JSON.parse(
      await response.text(),
    );
    return [response.status, answer] as const;
  };
  const numbers = Array.from({ length: 10_000 }, (_, index) => index);
  const list_items = numbers.map((number) =>
    linkItem(link(number), String(number), { filler: 'x'.repeat(500) }),
  );
  const text = JSON.stringify({ list_items });
  assert.ok(text.length > 5 * 1024 * 1024);
  const [status, body] = await post(linkPath, text);
  assert.equal(status, 200);
  assert.deepEqual(
    body.result.map((one) => one.link_id),
    numbers.map(link),
  );
  assert.equal(web.identifiers.linked(0, 1, false).total, 10_000);

  const tooLarge = [413, { error: 'Request body is too large' }];
  const large = `{"list_items":[],"filler":"${'x'.repeat(16 * 1024 * 1024)}"}`;
  assert.deepEqual(await post(linkPath, large), tooLarge);
  assert.deepEqual(await post(linkPath, new Blob([large]).stream()), tooLarge);
  // Short values by the million would fill the heap.
  const dense = `{"list_items":[${'{},'.repeat(600_000)}{}]}`;
  assert.deepEqual(await post(linkPath, dense), tooLarge);
  assert.deepEqual(await post(deletePath, text), tooLarge);
  assert.deepEqual(await post('/api/v1/access/identifier', text), tooLarge);
  const [again, deleted] = await post(deletePath, JSON.stringify({ link_ids: numbers.map(link) }));
  assert.equal(again, 200);
  assert.ok(deleted.result.every(({ success }) => success));
  assert.equal(web.identifiers.count(), 0);
});

test('what was done stays done when the store fails in the middle', async (t) => {
  const web = await freshWeb(t);
  let steps = 0;
  const { upsertLinked } = web.commands;
  const failing = await freshWeb(t, {
    commands: {
      upsertLinked(items) {
        steps += 1;
        if (steps === 3) throw new Fault('store-unwritable', 'the disk is full', 'make room');
        return upsertLinked(items);
      },
    },
  });
  const items = Array.from({ length: 350 }, (_, id) => linkItem(link(id), String(id)));
  const body = { list_items: items };
  const answer = await failing.call('POST', linkPath, { auth: asAdmin, body });
  assert.deepEqual([answer.status, answer.body], [503, { error: 'The disk is full' }]);
  assert.equal(web.identifiers.count(), 2 * itemsAtOnce);
  // The client tries again; nothing is there twice.
  const counts = await outcomes(web, items);
  assert.equal(counts.filter((outcome) => outcome === 'updated').length, 2 * itemsAtOnce);
  assert.equal(web.identifiers.count(), 350);
});

test('what a damaged record leaves behind does not stand in the way of its link id', async (t) => {
  const web = await freshWeb(t);
  await upsert(web, [linkItem(link(1), '1')]);
  await web.store.durably(() => {
    web.store.database<string>('identifiers', 'ordered-binary').putSync('card:1', { uid: 'one' });
  });
  assert.deepEqual(await web.identifiers.remove([1]), [1]);
  assert.equal(web.identifiers.ofType('card', 0, 9, false).total, 0);
  assert.deepEqual(await outcomes(web, [linkItem(link(1), '1')]), ['created']);
  assert.equal(web.identifiers.byLinkId(link(1))?.uid, 2);
});
