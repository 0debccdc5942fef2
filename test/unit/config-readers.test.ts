import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptLimitOf, lineLimitsOf } from '../../src/config/attempts.ts';
import { keypadOf, serialReaderOf } from '../../src/config/readers.ts';
import { parseConfig } from '../../src/config.ts';
import { em4100Packet } from '../../src/reader/packet.ts';
import { problemsOf } from '../support/config-problems.ts';

/** A panel with these readers, given as YAML flow mappings without braces. */
function panel(...readers: string[]): string {
  const items = readers.map((reader, index) => `  - { name: r${index}, ${reader} }`);
  return `readers:\n${items.join('\n')}\nlocks: { first: { line: 22 } }`;
}

const pins = 'wiegand: { d0: 17, d1: 27 }';
const serial = (rest: string) => `serial: { path: /dev/ttyS0, ${rest} }`;
const packet = (rest: string) => serial(`kind: packet, packet: { ${rest} }`);
const number = 'number: { at: 1, length: 4 }';

test('a serial reader needs a path and a kind; the line has the usual settings', () => {
  const [reader] = parseConfig(panel(serial('kind: em4100'))).readers;
  assert(reader?.serial);
  assert.deepEqual(serialReaderOf(reader.serial), {
    line: {
      path: '/dev/ttyS0',
      baudRate: 9600,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
      packetLength: 14,
    },
    reads: { kind: 'em4100', packet: em4100Packet },
  });
});

test('a packet is described byte by byte', () => {
  const checksum =
    'checksum: { kind: sum, over: { at: 1, length: 4 }, field: { at: 5, length: 1 } }';
  const text = packet(`length: 7, start: [2], end: [3], ${number}, ${checksum}`);
  const [reader] = parseConfig(panel(text)).readers;
  assert(reader?.serial);
  assert.deepEqual(serialReaderOf(reader.serial).reads, {
    kind: 'packet',
    packet: {
      length: 7,
      start: [2],
      end: [3],
      number: { at: 1, length: 4, encoding: 'binary', order: 'big' },
      checksum: {
        kind: 'sum',
        over: { at: 1, length: 4, encoding: 'binary' },
        field: { at: 5, length: 1, encoding: 'binary' },
      },
    },
  });
});

test('a scanner has lines, not packets', () => {
  const [reader] = parseConfig(panel(serial('kind: qr, baud_rate: 115200, parity: even'))).readers;
  assert(reader?.serial);
  assert.deepEqual(serialReaderOf(reader.serial), {
    line: { path: '/dev/ttyS0', baudRate: 115200, dataBits: 8, parity: 'even', stopBits: 1 },
    reads: { kind: 'qr' },
  });
});

test('a reader is wired one way, and has what goes with it', () => {
  const told = (reader: string) => problemsOf(panel(reader));
  const qr = serial('kind: qr');
  assert.deepEqual(told('locks: [first]'), ['readers[0]: needs wiegand or serial']);
  assert.deepEqual(told(`${pins}, ${qr}`), ['readers[0].serial: does not go with wiegand']);
  assert.deepEqual(told(`${qr}, formats: [H10301], frame_gap_ms: 20`), [
    'readers[0].formats: does not go with serial',
    'readers[0].frame_gap_ms: does not go with serial',
  ]);
  assert.deepEqual(problemsOf(panel(qr, qr)), [
    'readers[1].serial.path: is already used by readers[0].serial.path',
  ]);
});

test('each bad value of a serial line is told with its path', () => {
  for (const [text, path] of [
    ['kind: rfid', 'kind'],
    ['kind: qr, baud_rate: 299', 'baud_rate'],
    ['kind: qr, baud_rate: 1000000', 'baud_rate'],
    ['kind: qr, data_bits: 6', 'data_bits'],
    ['kind: qr, stop_bits: 3', 'stop_bits'],
    ['kind: qr, parity: mark', 'parity'],
    ['kind: qr, colour: red', 'colour'],
    [`kind: qr, packet: { length: 5, start: [2], ${number} }`, 'packet'],
    ['kind: packet', 'packet'],
  ] as const) {
    const [problem, ...others] = problemsOf(panel(serial(text)));
    assert.match(problem ?? '', new RegExp(`^readers\\[0\\]\\.serial\\.${path}: `), text);
    assert.deepEqual(others, [], text);
  }
  assert.deepEqual(problemsOf(panel('serial: { path: ttyS0, kind: qr }')), [
    'readers[0].serial.path: must be an absolute path',
  ]);
});

test('each bad value of a packet is told with its path', () => {
  const check = (over: string, field: string) =>
    `length: 8, ${number}, checksum: { kind: xor, over: { ${over} }, field: { ${field} } }`;
  for (const [text, path] of [
    [`length: 1, start: [2], ${number}`, '.length'],
    [`length: 256, start: [2], ${number}`, '.length'],
    [`length: 8, start: [256], ${number}`, '.start[0]'],
    [`length: 8, end: [-1], ${number}`, '.end[0]'],
    ['length: 8, start: [2], number: { at: 5, length: 4 }', '.number'],
    ['length: 8, start: [2], number: { at: -1, length: 4 }', '.number.at'],
    ['length: 8, start: [2], number: { at: 1, length: 0 }', '.number.length'],
    ['length: 8, start: [2], number: { at: 1, length: 3, encoding: hex }', '.number.length'],
    ['length: 8, start: [2], number: { at: 1, length: 3, encoding: bcd }', '.number.encoding'],
    ['length: 8, start: [2], number: { at: 1, length: 3, order: middle }', '.number.order'],
    [`length: 5, start: [1, 2, 3], end: [4, 5, 6], ${number}`, '.length'],
    [`length: 8, ${number}`, ''],
    [check('at: 5, length: 4', 'at: 7, length: 1'), '.checksum.over'],
    [check('at: 1, length: 4', 'at: 8, length: 1'), '.checksum.field'],
    [check('at: 1, length: 4', 'at: 5, length: 2'), '.checksum.field.length'],
    [check('at: 1, length: 4, encoding: decimal', 'at: 5, length: 1'), '.checksum.over.encoding'],
    [check('at: 1, length: 4', 'at: 5, length: 1').replace('xor', 'crc'), '.checksum.kind'],
  ] as const) {
    const [problem = '', ...others] = problemsOf(panel(packet(text)));
    assert(problem.startsWith(`readers[0].serial.packet${path}: `), `${text}: ${problem}`);
    assert.deepEqual(others, [], text);
  }
});

test('each reading is a presentation unless a reader is said to repeat', () => {
  assert.equal(parseConfig(panel(`${pins}`)).readers[0]?.repeat_ms, 0);
  assert.equal(parseConfig(panel(`${pins}, repeat_ms: 10000`)).readers[0]?.repeat_ms, 10_000);
  assert.equal(
    parseConfig(panel(`${serial('kind: qr')}, repeat_ms: 2000`)).readers[0]?.repeat_ms,
    2000,
  );
  for (const wrong of ['-1', '10001', '0.5']) {
    assert.match(
      problemsOf(panel(`${pins}, repeat_ms: ${wrong}`))[0] ?? '',
      /^readers\[0\].repeat_ms: /,
    );
  }
});

test('a keypad has a kind; its reader takes cards and codes unless it is told otherwise', () => {
  const [reader] = parseConfig(panel(`${pins}, keypad: { kind: burst_8 }`)).readers;
  assert(reader?.keypad);
  assert.deepEqual(keypadOf(reader.keypad, reader.mode), {
    kind: 'burst_8',
    mode: 'card_or_code',
    betweenKeysUs: 5_000_000,
    facility: 0,
  });
  const buffered = 'keypad: { kind: buffered_26, between_keys_ms: 500, digits: 4, facility: 7 }';
  const [other] = parseConfig(panel(`${pins}, ${buffered}, mode: card_and_code`)).readers;
  assert(other?.keypad);
  assert.deepEqual(keypadOf(other.keypad, other.mode), {
    kind: 'buffered_26',
    mode: 'card_and_code',
    betweenKeysUs: 500_000,
    facility: 7,
    digits: 4,
  });
});

test('each bad value of a keypad is told with its path', () => {
  for (const [text, path] of [
    ['keypad: { kind: burst_6 }', 'keypad.kind'],
    ['keypad: {}', 'keypad.kind'],
    ['keypad: { kind: burst_4, between_keys_ms: 499 }', 'keypad.between_keys_ms'],
    ['keypad: { kind: burst_4, between_keys_ms: 60001 }', 'keypad.between_keys_ms'],
    ['keypad: { kind: burst_4, digits: 0 }', 'keypad.digits'],
    ['keypad: { kind: burst_4, digits: 11 }', 'keypad.digits'],
    ['keypad: { kind: burst_4, facility: 1 }', 'keypad.facility'],
    ['keypad: { kind: buffered_26, facility: 256 }', 'keypad.facility'],
    ['keypad: { kind: burst_4 }, frame_gap_ms: 61', 'frame_gap_ms'],
    ['keypad: { kind: burst_4 }, mode: face', 'mode'],
    ['mode: card_or_code', 'mode'],
  ] as const) {
    const [problem = '', ...others] = problemsOf(panel(`${pins}, ${text}`));
    assert(problem.startsWith(`readers[0].${path}: `), `${text}: ${problem}`);
    assert.deepEqual(others, [], text);
  }
  assert.deepEqual(
    problemsOf(panel(`${serial('kind: qr')}, keypad: { kind: burst_4 }, mode: card`)),
    ['readers[0].keypad: does not go with serial', 'readers[0].mode: does not go with serial'],
  );
  assert.deepEqual(problemsOf(panel(`${pins}, mode: card`)), []);
});

test('wrong tries and duress have their own keys', () => {
  const text = (rest: string) => `locks: { first: { line: 22 } }\n${rest}`;
  const config = parseConfig(
    text('attempts: { tries: 3, within_seconds: 30, blocked_seconds: 90 }'),
  );
  assert.deepEqual(attemptLimitOf(config.attempts), {
    tries: 3,
    withinMs: 30_000,
    blockedMs: 90_000,
  });
  for (const [rest, path] of [
    ['attempts: { tries: 0 }', 'attempts.tries'],
    ['attempts: { tries: 101 }', 'attempts.tries'],
    ['attempts: { within_seconds: 0 }', 'attempts.within_seconds'],
    ['attempts: { blocked_seconds: 86401 }', 'attempts.blocked_seconds'],
    ['duress: always', 'duress'],
  ] as const) {
    const [problem = '', ...others] = problemsOf(text(rest));
    assert(problem.startsWith(`${path}: `), `${rest}: ${problem}`);
    assert.deepEqual(others, [], rest);
  }
  assert.equal(parseConfig(text('duress: last_digit_plus_one')).duress, 'last_digit_plus_one');
});

test('what is a fault of a line has a default, a range and no other keys', () => {
  const text = (keys: string) => `locks: { first: { line: 22 } }\nline_faults: { ${keys} }`;
  const usual = { framesPerSecond: 20, misreadsPerMinute: 20 };
  assert.deepEqual(lineLimitsOf(parseConfig(text('')).line_faults), usual);
  const { line_faults } = parseConfig(text('frames_per_second: 3, misreads_per_minute: 1'));
  assert.deepEqual(lineLimitsOf(line_faults), { framesPerSecond: 3, misreadsPerMinute: 1 });
  for (const [keys, problem] of [
    ['frames_per_second: 0', 'frames_per_second: Too small: expected number to be >=1'],
    ['frames_per_second: 101', 'frames_per_second: Too big: expected number to be <=100'],
    ['frames_per_second: 1.5', 'frames_per_second: expected int, received number'],
    ['misreads_per_minute: 0', 'misreads_per_minute: Too small: expected number to be >=1'],
    ['misreads_per_minute: 1001', 'misreads_per_minute: Too big: expected number to be <=1000'],
    ['quiet: 1', 'quiet: is not a key that latchd knows'],
  ] as const) {
    assert.deepEqual(problemsOf(text(keys)), [`line_faults.${problem}`]);
  }
});
