import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { cliScript, type Daemon, simConfig, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a command says, good or bad. */
async function latchctl(
  { configFile }: Pick<Daemon, 'configFile'>,
  ...words: string[]
): Promise<Said> {
  const child = spawn(process.execPath, [cliScript, '--config', configFile, ...words]);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** A panel that serves no network. */
function panel(t: TestContext, folder: string, more = ''): Promise<Daemon> {
  const config = simConfig
    .replace('{ port: 0 }', '{ enabled: false }')
    .replace('locks:', `${more}locks:`);
  return startDaemon(t, folder, config);
}

test('identifiers are added, listed, shown, taken away and brought again, without HTTP', async (t) => {
  const folder = freshFolder(t);
  const daemon = await panel(t, folder);
  const say = (...words: string[]) => latchctl(daemon, ...words);
  const added = await say(
    'identifier',
    'add',
    '1850186',
    '--name',
    'Ann',
    '--passes',
    '3',
    '--to',
    '2030-12-31',
  );
  assert.deepEqual(added, {
    code: 0,
    out: 'added card 1850186 as uid 1 (Ann), opens first\n',
    err: '',
  });
  assert.match(
    (await say('identifier', 'list', '--name', 'Ann')).out,
    /^1 +card +1850186 +Ann +first +- +2030-12-31 23:59:59 +3\/3 +-\n1 identifier$/m,
  );
  assert.match(
    (await say('identifier', 'show', 'uid:1')).out,
    /^uid +1\ntype +card\nnumber +1850186\nname +Ann\nowner +owner\nopens +first\nvalid from +-\n/,
  );
  const { out } = await say('identifier', 'show', '1c-3b-4a', '--json');
  assert.equal(JSON.parse(out).identifier_uid, 1);
  for (const [words, message] of [
    [['identifier', 'add', '1850186', '--name', 'Bob'], /already exist/],
    [['identifier', 'show', '77'], /there is no identifier 77/],
  ] as const) {
    const { code, err } = await say(...words);
    assert.equal(code, 1, words.join(' '));
    assert.match(err, message);
  }
  const file = join(folder, 'out.csv');
  assert.equal((await say('export', file)).code, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match((await say('identifier', 'remove', 'uid:1')).out, /^removed card 1850186, uid 1/);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n');
  writeFileSync(file, [...lines, 'card,x,Eve,owner,first,,,,,,,,', ''].join('\r\n'));
  const dry = await say('import', file, '--dry-run');
  assert.equal(
    dry.out,
    'line 3: Wrong value in column number (x): it is digits, or pairs of hex digits with dashes ' +
      'between; of a code 1 to 10 digits\n' +
      '2 lines: 1 created, 0 updated, 0 unchanged, 1 refused (dry run: nothing was written)\n',
  );
  const done = await say('import', file, '--json');
  assert.equal(done.code, 1);
  assert.equal(JSON.parse(done.out).created, 1);
  assert.equal(
    JSON.parse((await say('identifier', 'list', '--json')).out).list_items[0].identifier_uid,
    2,
  );
});

test('a wrong command line ends with 64, and says what would be right', async (t) => {
  const daemon = await panel(t, freshFolder(t));
  for (const [line, message] of [
    ['identifier add zz', /^zz was not added: NUMBER is digits, .*, not zz$/],
    ['identifier add 1 --to 31.12.2030', /^1 was not added: --to is a day YYYY-MM-DD, .*, not 31/],
    ['identifier add 1 --passes 0', /^--passes is a whole number from 1 to 2147483647, not 0$/],
    ['identifier add 1 --type badge', /^a type is one of card, ukey, .*, not badge$/],
    ['identifier add 1 --lock third', /^there is no lock third; it is first, second or all$/],
    ['identifier list --limit 5000', /^--limit is a whole number from 1 to 1000, not 5000$/],
    ['identifier', /^latchctl identifier what\? add, list, show, remove$/],
    ['status --role x', /^latchctl status takes no --role; see /],
    ['status front', /^latchctl status does not know what to do with front; see /],
    ['identifier add 1 --name Eve Smith', /what to do with Smith; see /],
    ['identifier remove uid:1 uid:2', /what to do with uid:2; see /],
    ['backup lst', /^latchctl backup does not know what to do with lst; see /],
    [
      'open first --seconds 99999999',
      /^--seconds is a whole number from 1 to 604800, not 99999999$/,
    ],
    ['mode first shut', /^a mode is one of normal, free, blocked, not shut$/],
    ['enrol front add 0', /^CARDS is a whole number from 1 to 1000, not 0$/],
    ['watch front --last 50', /^--last is a whole number from 0 to 32, not 50$/],
    ['present front --number zz', /^--number is digits, or pairs of hex digits .*, not zz$/],
    ['status --nonsense', /^there is no option --nonsense; see latchctl --help$/],
    ['events --last', /^--last needs a value: --last=VALUE$/],
    ['status --json=yes', /^--json takes no value$/],
    ['identifier add 1 --from 2021-01-01 --to 2020-01-01', /: --to is not after --from$/],
    ['identifier list --filter x', /^the filter is not understood: x; write it as /],
    ['user remove guard', /^Remove the account guard\? Add --yes$/],
  ] as const) {
    const { code, out, err } = await latchctl(daemon, ...line.split(' '));
    assert.deepEqual([code, out], [64, ''], line);
    assert.match(err.replace(/^latchctl: /, '').trimEnd(), message, line);
  }
  for (const [line, message] of [
    ['enrol garden', /^latchctl: there is no reader garden; there is front\n$/],
    ['present garden --number 1', /^latchctl: there is no reader garden; there is front\n$/],
    ['identifier show uid:999', /^latchctl: there is no identifier uid:999\n$/],
    ['antipassback reset 999', /^latchctl: there is no identifier 999\n$/],
    ['input bell on', /^latchctl: there is no input bell; there is none\n$/],
  ] as const) {
    const { code, err } = await latchctl(daemon, ...line.split(' '));
    assert.equal(code, 1, line);
    assert.match(err, message);
  }
  const nowhere = await latchctl({ configFile: '/nowhere.yaml' }, 'status');
  assert.deepEqual(nowhere, {
    code: 78,
    out: '',
    err: 'latchctl: there is no file /nowhere.yaml; name it with --config or $LATCHD_CONFIG\n',
  });
  const { code, out } = await latchctl(daemon, '--version');
  assert.equal(code, 0);
  assert.match(out, /^\d+\.\d+\.\d+\n$/);
});

test('a long table goes in parts, and its lines are told by their place in the file', async (t) => {
  const folder = freshFolder(t);
  const daemon = await panel(t, folder);
  const file = join(folder, 'long.csv');
  const lines = Array.from({ length: 2_500 }, (_, index) => `card,${index + 1},"a\nb",first`);
  lines[2_400] = 'card,1,again,first';
  writeFileSync(file, ['type,number,name,lock', ...lines].join('\n'));
  const { code, out } = await latchctl(daemon, 'import', file);
  assert.equal(code, 1);
  assert.equal(
    out,
    // Each line of a name counts.
    `line ${2 + 2 * 2_400}: Identifier with that type and number already exist\n` +
      '2500 lines: 2499 created, 0 updated, 0 unchanged, 1 refused\n',
  );
});

test('watch shows what comes over the wires and what is wrong with it, but no digit of a keypad', async (t) => {
  const pad = 'keypad: { kind: burst_4 } }';
  const config = simConfig
    .replace('{ port: 0 }', '{ enabled: false }')
    .replace('readers: [', `readers: [{ name: pad, wiegand: { d0: 5, d1: 6 }, ${pad}, `);
  const daemon = await startDaemon(t, freshFolder(t), config);
  await latchctl(daemon, 'present', 'front', '--bits', '0110100');
  await daemon.line(/ misread .*reader=front/);
  const child = spawn(process.execPath, [
    cliScript,
    '--config',
    daemon.configFile,
    'watch',
    'front',
    '--last',
    '5',
  ]);
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const upTo = async (pattern: RegExp) => {
    const seen: string[] = [];
    for (;;) {
      const { value, done } = await lines.next();
      assert.ok(!done, `ended before ${pattern}: ${seen.join('\n')}`);
      seen.push(value);
      if (pattern.test(value)) return seen.join('\n');
    }
  };
  assert.match(await upTo(/LENGTH: /), /7 bits .*\n {2}0110100\n {2}LENGTH: 7 bits came where 26/);
  await latchctl(daemon, 'present', 'front', '--number', '1850186');
  const card = await upTo(/ ok: /);
  assert.match(card, /26 bits {2}2387695 {2}/);
  assert.match(card, /wiegand_26 +card 1850186, number 1850186\n/);
  assert.match(card, /H10301 +facility 28, card 15178, .*not taken by this reader/);
  child.kill();
  await latchctl(daemon, 'present', 'pad', '--bits', '0101');
  const other = spawn(process.execPath, [
    cliScript,
    '--config',
    daemon.configFile,
    'watch',
    'pad',
    '--last',
    '5',
    '--json',
  ]);
  t.after(() => other.kill());
  const [line] = await once(createInterface({ input: other.stdout }), 'line');
  const { id, atMs, ...rest } = JSON.parse(line);
  assert.deepEqual([id, typeof atMs, rest], [1, 'number', { secret: true }]);
  const { code, err } = await latchctl(daemon, 'watch', 'garden');
  assert.deepEqual([code, err], [1, 'latchctl: there is no reader garden; there is pad, front\n']);
});

test('test lock opens for a moment and says what the line did', async (t) => {
  const daemon = await panel(t, freshFolder(t));
  // Long enough to be asked about while it is open.
  const { code, out } = await latchctl(daemon, 'test', 'lock', 'all', '--seconds', '5', '--json');
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), {
    locks: ['first', 'second'].map((lock) => ({ lock, released: true, atRestAgain: true })),
  });
});

test('doctor and config check work also when latchd is down', async (t) => {
  const folder = freshFolder(t);
  const daemon = await panel(t, folder);
  const checks = async () => {
    const { code, out } = await latchctl(daemon, 'doctor', '--json');
    const found: { check: string; state: string }[] = JSON.parse(out).checks;
    return { code, latchd: found.find(({ check }) => check === 'latchd')?.state };
  };
  assert.deepEqual((await checks()).latchd, 'ok');
  await daemon.kill();
  assert.deepEqual(await checks(), { code: 1, latchd: 'fail' });
  assert.equal((await latchctl(daemon, 'config', 'check')).code, 0);
  const bad = join(folder, 'bad.yaml');
  writeFileSync(bad, 'http: { port: 70000 }\n');
  const { code, out } = await latchctl(daemon, 'config', 'check', bad);
  assert.equal(code, 78);
  assert.match(out, /^http\.port: /m);
});
