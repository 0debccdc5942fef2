import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mondayS, profileBody, repeated, repeatedBy } from '../support/time-profile.ts';
import { asAdmin, asManager, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/timeprofile';
const identifier = '/api/v1/access/identifier';

async function send(web: FreshWeb, method: string, where: string, body?: unknown) {
  const options = { auth: asAdmin, ...(body !== undefined && { body }) };
  const { status, body: answer } = await web.call(method, where, options);
  return [status, answer] as const;
}

const create = (web: FreshWeb, body: unknown) => send(web, 'POST', path, body);
const get = (web: FreshWeb, uid: number) => send(web, 'GET', `${path}/item/${uid}`);
const wrongUid = { error: 'Wrong Timeprofile uid' };
const wrongWindow = { error: 'Date `from` must be greater than `to`' };
const noValue = (param: string) => ({ error: `Wrong JSON body: no value for \`${param}\`` });
const wrongType = (param: string) => ({
  error: `Wrong JSON body: value \`${param}\` was of the wrong type`,
});
const wrongBody = { error: 'Wrong JSON body' };
const noIdentifiers = { identifiers: { count: 0, uid_items: [] } };

test('a time profile of every form is read as it was written', async (t) => {
  const web = await freshWeb(t);
  const nth = { week_order: 'last', day_type: 'WEEK_DAY' };
  const untilMonday = { repeat_end: { format: 'date', date: mondayS } };
  const forms = [
    ...['day', 'week', 'twoWeeks', 'month', 'year'].map((type) => repeated(type)),
    repeated('day', untilMonday),
    repeatedBy('day', undefined, 1000),
    repeatedBy('week', ['SUN', 'MON']),
    repeatedBy('month', { format: 'dayNumbers', range: [31, 1] }, 2),
    repeatedBy('month', { format: 'parameterizedDay', range: nth }),
    repeatedBy('year', { months: [12, 2], range: [29] }),
    repeatedBy('year', { months: [11], range: { week_order: 'fourth', day_type: 'THU' } }),
    repeatedBy('year', { months: [1] }),
    { repeat_enable: false },
    { ...repeated('week'), repeat_enable: false },
  ];
  for (const [index, repeat_options] of forms.entries()) {
    const uid = index + 1;
    const body = profileBody(`Form ${uid}`, { repeat_options });
    assert.deepEqual(await create(web, body), [200, { uid }]);
    assert.deepEqual(await get(web, uid), [200, { uid, link_id: null, ...body, ...noIdentifiers }]);
  }
});

test('what does not count is ignored: members of other forms, dates of an end that never comes', async (t) => {
  const web = await freshWeb(t);
  // As the vendor's example has it: a whole day, one moment, a custom rule beside another type.
  const { repeat_format } = repeatedBy('week', ['MON', 'TUE'], 5);
  const body = profileBody('Work week', {
    time_options: { is_all_day: true, date_from: 1_540_819_272, date_to: 1_540_819_272 },
    repeat_options: {
      repeat_enable: true,
      repeat_format: {
        ...repeat_format,
        repeat_type: 'day',
        repeat_end: { format: 'never', date: 1_540_819_272 },
      },
    },
    colour: 'red',
  });
  assert.deepEqual(await create(web, body), [200, { uid: 1 }]);
  const [, read] = await get(web, 1);
  assert.deepEqual(read.repeat_options, repeated('day'));
  assert.equal('colour' in read, false);
  // A client's way to say "never".
  const ever = { repeat_end: { format: 'date', date: 2 ** 63 } };
  await create(web, profileBody('Ever', { repeat_options: repeated('day', ever) }));
  const [, endless] = await get(web, 2);
  assert.equal(endless.repeat_options.repeat_format.repeat_end.date, 253_402_300_799);
  await create(
    web,
    profileBody('Null', { repeat_options: { repeat_enable: false, repeat_format: null } }),
  );
  assert.deepEqual((await get(web, 3))[1].repeat_options, { repeat_enable: false });
});

test('every rule of the body has its refusal', async (t) => {
  const web = await freshWeb(t);
  const times = (rest: object) =>
    profileBody('x', {
      time_options: { is_all_day: false, date_from: 10, date_to: 20, ...rest },
    });
  const rule = (repeat_options: unknown) => profileBody('x', { repeat_options });
  const month = (format: string, range: unknown) => rule(repeatedBy('month', { format, range }));
  const year = (months: unknown, range?: unknown) => rule(repeatedBy('year', { months, range }));
  const table: [unknown, object][] = [
    ['[]', wrongBody],
    [{ ...profileBody('x'), name: undefined }, noValue('name')],
    [profileBody('x', { name: 5 }), wrongType('name')],
    [profileBody('x'.repeat(1001)), wrongBody],
    [profileBody('\ud800'), wrongBody],
    [profileBody('x', { time_options: undefined }), noValue('time_options')],
    [times({ is_all_day: undefined }), noValue('is_all_day')],
    [times({ is_all_day: 1 }), wrongType('is_all_day')],
    [times({ date_from: undefined }), noValue('date_from')],
    [times({ date_to: '20' }), wrongType('date_to')],
    [times({ date_to: 20.5 }), wrongType('date_to')],
    [times({ date_from: 1.5 }), wrongType('date_from')],
    [times({ date_from: -1.5 }), wrongType('date_from')],
    [times({ date_from: -1 }), wrongBody],
    [times({ date_to: 1e30 }), wrongBody],
    [times({ date_to: 10 }), wrongWindow],
    [times({ date_to: 9 }), wrongWindow],
    [times({ is_all_day: true, date_to: 9 }), wrongWindow],
    [rule(undefined), noValue('repeat_options')],
    [rule({}), noValue('repeat_enable')],
    [rule({ repeat_enable: 'yes' }), wrongType('repeat_enable')],
    [rule({ repeat_enable: true }), noValue('repeat_format')],
    [rule({ repeat_enable: true, repeat_format: {} }), noValue('repeat_type')],
    [rule(repeated('hour')), wrongBody],
    [rule(repeated(5)), wrongType('repeat_type')],
    [rule(repeated(null)), wrongType('repeat_type')],
    [rule(repeated('day', { repeat_end: undefined })), noValue('repeat_end')],
    [rule(repeated('day', { repeat_end: { format: 'date' } })), noValue('date')],
    [rule(repeated('day', { repeat_end: { format: 'soon' } })), wrongBody],
    [rule(repeated('day', { repeat_end: { format: 1 } })), wrongType('format')],
    [rule(repeated('day', { repeat_end: { format: 'date', date: 1.5 } })), wrongType('date')],
    [rule(repeated('custom')), noValue('repeat_custom')],
    [rule(repeatedBy('hour')), wrongBody],
    [rule(repeatedBy(true)), wrongType('repeat_point_type')],
    [rule(repeatedBy('day', undefined, 0)), wrongBody],
    [rule(repeatedBy('day', undefined, 1001)), wrongBody],
    [rule(repeatedBy('week')), noValue('repeat_options')],
    [rule(repeatedBy('week', [])), wrongBody],
    [rule(repeatedBy('week', ['MON', 'Tuesday'])), wrongBody],
    [month('dayNumbers', [0]), wrongBody],
    [month('dayNumbers', [32]), wrongBody],
    [month('dayNumbers', []), wrongBody],
    [month('dayNumbers', { week_order: 'first', day_type: 'MON' }), wrongType('range')],
    [month('parameterizedDay', { week_order: 'sixth', day_type: 'MON' }), wrongBody],
    [month('weekDays', [1]), wrongBody],
    [month('parameterizedDay', { week_order: 'first' }), noValue('day_type')],
    [year(undefined), noValue('months')],
    [year([13]), wrongBody],
    [year([]), wrongBody],
    [year([1], 'last'), wrongType('range')],
    [year([1], [40]), wrongBody],
    [year([1], ['1']), wrongType('range')],
    [year([1], { week_order: 'sixth', day_type: 'MON' }), wrongBody],
    [year([1], { week_order: 'first' }), noValue('day_type')],
  ];
  for (const [body, error] of table) {
    assert.deepEqual(await create(web, body), [400, error], JSON.stringify(body));
    assert.deepEqual(await send(web, 'PATCH', `${path}/item/1`, body), [400, error]);
  }
  assert.equal(web.timeProfiles.count(), 0);
});

test('a profile is replaced as a whole, but for its link id', async (t) => {
  const web = await freshWeb(t);
  const link_id = '123e4567-e89b-42d3-a456-426614174000';
  await send(web, 'POST', `${path}/items/link`, {
    list_items: [{ ...profileBody('Old', { repeat_options: repeated('week') }), link_id }],
  });
  const body = profileBody('New', { repeat_options: { repeat_enable: false } });
  assert.deepEqual(await send(web, 'PATCH', `${path}/item/1`, body), [200, {}]);
  assert.deepEqual(await get(web, 1), [200, { uid: 1, link_id, ...body, ...noIdentifiers }]);
});

test('a uid that nothing has is told so; several at once are skipped', async (t) => {
  const web = await freshWeb(t);
  for (const uid of [0, -1, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    assert.deepEqual(await get(web, uid), [400, wrongUid]);
    assert.deepEqual(await send(web, 'PATCH', `${path}/item/${uid}`, profileBody('x')), [
      400,
      wrongUid,
    ]);
    assert.deepEqual(await send(web, 'DELETE', `${path}/item/${uid}`), [400, wrongUid]);
  }
  for (const name of ['a', 'b', 'c']) await create(web, profileBody(name));
  assert.deepEqual(await send(web, 'DELETE', `${path}/item/2`), [200, {}]);
  assert.deepEqual(await get(web, 2), [400, wrongUid]);
  const several = { uid_items: [3, 2, 99, 3, -7] };
  assert.deepEqual(await send(web, 'DELETE', `${path}/items`, several), [200, {}]);
  assert.deepEqual(
    web.timeProfiles.all().map(({ uid }) => uid),
    [1],
  );
  assert.deepEqual(await create(web, profileBody('d')), [200, { uid: 4 }]);
  const tooMany = { uid_items: Array.from({ length: 10_001 }, () => 1) };
  assert.deepEqual(await send(web, 'DELETE', `${path}/items`, tooMany), [400, wrongBody]);
  assert.deepEqual(await send(web, 'DELETE', `${path}/items`, {}), [400, noValue('uid_items')]);
});

test('profiles are listed in pages, by name and by the time of their first occurrence', async (t) => {
  const web = await freshWeb(t);
  for (const [index, name] of ['Night', 'Day', 'Night'].entries()) {
    const date_from = 1000 + index * 100;
    const time_options = { is_all_day: false, date_from, date_to: date_from + 50 };
    await create(web, profileBody(name, { time_options }));
  }
  const list = async (query: string) => {
    const [status, body] = await send(web, 'GET', `${path}/items?${query}`);
    return status === 200 ? body.list_items.map(({ uid }: { uid: number }) => uid) : body;
  };
  assert.deepEqual(await list(''), [1, 2, 3]);
  assert.deepEqual(await list('sort_type=desc&limit=2'), [3, 2]);
  assert.deepEqual(await list('limit=2&page_number=2'), [3]);
  assert.deepEqual(await list('page_number=9'), []);
  assert.deepEqual(await list('filter_field=name&filter_type=equal&filter_value=Night'), [1, 3]);
  assert.deepEqual(await list('filter_field=name&filter_value=Evening'), []);
  assert.deepEqual(await list("filter=name%20eq%20'Night'%20and%20uid%20gt%201"), [3]);
  assert.deepEqual(await list('filter_field=&filter_type=&filter_value='), [1, 2, 3]);
  assert.deepEqual(await list('order_by=name,uid%20desc'), [3, 1, 2]);
  assert.deepEqual(await list('since=1100'), [2, 3]);
  assert.deepEqual(await list('until=1150'), [1, 2]);
  assert.deepEqual(await list('since=1001&until=1149'), []);
  const wrong = { error: 'Wrong or missing parameters' };
  for (const query of [
    'filter_field=height&filter_value=1',
    'filter_field=name',
    'filter_value=Night',
    'filter_field=name&filter_type=like&filter_value=N',
    'filter=name%20is',
    'order_by=height%20asc',
    'since=yesterday',
    'limit=0',
  ]) {
    assert.deepEqual(await list(query), wrong, query);
  }
  const [, { list_items, list_option }] = await send(web, 'GET', `${path}/items?limit=2`);
  assert.deepEqual(list_option.pagination, {
    total_items: 3,
    items_limit: 2,
    total_pages: 2,
    current_page: 1,
  });
  const { identifiers, ...item } = (await get(web, 1))[1];
  assert.deepEqual(list_items[0], item);
});

test('a profile is attached and detached, in either spelling', async (t) => {
  const web = await freshWeb(t);
  await send(web, 'POST', identifier, cardBody('1'));
  await send(web, 'POST', identifier, cardBody('2'));
  await create(web, profileBody('Day'));
  await create(web, profileBody('Night'));
  const at = (uid: number, profile: number, spelling = 'timeprofile') =>
    `${identifier}/item/${uid}/${spelling}/${profile}`;
  const profiles = () => web.identifiers.get(1)?.profiles;

  assert.deepEqual(await send(web, 'POST', at(1, 1)), [200, {}]);
  assert.deepEqual(await send(web, 'POST', at(1, 1, 'timeProfile')), [200, {}]);
  assert.deepEqual(profiles(), [1]);
  await send(web, 'POST', at(1, 2, 'timeProfile'));
  await send(web, 'POST', at(2, 2));
  assert.deepEqual(profiles(), [1, 2]);
  assert.deepEqual((await get(web, 2))[1].identifiers, { count: 2, uid_items: [1, 2] });

  assert.deepEqual(await send(web, 'DELETE', at(1, 2, 'timeProfile')), [200, {}]);
  assert.deepEqual(profiles(), [1]);
  assert.deepEqual(await send(web, 'DELETE', at(1, 2)), [200, {}]);
  assert.deepEqual(await send(web, 'DELETE', at(1, 1)), [200, {}]);
  const left = web.identifiers.get(1);
  assert.equal(left && 'profiles' in left, false);
  assert.deepEqual((await get(web, 2))[1].identifiers, { count: 1, uid_items: [2] });
});

test('attaching asks for both; a deleted profile stays attached until it is detached', async (t) => {
  const web = await freshWeb(t);
  await send(web, 'POST', identifier, cardBody('1'));
  await create(web, profileBody('Day'));
  const at = (uid: number, profile: number) => `${identifier}/item/${uid}/timeprofile/${profile}`;
  const wrongIdentifier = { error: 'Wrong Identifier uid' };
  for (const method of ['POST', 'DELETE']) {
    for (const uid of [0, 2, 2 ** 32]) {
      assert.deepEqual(await send(web, method, at(uid, 1)), [400, wrongIdentifier]);
    }
    for (const profile of [0, 2, 2 ** 32]) {
      assert.deepEqual(await send(web, method, at(1, profile)), [400, wrongUid]);
    }
  }
  await send(web, 'POST', at(1, 1));
  await send(web, 'DELETE', `${path}/item/1`);
  assert.deepEqual(web.identifiers.get(1)?.profiles, [1]);
  assert.deepEqual(await send(web, 'POST', at(1, 1)), [200, {}]);
  assert.deepEqual(await send(web, 'DELETE', at(1, 1)), [200, {}]);
  assert.equal(web.identifiers.get(1)?.profiles, undefined);
  assert.deepEqual(await send(web, 'DELETE', at(1, 1)), [400, wrongUid]);
});

test('an identifier has a hundred profiles at most', async (t) => {
  const web = await freshWeb(t);
  const many = Array.from({ length: 100 }, (_, index) => index + 2);
  await create(web, profileBody('Day'));
  await web.commands.createIdentifier({
    type: 'card',
    number: '1',
    owner: { name: 'Ann', type: 'owner' },
    lock: 'first',
    profiles: many,
  });
  const attach = () => send(web, 'POST', `${identifier}/item/1/timeprofile/1`);
  assert.deepEqual(await attach(), [400, { error: 'Too many time profiles' }]);
  assert.deepEqual(web.identifiers.get(1)?.profiles, many);
  await send(web, 'DELETE', `${identifier}/item/1/timeprofile/2`);
  assert.deepEqual(await attach(), [200, {}]);
});

test('a manager reads profiles and changes none; each change is a line for the engineer', async (t) => {
  const web = await freshWeb(t);
  await create(web, profileBody('Day'));
  await send(web, 'POST', identifier, cardBody('1'));
  const asked = await web.call('GET', `${path}/item/1`, { auth: asManager });
  assert.equal(asked.status, 200);
  const denied = await web.call('DELETE', `${path}/item/1`, { auth: asManager });
  assert.deepEqual([denied.status, denied.body], [403, { error: 'Administrator rights required' }]);
  await send(web, 'PATCH', `${path}/item/1`, profileBody('Night'));
  await send(web, 'POST', `${identifier}/item/1/timeprofile/1`);
  await send(web, 'DELETE', `${identifier}/item/1/timeprofile/1`);
  await send(web, 'DELETE', `${path}/item/1`);
  assert.deepEqual(
    web.log.entries.map(({ text, fields }) => [text, fields.by, fields.uid]),
    [
      ['time profile created', 'admin', 1],
      ['identifier created', 'admin', 1],
      ['time profile changed', 'admin', 1],
      ['time profile attached', 'admin', 1],
      ['time profile detached', 'admin', 1],
      ['time profile deleted', 'admin', 1],
    ],
  );
});
