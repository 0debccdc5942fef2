import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chipsOf, inputsOf, outputsOf, parseConfig } from '../../src/config.ts';
import { problemsOf } from '../support/config-problems.ts';

const locks = 'locks: { first: { line: 1 }, second: { line: 2 } }\n';
const withInputs = (...inputs: string[]) =>
  `${locks}inputs:\n${inputs.map((input) => `  - { ${input} }\n`).join('')}`;

test('inputs have defaults for all but name, kind and line', () => {
  const config = parseConfig(
    withInputs(
      'name: exit, kind: exit_button, line: 3',
      'name: door, kind: door_contact, line: 4, chip: other, active_low: true, bias: pull-up',
      'name: case, kind: tamper, line: 5',
      'name: fire, kind: fire, line: 6, locks: [second], debounce_ms: 1000',
    ),
  );
  const wire = { chip: 'gpiochip0', activeLow: false, bias: 'none', debounceUs: 50_000 };
  assert.deepEqual(inputsOf(config), [
    {
      name: 'exit',
      kind: 'exit_button',
      locks: ['first', 'second'],
      way: 'releases',
      wire: { ...wire, name: 'exit', line: 3 },
    },
    {
      name: 'door',
      kind: 'door_contact',
      lock: 'first',
      rules: { heldOpenUs: 30e6, warningUs: 10e6, relockOnClose: true },
      wire: { ...wire, name: 'door', line: 4, chip: 'other', activeLow: true, bias: 'pull-up' },
    },
    {
      name: 'case',
      kind: 'tamper',
      of: 'enclosure',
      wire: { ...wire, name: 'case', line: 5 },
    },
    {
      name: 'fire',
      kind: 'fire',
      locks: ['second'],
      wire: { ...wire, name: 'fire', line: 6, debounceUs: 1e6 },
    },
  ]);
  assert.deepEqual(chipsOf(config), ['gpiochip0', 'other']);
});

test('LEDs and buzzers of readers are outputs with names of their own', () => {
  const config = parseConfig(`${locks}
readers:
  - name: front
    wiegand: { d0: 17, d1: 27 }
    led: { line: 3, active_low: true }
    red_led: { line: 4 }
    buzzer: { line: 3, chip: other }
`);
  const wires = outputsOf(config).map(({ part, wire }) => [part, wire]);
  assert.deepEqual(wires, [
    ['green', { name: 'front.green', chip: 'gpiochip0', line: 3, activeLow: true }],
    ['red', { name: 'front.red', chip: 'gpiochip0', line: 4, activeLow: false }],
    ['buzzer', { name: 'front.buzzer', chip: 'other', line: 3, activeLow: false }],
  ]);
});

const exit = 'name: a, kind: exit_button, line: 3';
const contact = 'name: a, kind: door_contact, line: 3';
const badInputs: [string[], string | RegExp][] = [
  [['kind: exit_button, line: 3'], 'inputs[0].name: is missing'],
  [['name: a b, kind: exit_button, line: 3'], /^inputs\[0\]\.name: must be 1 to 32 letters/],
  [['name: a, line: 3'], /^inputs\[0\]\.kind: must be one of exit_button, /],
  [['name: a, kind: window, line: 3'], /^inputs\[0\]\.kind: must be one of exit_button, /],
  [['name: a, kind: fire'], 'inputs[0].line: is missing'],
  [['name: a, kind: fire, line: 1024'], /^inputs\[0\]\.line: .*1023/],
  [['name: a, kind: fire, line: 2'], 'inputs[0].line: line 2 is already used by locks.second.line'],
  [[`${exit}, chip: ""`], /^inputs\[0\]\.chip: /],
  [[`${exit}, active_low: 1`], /^inputs\[0\]\.active_low: .*boolean/],
  [[`${exit}, bias: up`], 'inputs[0].bias: must be one of none, pull-up, pull-down'],
  [[`${exit}, debounce_ms: 1001`], /^inputs\[0\]\.debounce_ms: .*1000/],
  [[`${exit}, debounce_ms: -1`], /^inputs\[0\]\.debounce_ms: .*0/],
  [[`${exit}, debounce_ms: 351`], /^inputs\[0\]\.debounce_ms: must be 350 or less: /],
  [[`${exit}, locks: [third]`], 'inputs[0].locks[0]: must be one of first, second'],
  [[`${exit}, locks: []`], /^inputs\[0\]\.locks: /],
  [[`${exit}, locks: [first, first]`], 'inputs[0].locks: names a lock twice'],
  [[`${exit}, exit: opens`], 'inputs[0].exit: must be one of releases, excuses'],
  [[`${exit}, relock: true`], 'inputs[0].relock: is a key of door_contact, not of exit_button'],
  [[`${contact}, exit: excuses`], 'inputs[0].exit: is a key of exit_button, not of door_contact'],
  [[`${contact}, locks: [first, second]`], /^inputs\[0\]\.locks: must name one lock/],
  [[`${contact}, held_open_seconds: 0.5`], /^inputs\[0\]\.held_open_seconds: /],
  [[`${contact}, held_open_seconds: 3601`], /^inputs\[0\]\.held_open_seconds: .*3600/],
  [[`${contact}, warning_seconds: 601`], /^inputs\[0\]\.warning_seconds: .*600/],
  [[`${contact}, held_open_seconds: 10`], /^inputs\[0\]\.warning_seconds: must be less than held_/],
  [[`${contact}, relock: yes`], /^inputs\[0\]\.relock: .*boolean/],
  [[`${contact}, reader: front`], /^inputs\[0\]\.reader: is a key of tamper/],
  [['name: a, kind: tamper, line: 3, reader: x'], 'inputs[0].reader: there is no reader x'],
  [[`${exit}, colour: red`], 'inputs[0].colour: is not a key that latchd knows'],
  [[exit, 'name: a, kind: fire, line: 4'], 'inputs[1].name: a is used twice'],
  [
    [exit, 'name: b, kind: fire, line: 3'],
    /^inputs\[1\]\.line: line 3 is already used by inputs\[0\]/,
  ],
  [
    [contact, 'name: b, kind: door_contact, line: 4'],
    'inputs[1].locks: the door of first has a contact already: inputs[0]',
  ],
];

for (const [inputs, expected] of badInputs) {
  test(`an input is refused: ${inputs.join('; ')}`, () => {
    const problems = problemsOf(withInputs(...inputs));
    const fits = (problem: string) =>
      typeof expected === 'string' ? problem === expected : expected.test(problem);
    assert(problems.some(fits), problems.join('\n'));
  });
}

test('an input of a lock that is not there is refused', () => {
  const text = `
locks: { first: { line: 1 } }
inputs:
  - { name: a, kind: exit_button, line: 3, locks: [second] }
  - { name: b, kind: door_contact, line: 4, locks: [second] }
`;
  assert.deepEqual(problemsOf(text), [
    'inputs[0].locks: there is no lock second',
    'inputs[1].locks: there is no lock second',
  ]);
});

test('outputs, relays and door keys are checked', () => {
  const problems = problemsOf(`
readers:
  - { name: a, wiegand: { d0: 17, d1: 27 }, led: { line: 17 }, red_led: {}, buzzer: { line: 1e9 } }
  - { name: b, wiegand: { d0: 18, d1: 28 }, led: { line: 18 }, buzzer: { line: 1 } }
locks: { first: { line: 1, relay: bolt, toggle: 1 }, second: { line: 2 } }
door: { interlock: 3, mode_after_restart: free }
`);
  const start = (text: string) => problems.find((problem) => problem.startsWith(text)) ?? '';
  assert.equal(start('readers[0].red_led.line'), 'readers[0].red_led.line: is missing');
  assert.match(start('readers[0].buzzer.line'), /1023/);
  assert.match(
    start('readers[1].led.line'),
    /line 18 is already used by readers\[1\]\.wiegand\.d0/,
  );
  assert.match(start('locks.first.relay'), /must be one of strike, magnet/);
  assert.match(start('locks.first.toggle'), /boolean/);
  assert.match(start('door.interlock'), /boolean/);
  assert.match(start('door.mode_after_restart'), /must be one of keep, normal/);
});

test('an interlock needs two locks, readers at one door each, and locks that do not toggle', () => {
  assert.deepEqual(problemsOf('locks: { first: { line: 1 } }\ndoor: { interlock: true }'), [
    'door.interlock: needs a second lock',
  ]);
  const text = (toggle: boolean, bound: string) => `
locks: { first: { line: 1, toggle: ${toggle} }, second: { line: 2 } }
readers: [{ name: a, wiegand: { d0: 17, d1: 27 }${bound} }]
door: { interlock: true }
`;
  const one = 'must name one lock: with an interlock a reader is at one door';
  assert.deepEqual(problemsOf(text(true, '')), [
    'locks.first.toggle: does not go with an interlock',
    `readers[0].locks: ${one}`,
  ]);
  assert.deepEqual(problemsOf(text(false, ', locks: [first, second]')), [
    `readers[0].locks: ${one}`,
  ]);
  assert.deepEqual(problemsOf(text(false, ', locks: [second]')), []);
});
