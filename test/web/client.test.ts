import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { digestOf } from '../../src/web/accounts/password.ts';
import { freshWeb, passwords, serve } from '../support/web-app.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = `${root}build/client`;
const generator = `${root}node_modules/oazapfts/dist/cli.js`;
const compiler = `${root}node_modules/typescript/bin/tsc`;

/** What an integrator would write; it is compiled against the client, so its types are tested too. */
const smoke = `
import * as latchd from './latchd.ts';

export async function smoke(baseUrl: string, digest: string) {
  latchd.defaults.baseUrl = baseUrl;
  const info = await latchd.getInfo();
  if (info.status !== 200) throw new Error(info.data.error);
  const version: string = info.data.api_version;

  const wrong = await latchd.getLogin({ username: 'admin', password: 'guess' });
  const login = await latchd.getLogin({ username: 'admin', password: digest });
  if (login.status !== 200) throw new Error(login.data.error);
  const role: 'admin' | 'manager' = login.data.account_type;
  latchd.defaults.headers = { Authorization: 'Bearer ' + login.data.token };

  const set = await latchd.postAccessGeneralWiegandType({
    body: { identifier_representation: 'decimal', type: 'wiegand_34' },
  });
  const type = await latchd.getAccessGeneralWiegandType();
  if (type.status !== 200) throw new Error(type.data.error);
  const wiegand: 'wiegand_34' | (string & {}) = type.data.type;

  const created = await latchd.postAccessIdentifier({
    body: {
      identifier_owner: { name: 'Ann', type: 'owner' },
      identifier_type: 'card',
      identifier_number: '1850186',
      lock: 'first',
    },
  });
  const listed = await latchd.getAccessIdentifierItems({ limit: 10, sortType: 'desc' });
  const removed = await latchd.deleteAccessIdentifierItemByUid({ uid: 1 });
  await latchd.postLogout();
  const after = await latchd.getAccessIdentifierItems({});
  return { version, wrong, role, set, wiegand, created, listed, removed, after };
}

// Mistakes that the compiler is to find.
// @ts-expect-error there is no such reader type
export const noType = () => latchd.postAccessGeneralWiegandType({ body: { identifier_representation: 'decimal', type: 'wiegand_27' } });
// @ts-expect-error a uid is a number
export const noUid = () => latchd.deleteAccessIdentifierItemByUid({ uid: 'one' });
// @ts-expect-error an identifier has an owner
export const noOwner = () => latchd.postAccessIdentifier({ body: { identifier_type: 'card', identifier_number: '1', lock: 'first' } });
`;

/** Strict, as integrators have it; `exactOptionalPropertyTypes` is more than the generator's runtime bears. */
const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM'],
  module: 'NodeNext',
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  rewriteRelativeImportExtensions: true,
  skipLibCheck: true,
};

/** Makes a client from a document, and compiles it together with the one who uses it. */
function generate(api: unknown): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(`${folder}/${name}`, text);
  write('openapi.json', JSON.stringify(api));
  write('smoke.ts', smoke);
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['.'] }));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
  };
  run(generator, 'openapi.json', 'latchd.ts', '--argumentStyle=object');
  run(compiler, '-p', 'tsconfig.json');
}

const skip = existsSync(generator) ? false : 'the package oazapfts is not installed';

test('a client made from the document compiles, and works against a panel', { skip }, async (t) => {
  const web = await freshWeb(t);
  generate((await web.call('GET', '/openapi.json')).body);
  const url = await serve(t, web);
  const made = await import(pathToFileURL(`${folder}/smoke.js`).href);
  const said = await made.smoke(url, digestOf(passwords.admin));
  const told = ({ status, data }: { status: number; data: unknown }) => [status, data];
  assert.equal(said.version, '2.12.0');
  assert.deepEqual(told(said.wrong), [400, { error: 'Wrong login or password' }]);
  assert.equal(said.role, 'admin');
  assert.deepEqual(told(said.set), [200, {}]);
  assert.equal(said.wiegand, 'wiegand_34');
  assert.deepEqual(told(said.created), [200, { uid: 1 }]);
  assert.equal(said.listed.data.list_items[0].identifier_number, '1850186');
  assert.deepEqual(said.listed.data.list_option.sort.asc, false);
  assert.deepEqual(told(said.removed), [200, {}]);
  assert.deepEqual(told(said.after), [401, { error: 'Log In' }]);
});
