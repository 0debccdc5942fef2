import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, asManager, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const codePath = '/api/v1/access/general/unlock/input/code';
const cardPath = '/api/v1/access/general/unlock/card/master';
const identifierPath = '/api/v1/access/identifier';
const duplicate = [400, { error: 'Identifier with that type and number already exist' }];
const codeClash = [
  400,
  { error: 'Cannot create identifier with the same input code number as master code' },
];
const cardClash = [400, { error: 'Cannot create identifier with same card number as master card' }];

async function as(web: FreshWeb, method: string, path: string, body?: unknown) {
  const options = { auth: asAdmin, ...(body !== undefined && { body }) };
  const answer = await web.call(method, path, options);
  return [answer.status, answer.body];
}

const codeBody = (number: string) => cardBody(number, { identifier_type: 'inputCode' });

test('a master code is set, kept to itself, and switched off', async (t) => {
  const web = await freshWeb(t);
  const read = async () => (await web.call('GET', codePath, { auth: asManager })).body;
  const set = (body: unknown) => as(web, 'POST', codePath, body);
  assert.deepEqual(await read(), { input_code_enable: false, input_code_number: '' });
  const on = { input_code_enable: true, input_code_number: '48151623' };
  assert.deepEqual(await set(on), [200, {}]);
  const answered = await read();
  assert.deepEqual(answered, { input_code_enable: true, input_code_number: '' });
  assert.equal(web.master.isCode('48151623'), true);
  // What was read can be sent back.
  assert.deepEqual(await set(answered), [200, {}]);
  assert.equal(web.master.isCode('48151623'), true);
  assert.deepEqual(await set({ ...answered, input_code_enable: false }), [200, {}]);
  assert.deepEqual(await read(), { input_code_enable: false, input_code_number: '' });
  assert.equal(web.master.isCode('48151623'), false);

  const said = JSON.stringify([await web.recorded(), web.log.entries]);
  assert.doesNotMatch(said, /48151623/);
  const events = (await web.recorded()).filter(({ key }) => key === 'master_code_changed');
  assert.deepEqual(
    events.map(({ model }) => model),
    [
      { enabled: true, by: 'admin' },
      { enabled: false, by: 'admin' },
    ],
  );
});

test('a master code is one to eight digits', async (t) => {
  const web = await freshWeb(t);
  const noValue = 'Wrong JSON body: no value for `input_code_number`';
  const table: [unknown, string][] = [
    [{}, 'Wrong JSON body: no value for `input_code_enable`'],
    [
      { input_code_enable: 'yes' },
      'Wrong JSON body: value `input_code_enable` was of the wrong type',
    ],
    [
      { input_code_enable: true, input_code_number: 1234 },
      'Wrong JSON body: value `input_code_number` was of the wrong type',
    ],
    [{ input_code_enable: true, input_code_number: '123456789' }, 'Wrong JSON body'],
    [{ input_code_enable: true, input_code_number: '12a' }, 'Wrong JSON body'],
    [{ input_code_enable: true, input_code_number: '' }, noValue],
    [{ input_code_enable: true }, noValue],
  ];
  for (const [body, error] of table) {
    assert.deepEqual(await as(web, 'POST', codePath, body), [400, { error }]);
  }
  assert.equal(web.master.hasCode(), false);
  for (const code of ['0', '0000', '12345678']) {
    const body = { input_code_enable: true, input_code_number: code };
    assert.deepEqual(await as(web, 'POST', codePath, body), [200, {}]);
    assert.equal(web.master.isCode(code), true);
  }
});

test('no identifier gets the master code, and no master code that of an identifier', async (t) => {
  const web = await freshWeb(t);
  await as(web, 'POST', identifierPath, codeBody('1111'));
  const set = (code: string) =>
    as(web, 'POST', codePath, { input_code_enable: true, input_code_number: code });
  assert.deepEqual(await set('1111'), duplicate);
  assert.equal(web.master.hasCode(), false);
  assert.deepEqual(await set('2222'), [200, {}]);
  assert.deepEqual(await set('1111'), duplicate);
  assert.equal(web.master.isCode('2222'), true, 'a refused one leaves the one before');
  assert.deepEqual(await as(web, 'POST', identifierPath, codeBody('2222')), codeClash);
  assert.deepEqual(await as(web, 'PATCH', `${identifierPath}/item/1`, codeBody('2222')), codeClash);
  assert.deepEqual(await as(web, 'POST', identifierPath, cardBody('2222')), [200, { uid: 2 }]);
  await as(web, 'POST', codePath, { input_code_enable: false });
  assert.deepEqual(await as(web, 'POST', identifierPath, codeBody('2222')), [200, { uid: 3 }]);
  assert.deepEqual(await set('2222'), duplicate);
});

test('of a master code and an identifier with its number at the same time, one is refused', async (t) => {
  const web = await freshWeb(t);
  await as(web, 'GET', codePath);
  for (let round = 1; round <= 20; round += 1) {
    const code = `${1000 + round}`;
    const master = { input_code_enable: true, input_code_number: code };
    const answers = await Promise.all([
      as(web, 'POST', codePath, master),
      as(web, 'POST', identifierPath, codeBody(code)),
    ]);
    assert.deepEqual(answers.map(([status]) => status).sort(), [200, 400]);
    assert.notEqual(web.master.isCode(code), web.identifiers.find('inputCode', code) !== undefined);
  }
});

test('a master card is set in any spelling and read in that of the panel', async (t) => {
  const web = await freshWeb(t);
  const read = async () => (await web.call('GET', cardPath, { auth: asManager })).body;
  const set = (master_card: unknown) => as(web, 'POST', cardPath, { master_card });
  assert.deepEqual(await read(), { master_card: '' });
  for (const spelling of ['1850186', '0001850186', 1850186, '1c-3b-4a', '1C:3B:4A']) {
    await set('');
    assert.deepEqual(await set(spelling), [200, {}]);
    assert.deepEqual(await read(), { master_card: '1850186' });
  }
  const path = '/api/v1/access/general/wiegand/type';
  await as(web, 'POST', path, { identifier_representation: 'hex', type: 'wiegand_34' });
  assert.deepEqual(await read(), { master_card: '00-1C-3B-4A' });
  assert.deepEqual(await set('44'), [200, {}]);
  assert.equal(web.master.card(), '68');
  assert.deepEqual(await set(null), [200, {}]);
  assert.deepEqual(await read(), { master_card: '' });
  const [event] = (await web.recorded()).filter(({ key }) => key === 'master_card_changed');
  assert.deepEqual(event?.model, { enabled: false, by: 'admin' });
});

test('0 makes the next card the master card; a number takes that back', async (t) => {
  const web = await freshWeb(t);
  const show = (number: string) => web.enrolments.takes(web.front, { types: ['card'], number });
  await as(web, 'POST', cardPath, { master_card: '7' });
  for (const zero of ['0', 0, '00', '00-00-00']) {
    assert.deepEqual(await as(web, 'POST', cardPath, { master_card: zero }), [200, {}]);
    assert.equal(web.master.card(), '7', 'until then the one before stays');
  }
  assert.equal(show('99'), true);
  const isTold = async () => (await web.recorded()).some(({ model }) => model.reader === 'front');
  while (!(await isTold())) await new Promise(setImmediate);
  assert.deepEqual(await as(web, 'GET', cardPath), [200, { master_card: '99' }]);
  await as(web, 'POST', cardPath, { master_card: 0 });
  await as(web, 'POST', cardPath, { master_card: '8' });
  assert.equal(show('100'), false);
  const keys = (await web.recorded()).map(({ key }) => key).filter((key) => /^master/.test(key));
  assert.deepEqual(keys, [
    'master_card_changed',
    ...Array(4).fill('master_card_awaited'),
    'master_card_changed',
    ...['master_card_awaited', 'master_card_missed', 'master_card_changed'],
  ]);
});

test('what is no number of a card is no master card', async (t) => {
  const web = await freshWeb(t);
  const table: [unknown, string][] = [
    [{}, 'Wrong JSON body: no value for `master_card`'],
    [{ master_card: true }, 'Wrong JSON body: value `master_card` was of the wrong type'],
    [{ master_card: 1.5 }, 'Wrong JSON body: value `master_card` was of the wrong type'],
    [{ master_card: -1 }, 'Wrong JSON body'],
    [{ master_card: 'no card' }, 'Wrong JSON body'],
    [{ master_card: '0x1c3b4a' }, 'Wrong JSON body'],
  ];
  for (const [body, error] of table) {
    assert.deepEqual(await as(web, 'POST', cardPath, body), [400, { error }]);
  }
});

test('no identifier gets the master card, and no master card the number of one', async (t) => {
  const web = await freshWeb(t);
  await as(web, 'POST', identifierPath, cardBody('5'));
  await as(web, 'POST', identifierPath, cardBody('6', { identifier_type: 'ukey' }));
  for (const taken of ['5', '6', '00-05']) {
    assert.deepEqual(await as(web, 'POST', cardPath, { master_card: taken }), duplicate);
  }
  assert.deepEqual(await as(web, 'POST', cardPath, { master_card: '7' }), [200, {}]);
  for (const identifier_type of ['card', 'ukey']) {
    const body = cardBody('00-07', { identifier_type });
    assert.deepEqual(await as(web, 'POST', identifierPath, body), cardClash);
    assert.deepEqual(await as(web, 'PATCH', `${identifierPath}/item/1`, body), cardClash);
  }
  assert.deepEqual(await as(web, 'POST', identifierPath, codeBody('7')), [200, { uid: 3 }]);
});
