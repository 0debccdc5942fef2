import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig, parseConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';
import { problemsOf } from '../support/config-problems.ts';
import { freshFolder } from '../support/store.ts';

const example = `
data: ./data
http: { host: 127.0.0.1, port: 8080 }
gpio: { driver: auto, chip: gpiochip0 }
readers:
  - name: front
    wiegand: { d0: 17, d1: 27 }
    formats: [H10301]
locks:
  first:  { line: 22, active_low: false, open_seconds: 5 }
  second: { line: 23 }
`;

test('a short file is a whole configuration', () => {
  const config = parseConfig(example);
  assert.deepEqual(config.readers, [
    { name: 'front', wiegand: { d0: 17, d1: 27 }, formats: ['H10301'], repeat_ms: 0 },
  ]);
  assert.deepEqual(config.locks, {
    first: { line: 22, active_low: false, open_seconds: 5, relay: 'strike', toggle: false },
    second: { line: 23, active_low: false, open_seconds: 5, relay: 'strike', toggle: false },
  });
  assert.equal(config.http.port, 8080);
  assert.equal(config.events.keep, 1_000_000);
});

test('one lock is enough; everything else has a default', () => {
  const config = parseConfig('locks: { first: { line: 22 } }');
  assert.deepEqual(config, {
    data: './data',
    http: { enabled: true, host: '127.0.0.1', port: 8080, memory_mb: 96 },
    gpio: { driver: 'auto', chip: 'gpiochip0' },
    wiegand: { type: 'wiegand_26', identifier_representation: 'decimal' },
    readers: [],
    areas: [],
    locks: {
      first: { line: 22, active_low: false, open_seconds: 5, relay: 'strike', toggle: false },
    },
    inputs: [],
    door: { interlock: false, mode_after_restart: 'keep' },
    events: { keep: 1_000_000, when_unwritable: 'open' },
    clock: { when_untrusted: 'refuse' },
    log: { level: 'info' },
    outbound: { allow: [] },
    attempts: { tries: 5, within_seconds: 60, blocked_seconds: 60 },
    duress: 'off',
    line_faults: { frames_per_second: 20, misreads_per_minute: 20 },
    enrolment: {
      master_card: 'add',
      seconds: 30,
      lock: 'reader',
      owner_name: 'Enrolled at {reader}',
      owner_type: 'owner',
    },
    backup: { schedule: '30 3 * * *', keep: 7, folder: 'backups' },
  });
  assert(Object.isFrozen(config.locks.first));
});

test('all problems are told at once, each with its path', () => {
  const problems = problemsOf(`
http: { port: 70000, colour: red }
gpio: { driver: magic }
readers:
  - name: front door
    wiegand: { d0: 17, d1: 27 }
  - name: a
    wiegand: { d0: 4, d1: 4 }
  - name: a
    wiegand: { d0: 5, d1: 22 }
    formats: [H10301, nonsense]
  - name: b
    wiegand: { d0: 22, d1: 9 }
    locks: [second]
  - name: a
    wiegand: { d0: 10, d1: 11 }
  - name: c
    wiegand: { d0: 12, d1: 13 }
    locks: [first, first]
locks:
  first: { line: 22, open_seconds: 41 }
`);
  const start = (text: string) => problems.find((problem) => problem.startsWith(text)) ?? '';
  assert.match(start('http.port: '), /65535/);
  assert.equal(start('http.colour: '), 'http.colour: is not a key that latchd knows');
  assert.match(start('gpio.driver: '), /must be one of auto, chardev, onoff, sim/);
  assert.match(start('readers[0].name: '), /1 to 32 letters/);
  assert.match(start('readers[1].wiegand.d1: '), /must not be the line of d0/);
  assert.match(start('readers[2].formats[1]: '), /must be one of .*H10301/);
  assert.match(start('readers[3].locks: '), /there is no lock second/);
  assert.match(start('readers[4].name: '), /a is used twice/);
  assert.equal(start('readers[5].locks: '), 'readers[5].locks: names a lock twice');
  assert.match(start('locks.first.open_seconds: '), /40/);
});

test('a line used twice is told with both its places', () => {
  const text = (chip: string) => `
readers: [{ name: a, wiegand: { d0: 17, d1: 22${chip} } }]
locks: { first: { line: 22 } }
`;
  assert.deepEqual(problemsOf(text('')), [
    'readers[0].wiegand.d1: line 22 is already used by locks.first.line',
  ]);
  assert.deepEqual(problemsOf(text(', chip: gpiochip1')), []);
});

test('a value of the wrong type hides no line or name that is used twice', () => {
  const problems = problemsOf(`
readers:
  - { name: front, wiegand: { d0: 17, d1: 27 }, formats: H10301 }
  - { name: front, wiegand: { d0: 5, d1: x }, buzzer: { line: 17 }, locks: [second] }
  - { name: back, wiegand: { d0: 5, d1: 5, chip: 7 } }
locks:
  first: { line: 27, open_seconds: "5" }
inputs:
  - { name: exit, kind: exit_button, line: 5, debounce_ms: long }
  - { name: exit, kind: door_contact, line: 25, reader: front, held_open_seconds: -1 }
`);
  const crossing = problems.filter((problem) => /used|there is no/.test(problem));
  assert.deepEqual(crossing, [
    'readers[0].wiegand.d1: line 27 is already used by locks.first.line',
    'readers[1].buzzer.line: line 17 is already used by readers[0].wiegand.d0',
    'readers[1].name: front is used twice',
    'readers[1].locks: there is no lock second',
    'inputs[0].line: line 5 is already used by readers[1].wiegand.d0',
    'inputs[1].name: exit is used twice',
  ]);
  assert.equal(problems.length - crossing.length, 6);
});

test('a lock without line, and a panel without locks', () => {
  assert.deepEqual(problemsOf('locks: { first: { active_low: true } }'), [
    'locks.first.line: is missing',
  ]);
  assert.deepEqual(problemsOf('data: x'), ['locks: is missing']);
  assert.deepEqual(problemsOf(''), ['locks: is missing']);
});

test('a value of the wrong type is told as such', () => {
  const [line, seconds, ...rest] = problemsOf('locks: { first: { line: x, open_seconds: "5" } }');
  assert.match(line ?? '', /^locks\.first\.line: expected number, received string$/);
  assert.match(seconds ?? '', /^locks\.first\.open_seconds: expected number, received string$/);
  assert.deepEqual(rest, []);
});

test('text that is no YAML, and YAML that is no mapping', () => {
  assert.match(problemsOf('locks: {')[0] ?? '', /^line 1: /);
  assert.match(problemsOf('locks: 1\nlocks: 2')[0] ?? '', /^line 2: .*unique/i);
  assert.equal(problemsOf('- a').length, 1);
  assert.match(problemsOf('locks: { first: { line: *nowhere } }')[0] ?? '', /nowhere/);
});

test('paths in the file are relative to the file', (t) => {
  const folder = freshFolder(t);
  const file = join(folder, 'latchd.yaml');
  writeFileSync(
    file,
    'data: db\nhttp: { tls: { cert: c.pem, key: /k.pem } }\nlocks: { first: { line: 1 } }',
  );
  const config = loadConfig(file);
  assert.equal(config.data, join(folder, 'db'));
  assert.deepEqual(config.http.tls, { cert: join(folder, 'c.pem'), key: '/k.pem' });
  assert.throws(() => loadConfig(join(folder, 'none.yaml')), ConfigError);
});

test('the time zone is a name of the IANA database', () => {
  const zone = (name: string) => `locks: { first: { line: 1 } }\nclock: { timezone: ${name} }`;
  assert.equal(parseConfig(zone('Australia/Lord_Howe')).clock.timezone, 'Australia/Lord_Howe');
  for (const name of ['Europe/Nowhere', '"+01:00"', '""', 'berlin']) {
    assert.deepEqual(problemsOf(zone(name)), [
      'clock.timezone: is not a time zone of the IANA database',
    ]);
  }
});
