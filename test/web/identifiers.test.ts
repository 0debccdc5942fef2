import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { asAdmin, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/identifier';
const uuid = '123e4567-e89b-42d3-a456-426614174000';

function create(web: FreshWeb, body: unknown) {
  return web.call('POST', path, { auth: asAdmin, body });
}

function get(web: FreshWeb, uid: number | string) {
  return web.call('GET', `${path}/item/${uid}`, { auth: asAdmin });
}

const limited = (time: object, passes: object = { is_permanent: true }) => ({
  valid: { time, passes },
});
const noValue = (param: string) => `Wrong JSON body: no value for \`${param}\``;
const wrongType = (param: string) => `Wrong JSON body: value \`${param}\` was of the wrong type`;

test('an identifier is read as it was written', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1850186'));
  await create(web, {
    ...cardBody('4711', { identifier_type: 'inputCode', lock: 'all' }),
    identifier_owner: { name: 'x'.repeat(10_240), type: 'guest' },
    ...limited({ is_permanent: false, from: 10, to: 20 }, { is_permanent: false, max_passes: 3 }),
  });
  assert.deepEqual((await get(web, 1)).body, {
    identifier_uid: 1,
    identifier_owner: { name: 'Ann', type: 'owner' },
    identifier_type: 'card',
    identifier_number: '1850186',
    lock: 'first',
    valid: { time: { is_permanent: true }, passes: { is_permanent: true } },
    apartment: { uid: -1, link_id: null },
    time_profiles: { count: 0, uid_items: [], link_ids: [] },
    link_id: null,
    additional: { passes_left: -1 },
  });
  const { body } = await get(web, 2);
  assert.equal(body.identifier_owner.name.length, 10_240);
  assert.deepEqual(body.valid, {
    time: { is_permanent: false, from: 10, to: 20 },
    passes: { is_permanent: false, max_passes: 3 },
  });
  assert.deepEqual(body.additional, { passes_left: 3 });
});

test('decimal and both hex spellings are one card; answers follow the representation', async (t) => {
  const web = await freshWeb(t);
  const spellings = ['1850186', '1c-3b-4a', '1C:3B:4A', '00-1c-3b-4a', '0001850186'];
  assert.deepEqual((await create(web, cardBody(spellings[0] ?? ''))).body, { uid: 1 });
  for (const spelling of spellings) {
    assert.deepEqual((await create(web, cardBody(spelling))).body, {
      error: 'Identifier with that type and number already exist',
    });
    const query = `filter_field=identifier_number&filter_type=equal&filter_format=string&filter_value=${spelling}`;
    const found = await web.call('GET', `${path}/items?${query}`, { auth: asAdmin });
    assert.equal(found.body.list_items[0].identifier_uid, 1, spelling);
  }
  assert.deepEqual((await create(web, cardBody('1850186', { identifier_type: 'ukey' }))).body, {
    uid: 2,
  });
  await create(web, cardBody(uuid.toUpperCase(), { identifier_type: 'qr' }));
  assert.equal((await get(web, 3)).body.identifier_number, uuid);

  const type = { identifier_representation: 'hex', type: 'wiegand_34' };
  await web.call('POST', '/api/v1/access/general/wiegand/type', { auth: asAdmin, body: type });
  assert.equal((await get(web, 1)).body.identifier_number, '00-1C-3B-4A');
  // Bare digits are hex now (44 is 68).
  await create(web, cardBody('44'));
  assert.equal(web.identifiers.find('card', '68')?.uid, 4);
  assert.equal((await create(web, cardBody('001c3b4a'))).status, 400);
});

test('an unknown uid is refused by every call', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1'));
  const calls = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/passes/reset'],
    ['GET', '/qr'],
    ['POST', '/timeprofile/1'],
    ['DELETE', '/timeProfile/1'],
  ] as const;
  const body = cardBody('2');
  for (const [method, rest] of calls) {
    const ask = (uid: string) =>
      web.call(method, `${path}/item/${uid}${rest}`, {
        auth: asAdmin,
        ...(method === 'PATCH' && { body }),
      });
    // Two would be uid 1 if they were cut to 32 bits.
    const numbers = ['2', '0', '-1', '4294967296', '4294967297', '18446744073709'];
    for (const uid of [...numbers, '99999999999999999999', 'x', '1.5', '1e3', '%00', '%201']) {
      const { status, body } = await ask(uid);
      assert.deepEqual(
        [status, body],
        [400, { error: 'Wrong Identifier uid' }],
        `${method} ${uid}`,
      );
    }
  }
  assert.equal(web.identifiers.count(), 1);
});

test('an update replaces; it never takes what belongs to another', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1'));
  await create(web, cardBody('2'));
  const update = (body: unknown) => web.call('PATCH', `${path}/item/1`, { auth: asAdmin, body });
  const duplicate = await update(cardBody('2'));
  assert.deepEqual(
    [duplicate.status, duplicate.body],
    [400, { error: 'Identifier with that type and number already exist' }],
  );
  const changed = await update(cardBody('3', { lock: 'all', identifier_type: 'ukey' }));
  assert.deepEqual([changed.status, changed.body], [200, {}]);
  assert.equal(web.identifiers.find('card', '1'), undefined);
  assert.equal(web.identifiers.find('ukey', '3')?.uid, 1);
});

test('passes used stay used through an update, and come back by a reset', async (t) => {
  const web = await freshWeb(t);
  const body = (max: number, name = 'Ann') =>
    cardBody('1', {
      identifier_owner: { name, type: 'owner' },
      ...limited({ is_permanent: true }, { is_permanent: false, max_passes: max }),
    });
  const left = async () => (await get(web, 1)).body.additional.passes_left;
  const update = (body: unknown) => web.call('PATCH', `${path}/item/1`, { auth: asAdmin, body });
  await create(web, body(3));
  web.identifiers.takePass(1);
  web.identifiers.takePass(1);
  assert.equal(await left(), 1);
  await update(body(3, 'Bob'));
  assert.equal(await left(), 1);
  await update(body(8));
  assert.equal(await left(), 6);
  await update(body(1));
  assert.equal(await left(), 0);
  const reset = await web.call('POST', `${path}/item/1/passes/reset`, { auth: asAdmin });
  assert.deepEqual([reset.status, reset.body], [200, {}]);
  assert.equal(await left(), 1);
  await update(cardBody('1'));
  assert.equal(await left(), -1);
  assert.equal(
    (await web.call('POST', `${path}/item/1/passes/reset`, { auth: asAdmin })).status,
    200,
  );
});

test('an update keeps link, apartment, profiles, PIN and person; levels go', async (t) => {
  const web = await freshWeb(t);
  const owner = { name: 'Bob', type: 'guest' } as const;
  const kept = { linkId: uuid, apartment: 3, profiles: [7], pin: '1234', person: 5 };
  const limits = { window: { fromS: 1, toS: 2 }, levels: [9] };
  await web.identifiers.create({
    type: 'card',
    number: '1',
    owner,
    lock: 'all',
    ...kept,
    ...limits,
  });
  const { status } = await web.call('PATCH', `${path}/item/1`, {
    auth: asAdmin,
    body: cardBody('2', { identifier_type: 'ukey' }),
  });
  assert.equal(status, 200);
  assert.deepEqual(web.identifiers.get(1), {
    uid: 1,
    type: 'ukey',
    number: '2',
    owner: { name: 'Ann', type: 'owner' },
    lock: 'first',
    ...kept,
  });
  // Neither apartment nor profile is there any more: the restriction is still told.
  const { body } = await get(web, 1);
  assert.deepEqual(body.apartment, { uid: -1, link_id: null });
  assert.deepEqual(body.time_profiles, { count: 1, uid_items: [7], link_ids: [] });
});

test("a clash with the panel's own code or card is refused in its words", async (t) => {
  for (const [conflict, error] of [
    ['master-code', 'Cannot create identifier with the same input code number as master code'],
    ['master-card', 'Cannot create identifier with same card number as master card'],
  ] as const) {
    const web = await freshWeb(t, {
      commands: {
        createIdentifier: async () => ({ conflict }),
        updateIdentifier: async () => conflict,
      },
    });
    for (const [method, at] of [
      ['POST', path],
      ['PATCH', `${path}/item/1`],
    ] as const) {
      const answer = await web.call(method, at, { auth: asAdmin, body: cardBody('1') });
      assert.deepEqual([answer.status, answer.body], [400, { error }]);
    }
  }
});

test('what was deleted is gone at once, and its uid never comes back', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1'));
  await create(web, cardBody('2'));
  const removed = await web.call('DELETE', `${path}/item/2`, { auth: asAdmin });
  assert.deepEqual([removed.status, removed.body], [200, {}]);
  assert.equal(web.identifiers.find('card', '2'), undefined);
  assert.equal((await get(web, 2)).status, 400);
  assert.deepEqual((await create(web, cardBody('2'))).body, { uid: 3 });
});

test('several are deleted at once; uids that nothing has are skipped', async (t) => {
  const web = await freshWeb(t);
  for (const number of ['1', '2', '3']) await create(web, cardBody(number));
  const remove = (body: unknown) => web.call('DELETE', `${path}/items`, { auth: asAdmin, body });
  const answer = await remove({ uid_items: [3, 1, 1, 99, 0, -1, 2 ** 32 + 2] });
  assert.deepEqual([answer.status, answer.body], [200, {}]);
  assert.deepEqual(
    web.identifiers.list(0, 10, false).map(({ uid }) => uid),
    [2],
  );
  assert.deepEqual((await remove({ uid_items: [] })).body, {});
  const refused = [
    [undefined, 'Wrong JSON body'],
    [{}, noValue('uid_items')],
    [{ uid_items: 2 }, wrongType('uid_items')],
    [{ uid_items: [1, '2'] }, wrongType('uid_items')],
    [{ uid_items: [2.5] }, wrongType('uid_items')],
    [{ uid_items: Array.from({ length: 10_001 }, () => 2) }, 'Wrong JSON body'],
    [{ uid_items: Array.from({ length: 200_000 }, () => 'x') }, 'Wrong JSON body'],
  ] as const;
  for (const [body, error] of refused) {
    const { status, body: said } = await remove(body);
    assert.deepEqual([status, said], [400, { error }]);
  }
  assert.equal(web.identifiers.count(), 1);
});

test('a full disk is told in a sentence, not with a stack', async (t) => {
  const fault = new Fault('store-unwritable', 'the database cannot be written', 'make room');
  const web = await freshWeb(t, {
    commands: {
      createIdentifier: () => Promise.reject(fault),
      removeIdentifiers: () => Promise.reject(new Error('a bug at line 12')),
    },
  });
  const full = await create(web, cardBody('1'));
  assert.deepEqual([full.status, full.body], [503, { error: 'The database cannot be written' }]);
  const bug = await web.call('DELETE', `${path}/item/1`, { auth: asAdmin });
  assert.deepEqual([bug.status, bug.body], [500, { error: 'Internal error' }]);
  assert.deepEqual(
    web.log.entries.filter(({ level }) => level === 'error').map(({ fields }) => fields.why),
    ['the database cannot be written', 'a bug at line 12'],
  );
});

test('a change is one line for the engineer; what was refused is none', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('1'));
  await create(web, cardBody('1'));
  await create(web, cardBody('9876543', { identifier_type: 'inputCode' }));
  await web.call('DELETE', `${path}/item/1`, { auth: asAdmin });
  const said = web.log.entries.map(({ level, text, fields }) => [level, text, fields]);
  assert.deepEqual(said, [
    ['info', 'identifier created', { by: 'admin', uid: 1, type: 'card' }],
    ['info', 'identifier created', { by: 'admin', uid: 2, type: 'inputCode' }],
    ['info', 'identifier deleted', { by: 'admin', uid: 1 }],
  ]);
});

test('what answers write, every call reads: numbers longer than clients may create', async (t) => {
  for (const representation of ['decimal', 'hex'] as const) {
    const web = await freshWeb(t);
    await web.settings.setWiegand({ type: 'wiegand_130', representation });
    assert.equal((await create(web, cardBody('02-1A-2B-3C-4D-5E-6F'))).status, 200);
    await web.identifiers.create({
      type: 'card',
      number: (2n ** 127n).toString(),
      lock: 'first',
      linkId: uuid,
      owner: { name: 'Bob', type: 'owner' },
    });
    for (const uid of [1, 2]) {
      const { body } = await get(web, uid);
      const number = body.identifier_number;
      assert.equal((await create(web, { ...body, identifier_number: number })).status, 400);
      const patch = { ...body, lock: 'all' };
      const item = `${path}/item/${uid}`;
      assert.equal((await web.call('PATCH', item, { auth: asAdmin, body: patch })).status, 200);
      const asked = `/api/v1/access/identifiers?type=card&number=${number}`;
      const found = await web.call('GET', asked, { auth: asAdmin });
      assert.equal(found.body.identifier_uid, uid, `${representation} ${number}`);
      const other = { ...body, identifier_number: number.replace(/.$/, '1') };
      if (uid === 2) {
        const patched = await web.call('PATCH', item, { auth: asAdmin, body: other });
        assert.equal(patched.status, 400, 'another long number is none that clients may set');
      }
    }
    const { body } = await get(web, 2);
    const upsert = await web.call('POST', `${path}/items/link`, {
      auth: asAdmin,
      body: { list_items: [body] },
    });
    assert.equal(upsert.body.result?.[0]?.success, true, JSON.stringify(upsert.body));
    const master = { master_card: body.identifier_number };
    const learnt = await web.call('POST', '/api/v1/access/general/unlock/card/master', {
      auth: asAdmin,
      body: master,
    });
    assert.match(learnt.body.error, /already exist/, 'it is read, and belongs to somebody');
    const gone = await web.call(
      'DELETE',
      `/api/v1/access/identifiers?type=card&number=${body.identifier_number}`,
      { auth: asAdmin },
    );
    assert.equal(gone.body.result?.[0]?.success ?? gone.body.success, true);
    assert.equal(web.identifiers.get(2), undefined);
  }
});

test('a window without an end is one that every client can hold, and stays what it is', async (t) => {
  const web = await freshWeb(t);
  const window = { fromS: 1000, toS: Number.MAX_SAFE_INTEGER };
  await web.identifiers.create({
    type: 'card',
    number: '1',
    lock: 'first',
    window,
    owner: { name: 'Ann', type: 'owner' },
  });
  const { body } = await get(web, 1);
  assert.deepEqual(body.valid.time, { is_permanent: false, from: 1000, to: 253_402_300_799 });
  const patch = { ...body, lock: 'all' };
  const { status } = await web.call('PATCH', `${path}/item/1`, { auth: asAdmin, body: patch });
  assert.equal(status, 200);
  assert.deepEqual(web.identifiers.get(1)?.window, window);
  const earlier = { ...patch, valid: { ...body.valid, time: { ...body.valid.time, from: 0 } } };
  await web.call('PATCH', `${path}/item/1`, { auth: asAdmin, body: earlier });
  assert.deepEqual(web.identifiers.get(1)?.window, { ...window, fromS: 0 });
});
