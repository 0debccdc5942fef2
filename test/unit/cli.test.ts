import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { explained } from '../../src/cli/columns.ts';
import { options } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { bashCompletion } from '../../src/cli/completion.ts';
import { examineHealth, examinePanel, examineUnit } from '../../src/cli/doctor.ts';
import { examineMachine, levelsIn } from '../../src/cli/doctor-machine.ts';
import { helpOf, overview } from '../../src/cli/help.ts';
import { presentedBits } from '../../src/cli/present.ts';
import { partsOf } from '../../src/cli/tables.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import { csvCell, csvRecords, unguarded } from '../../src/door/csv-text.ts';
import { seedOf } from '../support/seed.ts';
import { freshFolder } from '../support/store.ts';

const script = fileURLToPath(new URL('../../../scripts/latchctl.bash-completion', import.meta.url));

test('names of commands are different, and help names every one with its options', () => {
  const names = commands.map(({ name }) => name);
  assert.deepEqual([...new Set(names)], names);
  const text = overview(commands);
  for (const command of commands) {
    assert.ok(text.includes(`  ${command.name}`), command.name);
    const help = helpOf(command);
    assert.ok(help.startsWith(`latchctl ${command.name}`));
    for (const option of command.options ?? []) assert.ok(help.includes(`--${option}`), option);
  }
  const used = new Set(commands.flatMap((command) => command.options ?? []));
  const all = Object.keys(options).filter(
    (name) => !['config', 'json', 'help', 'version'].includes(name),
  );
  assert.deepEqual([...used].sort(), all.sort(), 'no option belongs to no command');
});

test('the completion in scripts is the one of these commands', () => {
  const made = bashCompletion(commands);
  if (process.env.LATCHD_UPDATE === '1') writeFileSync(script, made);
  assert.equal(readFileSync(script, 'utf8'), made, 'run it once with LATCHD_UPDATE=1');
});

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const asked = `source '${script}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _latchctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const folder = dirname(script);
  return execFileSync('bash', ['-c', asked], { encoding: 'utf8', cwd: folder }).trim().split('\n');
}

test('bash completes commands, their second words, what they take and their options', () => {
  assert.deepEqual(offered('latchctl', 'stat'), ['status']);
  assert.deepEqual(offered('latchctl', '--config', 'x.yaml', 'doc'), ['doctor']);
  assert.deepEqual(offered('latchctl', 'identifier', 'l'), ['list']);
  assert.deepEqual(offered('latchctl', 'test', 'lock', 'sec'), ['second']);
  assert.deepEqual(offered('latchctl', 'identifier', 'add', '--ty'), ['--type']);
  assert.deepEqual(offered('latchctl', 'backup', 'sav'), ['save']);
  assert.deepEqual(offered('latchctl', 'import', '--d'), ['--dry-run']);
  assert.deepEqual(offered('latchctl', 'import', 'latchctl.b'), ['latchctl.bash-completion']);
});

test('a file is cut between its lines, however they end and whatever they hold', (t) => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('a\nb', '"', 'x\r\ny', "'=1", '=1', '\t'));
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 });
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.integer({ min: 1, max: 5 }),
      (all, end, most) => {
        const lines = all.map((cells) => `x${cells.map(csvCell).join(',')}`);
        const parts = partsOf(lines.join(end), most);
        assert.ok(parts.every(({ records }) => records.length <= most));
        const [header, ...rest] = lines;
        assert.ok(parts.every((part) => part.header === header));
        const records = parts.flatMap((part) => part.records);
        assert.deepEqual(
          records.map(({ text }) => text),
          rest,
        );
        assert.deepEqual([...csvRecords(lines.join(end))].slice(1), records);
      },
    ),
    { seed: seedOf(t) },
  );
});

test('a guarded cell comes back as it was', (t) => {
  const cell = fc.oneof(fc.string(), fc.stringMatching(/^'*[=+@-].?$/));
  fc.assert(
    fc.property(cell, (value) => {
      const written = csvCell(value);
      const plain = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
      assert.doesNotMatch(plain, /^[=+\-@\t\r]/);
      assert.equal(unguarded(plain), value);
    }),
    { seed: seedOf(t) },
  );
});

/** A machine that is all files, with a data folder. */
function machine(t: TestContext, files: Readonly<Record<string, string>>, more: object = {}) {
  const root = freshFolder(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const data = join(root, 'data');
  mkdirSync(data, { mode: 0o750 });
  const config: Config = {
    ...parseConfig(`
readers:
  - { name: front, wiegand: { d0: 17, d1: 27 } }
  - { name: gate, serial: { path: /dev/ttyUSB0, kind: qr } }
locks: { first: { line: 22 } }
`),
    data,
  };
  const facts = { root, release: '6.6.31', node: 'v20.19.0', nowMs: 1_800_000_000_000, ...more };
  return examineMachine(config, facts);
}

const stateOf = (findings: ReturnType<typeof machine>, check: string) =>
  findings.find((one) => one.check === check)?.state;

const debugGpio = (d1: string) => `
gpiochip0: GPIOs 512-569, parent: platform/fe200000.gpio, pinctrl-bcm2711:
 gpio-529 (GPIO17              |front d0            ) in  hi IRQ
 gpio-534 (GPIO22              |first               ) out lo
 gpio-539 (GPIO27              |front d1            ) in  ${d1} IRQ
`;

test('doctor finds nothing wrong with a machine where all is well', (t) => {
  const findings = machine(t, {
    'dev/gpiochip0': '',
    'dev/ttyUSB0': '',
    'proc/device-tree/model': 'Raspberry Pi 4 Model B',
    'sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs': 'N\n',
    'sys/kernel/debug/gpio': debugGpio('hi'),
    'run/systemd/timesync/synchronized': '',
    'proc/mounts': '/dev/root / ext4 rw 0 0\n',
  });
  const wrong = findings.filter(({ state }) => state !== 'ok');
  assert.deepEqual(wrong, []);
  assert.equal(stateOf(findings, 'front D1 (line 27)'), 'ok');
  assert.equal(stateOf(findings, 'strict_gpiod'), 'ok');
});

test('doctor finds each fault, and says what to do', (t) => {
  const findings = machine(
    t,
    {
      'proc/device-tree/model': 'Raspberry Pi 5',
      'sys/kernel/debug/gpio': debugGpio('lo'),
      'proc/mounts': '/dev/mmcblk0p2 / ext4 ro,noatime 0 0\n',
      'data-is-elsewhere': '',
    },
    { release: '5.4.0', node: 'v18.2.0', nowMs: 60_000 },
  );
  const failed = ['node', 'chip gpiochip0', 'strict_gpiod', 'front D1 (line 27)'];
  for (const check of [...failed, 'serial gate', 'mounted', 'clock']) {
    assert.equal(stateOf(findings, check), 'fail', check);
  }
  assert.equal(stateOf(findings, 'kernel'), 'warn');
  for (const { state, remedy, check } of findings) {
    assert.equal(remedy === undefined, state === 'ok', check);
  }
  const configured = machine(t, {
    'proc/device-tree/model': 'Raspberry Pi 5',
    'boot/firmware/config.txt': '[all]\ndtparam=strict_gpiod\n',
    'sys/module/pinctrl_rp1/parameters/persist_gpio_outputs': 'Y',
  });
  const strict = configured.find(({ check }) => check === 'strict_gpiod');
  assert.deepEqual([strict?.state, strict?.remedy], ['fail', 'restart the board']);
  assert.equal(stateOf(configured, 'line levels'), 'unknown');
});

test('doctor reads levels of the first chip, and what the panel and its unit say', () => {
  const two = `${debugGpio('lo')}\ngpiochip1: GPIOs 570-577, parent: x:\n gpio-587 (x |y ) in hi\n`;
  assert.deepEqual(
    [...levelsIn(two)],
    [
      [17, 'hi'],
      [22, 'lo'],
      [27, 'lo'],
    ],
  );
  const panel = examinePanel({
    driver: 'chardev',
    version: '1',
    clockTrusted: false,
    readers: [{ name: 'front', away: 'gone', credentials: 1, misreads: 2, lostEdges: 0 }],
    inputs: [],
    events: { failing: true, waiting: 7, dropped: 0 },
  });
  assert.deepEqual(
    panel.map(({ check, state }) => [check, state]),
    [
      ['latchd', 'ok'],
      ['clock of the door', 'fail'],
      ['event log', 'fail'],
      ['wire front', 'fail'],
      ['reader front', 'warn'],
    ],
  );
  const fault = (code: string) => ({ code, what: `what ${code}`, do: `do ${code}`, since: 1 });
  // A fault that a check above names already is named once.
  const faults = ['record-damaged', 'disk-full', 'backup-failed', 'clock-untrusted'].map(fault);
  assert.deepEqual(examineHealth({ status: 'failing', faults }), [
    {
      check: 'record-damaged',
      state: 'fail',
      found: 'what record-damaged',
      remedy: 'do record-damaged',
    },
    {
      check: 'backup-failed',
      state: 'fail',
      found: 'what backup-failed',
      remedy: 'do backup-failed',
    },
  ]);
  const states = (text: string) => examineUnit(text).map(({ state }) => state);
  const loaded = 'LoadState=loaded\nActiveState=active\nNRestarts=0\n';
  assert.deepEqual(states(`${loaded}WatchdogUSec=3s`), ['ok', 'ok']);
  assert.deepEqual(states(`${loaded}WatchdogUSec=infinity`), ['ok', 'warn']);
  assert.deepEqual(states('LoadState=loaded\nActiveState=failed\nNRestarts=4'), ['fail', 'warn']);
  assert.deepEqual(states('LoadState=not-found'), ['warn']);
});

test('a card is presented by its number in any spelling', () => {
  const bits = presentedBits({ number: '1850186' });
  assert.equal(bits.length, 26);
  assert.equal(presentedBits({ number: '1c-3b-4a' }), bits);
  assert.equal(presentedBits({ number: '1C:3B:4A' }), bits);
  assert.throws(
    () => presentedBits({ number: 'card' }),
    /--number is digits, or pairs of hex digits .*, not card/,
  );
  assert.throws(() => presentedBits({ number: '99999999' }), /cannot hold that card/);
  assert.throws(() => presentedBits({ bits: '012' }), /1 to 1024 digits 0 and 1/);
});

test('what a line was refused for is told with what stands in it and what may, but no PIN', () => {
  const header = '\uFEFFtype;lock;code;name;valid_to'.slice(1);
  const record = 'card;third;12345;"a;""b""";31.12.2030';
  const refused = (column: string) => ({
    line: 2,
    code: 'wrong-value',
    error: `Wrong value in column ${column}`,
    column,
  });
  assert.equal(
    explained(refused('lock'), header, record),
    'Wrong value in column lock (third): it is first, second or all',
  );
  assert.match(
    explained(refused('valid_to'), header, record),
    /^Wrong value in column valid_to \(31\.12\.2030\): it is a day YYYY-MM-DD,/,
  );
  assert.equal(
    explained(refused('code'), header, record),
    'Wrong value in column code: it is 4 digits',
  );
  assert.equal(explained({ line: 2, code: 'duplicate', error: 'taken' }, header, record), 'taken');
  assert.match(explained(refused('name'), header, record), /\(a;"b"\)/);
});
