import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derivedId } from '../../src/door/derived-id.ts';
import type { IdentifierFields } from '../../src/door/model.ts';
import { type KeyWeb, keyWeb, serial } from '../support/access-keys.ts';
import { asAdmin, cardBody } from '../support/web-app.ts';

const card = '0x00499602d2';
const answered = '0001234567890';
const window = { valid_from_date: '2020-09-01T00:00:00Z', valid_to_date: '2020-10-01T14:00:00Z' };
const person = { first_name: 'firstname', last_name: 'lastname' };
const notFound = { status: 404, body: { error: 'Unknown access key' } };
const taken = {
  status: 409,
  body: { error: 'A number of this key belongs to another access key' },
};

function proximity(identification: string) {
  return { identification, type: 'proximity' };
}

function refusal(status: number, error: string) {
  return { status, body: { error } };
}

/** What the panel API answers for an identifier. */
async function item(web: KeyWeb, uid: number) {
  const path = `/api/v1/access/identifier/item/${uid}`;
  return (await web.call('GET', path, { auth: asAdmin })).body;
}

test('the sample of the page: a key for a new person, seen through the panel API too', async (t) => {
  const web = await keyWeb(t);
  const added = await web.v1('accesskeys/add', {
    key: proximity(card),
    pin: '1234',
    ...window,
    person,
    access_levels: [web.levels.first],
  });
  assert.equal(added.status, 200);
  const { id, person: holder, ...rest } = added.body;
  assert.equal(id, derivedId('key', serial, 1));
  assert.match(holder.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.deepEqual(holder, { id: holder.id, ...person });
  assert.deepEqual(rest, {
    key: { identification: answered, type: 'proximity' },
    ...window,
    access_levels: [web.levels.first],
  });
  assert.deepEqual(web.identifiers.find('card', '1234567890'), {
    uid: 1,
    type: 'card',
    number: '1234567890',
    owner: { name: 'firstname lastname', type: 'owner' },
    lock: 'first',
    levels: [1],
    person: 1,
    pin: '1234',
    appliedS: Date.UTC(2026, 5, 1, 12) / 1000,
    window: {
      fromS: Date.UTC(2020, 8, 1) / 1000,
      toS: Date.UTC(2020, 9, 1, 14) / 1000,
    },
  });
  const seen = await item(web, 1);
  assert.equal(seen.identifier_number, '1234567890');
  assert.equal(seen.lock, 'first');
  assert.deepEqual(seen.identifier_owner, { name: 'firstname lastname', type: 'owner' });
  assert.doesNotMatch(JSON.stringify([added.body, seen, web.log.entries]), /1234"/);
});

test('a change by id keeps what it does not name; null removes', async (t) => {
  const web = await keyWeb(t);
  const { first, all } = web.levels;
  const made = await web.v1('accesskeys/add', {
    key: proximity(card),
    pin: '1234',
    ...window,
    access_levels: [first],
    person,
  });
  const { id } = made.body;
  assert.deepEqual(await web.v1('accesskeys/add', { id: id.toUpperCase() }), made);
  assert.equal(web.identifiers.get(1)?.pin, '1234');

  const changed = await web.v1('accesskeys/add', {
    id,
    pin: null,
    access_levels: [all, first, all],
    valid_from_date: '2020-11-01T02:00:00.5+02:00',
    valid_to_date: '2020-12-01T14:00:00.9Z',
    person: { first_name: 'not', last_name: 'used' },
    key: proximity('77'),
  });
  assert.deepEqual(changed, {
    status: 200,
    body: {
      ...made.body,
      valid_from_date: '2020-11-01T00:00:01Z',
      valid_to_date: '2020-12-01T14:00:00Z',
      access_levels: [all, first],
    },
  });
  assert.equal(web.identifiers.get(1)?.pin, undefined);
  assert.equal(web.identifiers.get(1)?.lock, 'all');
  assert.equal(web.identifiers.count(), 1);

  await web.v1('accesskeys/add', { id, valid_from_date: null });
  const { window: left } = web.identifiers.get(1) as IdentifierFields;
  assert.deepEqual(left, {
    fromS: Number.MIN_SAFE_INTEGER,
    toS: Date.UTC(2020, 11, 1, 14) / 1000,
  });
  const open = await web.v1('accesskeys/add', { id, valid_to_date: null, access_levels: [] });
  assert.equal(web.identifiers.get(1)?.window, undefined);
  assert.deepEqual(web.identifiers.get(1)?.levels, []);
  assert.deepEqual(Object.keys(open.body), ['id', 'key', 'access_levels', 'person']);
});

test('a number names the key that has it, in whatever form', async (t) => {
  const web = await keyWeb(t);
  const made = await web.v1('accesskeys/add', { key: proximity(card), person });
  for (const form of ['1234567890', 'EM:0x499602D2', 'MC:1234567890', answered]) {
    const changed = await web.v1('accesskeys/add', {
      key: proximity(form),
      access_levels: [web.levels.all],
    });
    assert.deepEqual(changed.body, { ...made.body, access_levels: [web.levels.all] }, form);
  }
  assert.equal(web.identifiers.count(), 1);
});

test('a key of the panel API is a key here, with ids of its own, and keeps its passes', async (t) => {
  const web = await keyWeb(t);
  const passes = { is_permanent: false, max_passes: 3 };
  await web.call('POST', '/api/v1/access/identifier', {
    auth: asAdmin,
    body: cardBody('4711', {
      identifier_owner: { name: 'Ann van Dyck', type: 'guest' },
      lock: 'all',
      valid: { time: { is_permanent: false, from: 0, to: 2 ** 60 }, passes },
    }),
  });
  const seen = await web.v1('accesskeys/add', { key: proximity('4711') });
  const personId = derivedId('person', serial, 1);
  assert.deepEqual(seen.body, {
    id: derivedId('key', serial, 1),
    key: { identification: '0000000004711', type: 'proximity' },
    valid_from_date: '1970-01-01T00:00:00Z',
    access_levels: [],
    person: { id: personId, first_name: 'Ann', last_name: 'van Dyck' },
  });
  // Nothing was named, so nothing changed: it still opens by its own lock.
  assert.equal(web.identifiers.get(1)?.levels, undefined);
  assert.deepEqual(web.identifiers.get(1)?.passes, { max: 3, left: 3 });
  const { body: status } = await web.v1('accesskeys/status', { id: seen.body.id });
  assert.equal(status.status, 'Applied');

  // Its owner may hold another key, under the id they have.
  const other = await web.v1('accesskeys/add', { key: proximity('9'), person: { id: personId } });
  assert.deepEqual(other.body.person, seen.body.person);
  assert.equal(web.identifiers.get(2)?.owner.name, 'Ann van Dyck');
  const again = await web.v1('accesskeys/add', { key: proximity('10'), person: { id: personId } });
  assert.deepEqual(again.body.person, seen.body.person);
  assert.deepEqual(web.identifiers.referring('person', 1), [1, 2, 3]);
  assert.deepEqual((await web.v1('accesskeys/add', { id: seen.body.id })).body, seen.body);
});

test('both APIs refuse a number that is there, whoever made it', async (t) => {
  const web = await keyWeb(t);
  const create = (body: unknown) =>
    web.call('POST', '/api/v1/access/identifier', { auth: asAdmin, body });
  await web.v1('accesskeys/add', { key: proximity('5'), person });
  await web.v1('accesskeys/add', { key: { identification: '0042', type: 'code' }, person });
  const duplicate = 'Identifier with that type and number already exist';
  assert.equal((await create(cardBody('5'))).body.error, duplicate);
  const code = await create(cardBody('0042', { identifier_type: 'inputCode' }));
  assert.equal(code.body.error, duplicate);
  // As a touch key, or with other zeros as a code, it is another one.
  assert.equal((await create(cardBody('5', { identifier_type: 'ukey' }))).status, 200);
  assert.equal((await create(cardBody('42', { identifier_type: 'inputCode' }))).status, 200);
});

test('what the panel reserves is refused, and nobody is left behind', async (t) => {
  const web = await keyWeb(t);
  for (const [conflict, error] of [
    ['master-code', 'This code is the master code of the panel'],
    ['master-card', 'This number is the master card of the panel'],
    ['duplicate', taken.body.error],
  ] as const) {
    const reserving = await keyWeb(t, {
      commands: { addAccessKey: async () => ({ conflict }) },
    });
    const answer = await reserving.v1('accesskeys/add', { key: proximity('1') });
    assert.deepEqual(answer, refusal(409, error));
  }
  // A conflict that only the writing side sees: another number of the key is taken meanwhile.
  const made = await web.commands.addAccessKey({
    type: 'card',
    numbers: ['1', '2', '1'],
    holder: { kind: 'new', person: { firstName: 'a', lastName: 'b', linkId: web.levels.all } },
    change: {},
  });
  assert.deepEqual(made, { conflict: 'duplicate' });
  assert.equal(web.identifiers.count(), 0);
  assert.equal(web.persons.count(), 0);
});

test('each number of a composite key is an identifier; together they are one key', async (t) => {
  const web = await keyWeb(t);
  const made = await web.v1('accesskeys/add', {
    key: proximity('EM:1|MC:2|0x3'),
    pin: '0000',
    person,
    ...window,
    access_levels: [web.levels.first],
  });
  const all = '0000000000001|0000000000002|0000000000003';
  assert.deepEqual(made.body.key, { identification: all, type: 'proximity' });
  assert.equal(made.body.id, derivedId('key', serial, 1));
  const fieldsOf = (number: string) => {
    const {
      uid,
      number: _,
      partOf,
      ...fields
    } = web.identifiers.find('card', number) ?? assert.fail();
    return { uid, partOf, fields };
  };
  const [one, two, three] = ['1', '2', '3'].map(fieldsOf);
  assert.deepEqual([one?.partOf, two?.partOf, three?.partOf], [undefined, 1, 1]);
  assert.deepEqual(two?.fields, one?.fields);
  assert.deepEqual(three?.fields, one?.fields);
  assert.deepEqual(one?.fields.levels, [1]);

  // Any of its numbers names it, and a change reaches all of them.
  const { all: level } = web.levels;
  const changed = await web.v1('accesskeys/add', { key: proximity('3'), access_levels: [level] });
  assert.deepEqual(changed.body, { ...made.body, access_levels: [level] });
  const reordered = await web.v1('accesskeys/add', { key: proximity('2|1'), pin: null });
  assert.deepEqual(reordered.body, changed.body);
  for (const number of ['1', '2', '3']) {
    const { lock, levels, pin } = web.identifiers.find('card', number) ?? assert.fail();
    assert.deepEqual([lock, levels, pin], ['all', [2], undefined]);
  }

  // A number more, or one of another key, is another key.
  await web.v1('accesskeys/add', { key: proximity('7'), person });
  for (const mixed of ['1|9', '9|1', '1|7']) {
    assert.deepEqual(await web.v1('accesskeys/add', { key: proximity(mixed) }), taken, mixed);
    assert.deepEqual(await web.v1('accesskeys/remove', { key: proximity(mixed) }), notFound, mixed);
  }
  assert.equal(web.identifiers.find('card', '9'), undefined);

  assert.deepEqual(await web.v1('accesskeys/remove', { key: proximity('2') }), {
    status: 204,
    body: undefined,
  });
  assert.deepEqual(
    web.identifiers.list(0, 10, false).map(({ number }) => number),
    ['7'],
  );
});

test('where an earlier version deleted the first number alone, the others are keys', async (t) => {
  const web = await keyWeb(t);
  await web.v1('accesskeys/add', { key: proximity('1|2|3'), person });
  await web.store.durably(() => {
    web.store.database<string>('identifiers', 'ordered-binary').removeSync('card:1');
    web.store.database<number>('identifiers-by-uid', 'uint32').removeSync(1);
  });
  const two = await web.v1('accesskeys/add', { key: proximity('2') });
  assert.equal(two.body.id, derivedId('key', serial, 2));
  assert.equal(two.body.key.identification, '0000000000002');
  assert.deepEqual(await web.v1('accesskeys/add', { key: proximity('2|3') }), taken);
  assert.equal((await web.v1('accesskeys/remove', { id: two.body.id })).status, 204);
  assert.equal(web.identifiers.get(3)?.number, '3');
});

test('of identical calls for a new number one creates the key and the others change it', async (t) => {
  const web = await keyWeb(t);
  const answers = await Promise.all(
    Array.from({ length: 16 }, () =>
      web.v1('accesskeys/add', { key: proximity('1|2'), pin: '1234', person }),
    ),
  );
  const [first] = answers;
  for (const answer of answers) assert.deepEqual(answer, first);
  assert.equal(first?.status, 200);
  assert.equal(first.body.key.identification, '0000000000001|0000000000002');
  assert.equal(web.identifiers.count(), 2);
  assert.equal(web.persons.count(), 1);
  // Of calls for numbers that overlap only one can have them.
  const mixed = await Promise.all(
    ['7|8', '8|9'].map((numbers) => web.v1('accesskeys/add', { key: proximity(numbers) })),
  );
  assert.deepEqual(mixed.map(({ status }) => status).sort(), [200, 409]);
});

test('a code is shown once, by the answer to the call that had it made', async (t) => {
  const web = await keyWeb(t);
  const made = await web.v1('accesskeys/add', { key: { type: 'code' }, person });
  const { identification, type } = made.body.key;
  assert.match(identification, /^[0-9]{6}$/);
  assert.equal(type, 'code');
  assert.equal(web.identifiers.find('inputCode', identification)?.uid, 1);
  const hidden = { ...made.body, key: { identification: '******', type: 'code' } };
  assert.deepEqual((await web.v1('accesskeys/add', { id: made.body.id })).body, hidden);
  const named = { key: { identification, type: 'code' } };
  assert.deepEqual((await web.v1('accesskeys/add', named)).body, hidden);
  const given = await web.v1('accesskeys/add', { key: { identification: '1', type: 'code' } });
  assert.equal(given.body.key.identification, '******');
  assert.equal(JSON.stringify(web.log.entries).includes(identification), false);
  assert.equal((await web.v1('accesskeys/remove', named)).status, 204);
});

test('a code that is taken is drawn again, and not for ever', async (t) => {
  let tries = 0;
  const web = await keyWeb(t, {
    commands: {
      addAccessKey: async () => {
        tries += 1;
        return { conflict: tries % 2 === 0 ? 'duplicate' : 'master-code' };
      },
    },
  });
  const answer = await web.v1('accesskeys/add', { key: { type: 'code' } });
  assert.deepEqual(answer, refusal(409, 'No code is free'));
  assert.equal(tries, 20);
});

test('persons: generated names, an existing one, an unknown one, and the end of one', async (t) => {
  const web = await keyWeb(t);
  const first = await web.v1('accesskeys/add', { key: proximity('1') });
  const { id, first_name, last_name } = first.body.person;
  assert.match(`${first_name} ${last_name}`, /^[0-9a-f]{8} [0-9a-f]{8}$/);
  const second = await web.v1('accesskeys/add', { key: proximity('2'), person: { id } });
  assert.deepEqual(second.body.person, first.body.person);
  const half = await web.v1('accesskeys/add', {
    key: proximity('3'),
    person: { first_name: 'Bo' },
  });
  assert.equal(half.body.person.first_name, 'Bo');
  assert.match(half.body.person.last_name, /^[0-9a-f]{8}$/);
  for (const unknown of [web.levels.all, derivedId('person', serial, 1), first.body.id]) {
    const answer = await web.v1('accesskeys/add', { key: proximity('4'), person: { id: unknown } });
    assert.deepEqual(answer, refusal(400, 'Unknown person'), unknown);
  }
  assert.equal(web.identifiers.find('card', '4'), undefined);
  await web.v1('accesskeys/remove', { id: first.body.id });
  assert.equal(web.persons.count(), 2);
  await web.v1('accesskeys/remove', { id: second.body.id });
  assert.equal(web.persons.count(), 1);
  // The panel API forgets them likewise.
  await web.call('DELETE', '/api/v1/access/identifier/item/3', { auth: asAdmin });
  assert.equal(web.persons.count(), 0);
});

test('a person in the body of a change is not looked at', async (t) => {
  const web = await keyWeb(t);
  const made = await web.v1('accesskeys/add', { key: proximity('1'), person });
  const { id } = made.body;
  for (const other of [
    { first_name: 'x'.repeat(33) },
    { first_name: 5 },
    { id: 'no UUID' },
    { id: serial },
    'Ann',
    [],
    null,
  ]) {
    const told = JSON.stringify(other);
    assert.deepEqual(await web.v1('accesskeys/add', { id, person: other }), made, told);
    const named = await web.v1('accesskeys/add', { key: proximity('1'), person: other });
    assert.deepEqual(named, made, told);
  }
  assert.equal(web.persons.count(), 1);
});

test('the panel API renames the owner; levels stay until it sets another lock', async (t) => {
  const web = await keyWeb(t);
  const { body: made } = await web.v1('accesskeys/add', {
    key: proximity('1|2'),
    pin: '1234',
    person,
    access_levels: [web.levels.first],
  });
  const patch = (lock: string) =>
    web.call('PATCH', '/api/v1/access/identifier/item/1', {
      auth: asAdmin,
      body: cardBody('1', { identifier_owner: { name: 'Eva Ek', type: 'owner' }, lock }),
    });
  await patch('first');
  const { body: seen } = await web.v1('accesskeys/add', { id: made.id });
  assert.deepEqual(seen, {
    ...made,
    person: { id: made.person.id, first_name: 'Eva', last_name: 'Ek' },
  });
  assert.deepEqual(web.identifiers.get(1)?.levels, [1]);
  assert.equal(web.identifiers.get(1)?.pin, '1234');
  await patch('all');
  assert.equal(web.identifiers.get(1)?.levels, undefined);
  assert.equal(web.identifiers.get(1)?.lock, 'all');
});

test('bodies that cannot be: each is told why, and nothing is stored', async (t) => {
  const web = await keyWeb(t);
  const key = proximity('1');
  const window = '`valid_from_date` must be before `valid_to_date`';
  const date = (param: string) =>
    `Wrong time in \`${param}\`: ISO 8601 with \`Z\` or an offset is needed`;
  const noValue = (param: string) => `Wrong JSON body: no value for \`${param}\``;
  const wrongType = (param: string) => `Wrong JSON body: value \`${param}\` was of the wrong type`;
  const table: readonly [unknown, string][] = [
    ['no JSON', 'Wrong JSON body'],
    [{}, noValue('key')],
    [{ key: null }, noValue('key')],
    [{ key: {} }, noValue('type')],
    [{ key: { type: 'proximity' } }, noValue('identification')],
    [{ key: { type: 'face', identification: '1' } }, 'Wrong JSON body'],
    [{ key: proximity('EM:9999999999999') }, 'Wrong key identification'],
    [{ key: { type: 'code', identification: '1|2' } }, 'Wrong key identification'],
    [{ key: { type: 'code', identification: '' } }, 'Wrong key identification'],
    [{ key, pin: '123' }, 'Wrong PIN: four digits are needed'],
    [{ key, pin: '12345' }, 'Wrong PIN: four digits are needed'],
    [{ key, pin: '١٢٣٤' }, 'Wrong PIN: four digits are needed'],
    [{ key, pin: 1234 }, wrongType('pin')],
    [{ key, valid_from_date: '2020-09-01' }, date('valid_from_date')],
    [{ key, valid_to_date: 1 }, wrongType('valid_to_date')],
    [{ key, valid_to_date: '2021-02-30T00:00:00Z' }, date('valid_to_date')],
    [
      { key, valid_from_date: '2021-01-01T00:00:00Z', valid_to_date: '2021-01-01T00:00:00Z' },
      window,
    ],
    [{ key, access_levels: ['x'] }, 'Wrong JSON body'],
    [{ key, access_levels: null }, wrongType('access_levels')],
    [{ key, access_levels: [web.levels.first, serial] }, 'Unknown access level'],
    [{ key, person: { first_name: 'x'.repeat(33) } }, 'Wrong JSON body'],
    [{ key, person: { first_name: '\ud800' } }, 'Wrong JSON body'],
    [{ key, person: { id: 'x' } }, 'Wrong JSON body'],
    [{ key, person: { last_name: 5 } }, wrongType('last_name')],
    [{ key, person: 'Ann' }, wrongType('person')],
    [{ key, id: 7 }, wrongType('id')],
  ];
  for (const [body, error] of table) {
    const answer = await web.v1('accesskeys/add', body);
    assert.deepEqual(answer, refusal(400, error), JSON.stringify(body));
  }
  assert.equal(web.identifiers.count(), 0);
  assert.equal(web.persons.count(), 0);

  // Against the end that is stored.
  await web.v1('accesskeys/add', { key, valid_to_date: '2021-01-01T00:00:00Z' });
  const late = await web.v1('accesskeys/add', { key, valid_from_date: '2021-01-01T00:00:00Z' });
  assert.deepEqual(late, refusal(400, window));
  assert.equal(web.identifiers.get(1)?.window?.fromS, Number.MIN_SAFE_INTEGER);
});

test('a key that this panel does not have is 404 for every call', async (t) => {
  const web = await keyWeb(t);
  await web.v1('accesskeys/add', { key: proximity('1'), person });
  await web.call('POST', '/api/v1/access/identifier', {
    auth: asAdmin,
    body: cardBody('1', { identifier_type: 'ukey' }),
  });
  const elsewhere = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
  const ids = [
    derivedId('key', serial, 99),
    derivedId('key', elsewhere, 1),
    derivedId('person', serial, 1),
    // A touch key is none.
    derivedId('key', serial, 2),
    elsewhere,
  ];
  for (const id of ids) {
    assert.deepEqual(await web.v1('accesskeys/add', { id, pin: '1111' }), notFound, id);
    assert.deepEqual(await web.v1('accesskeys/status', { id }), notFound, id);
    assert.deepEqual(await web.v1('accesskeys/remove', { id, key: proximity('1') }), notFound, id);
  }
  assert.deepEqual(await web.v1('accesskeys/remove', { key: proximity('2') }), notFound);
  assert.deepEqual(
    await web.v1('accesskeys/remove', {}),
    refusal(400, 'Wrong JSON body: no value for `key`'),
  );
  assert.deepEqual(
    await web.v1('accesskeys/remove', { key: { type: 'code' } }),
    refusal(400, 'Wrong JSON body: no value for `identification`'),
  );
  assert.deepEqual(
    await web.v1('accesskeys/remove', { key: proximity('x') }),
    refusal(400, 'Wrong key identification'),
  );
  assert.equal((await web.v1('accesskeys/status', {})).status, 400);
  assert.equal(web.identifiers.count(), 2);
});

test('a key is applied when a level of it opens a lock that the panel has', async (t) => {
  const web = await keyWeb(t, { locks: ['first'] });
  const { body } = await web.v1('accesskeys/add', { key: proximity('1'), person });
  const status = async () => (await web.v1('accesskeys/status', { id: body.id })).body;
  const none = {
    id: body.id,
    status: 'NotApplied',
    systems_where_applied: [],
    systems_where_pending: [],
    systems_where_failed: [],
  };
  assert.deepEqual(await status(), none);
  await web.v1('accesskeys/add', { id: body.id, access_levels: [web.levels.first] });
  assert.deepEqual(await status(), {
    ...none,
    status: 'Applied',
    systems_where_applied: [{ system_id: serial, applied_at: '2026-06-01T12:00:00Z' }],
  });
  await web.commands.updateAccessLevel(1, { name: 'Back', lock: 'second' });
  assert.deepEqual(await status(), none);
  await web.commands.removeAccessLevel(1);
  assert.deepEqual(await status(), none);
});

test('applied_at is the last change by this API; absent where there is none or no clock', async (t) => {
  const web = await keyWeb(t);
  const access_levels = [web.levels.first];
  const add = async (body: object) => (await web.v1('accesskeys/add', body)).body.id;
  const applied = async (id: string) =>
    (await web.v1('accesskeys/status', { id })).body.systems_where_applied;
  const at = (applied_at: string) => [{ system_id: serial, applied_at }];
  const id = await add({ key: proximity('1|2'), access_levels });
  assert.deepEqual(await applied(id), at('2026-06-01T12:00:00Z'));
  web.clock.setWall(Date.UTC(2026, 5, 2, 13, 14, 15, 999));
  await add({ key: proximity('2'), pin: '1234' });
  assert.deepEqual(await applied(id), at('2026-06-02T13:14:15Z'));
  // What the panel API changes was not sent by an integration.
  web.clock.setWall(Date.UTC(2026, 5, 3));
  await web.call('PATCH', '/api/v1/access/identifier/item/1', {
    auth: asAdmin,
    body: cardBody('1'),
  });
  assert.deepEqual(await applied(id), at('2026-06-02T13:14:15Z'));
  // The clock was never set.
  web.clock.setWall(60_000);
  await add({ id, pin: null });
  assert.deepEqual(await applied(id), [{ system_id: serial }]);

  await web.call('POST', '/api/v1/access/identifier', { auth: asAdmin, body: cardBody('4711') });
  assert.deepEqual(await applied(derivedId('key', serial, 3)), [{ system_id: serial }]);
});
