/** The part of the configuration that says how readers are wired other than by Wiegand. */
import { z } from 'zod';
import { serialKinds } from '../door/wired.ts';
import type { ConfigProblem } from '../errors.ts';
import type { KeypadSetup } from '../ports/readers.ts';
import type { SerialLine, SerialReading } from '../ports.ts';
import { keypadKinds, longestCode, type ReaderMode, readerModes } from '../reader/keypad.ts';
import { checksumKinds, em4100Packet, type PacketField } from '../reader/packet.ts';

const byte = z.int().min(0).max(255);
const fixedBytes = z.array(byte).max(16).default([]);
const at = z
  .int()
  .min(0)
  .max(254)
  .meta({ unit: 'bytes', description: 'Where it begins in the packet, 0 the first byte.' });
const length = z.int().min(1).max(64).meta({ unit: 'bytes', description: 'How long it is.' });
/** What a checksum is made of are bytes; ASCII digits of them come in pairs. */
const binaryOrHex = z
  .enum(['binary', 'hex'])
  .default('binary')
  .meta({ description: 'As bytes, or as pairs of ASCII hex digits.' });

const packetSchema = z.strictObject({
  length: z.int().min(2).max(255).meta({
    unit: 'bytes',
    description: 'Length of every packet.',
  }),
  start: fixedBytes.meta({ description: 'Bytes (0 to 255) that every packet begins with.' }),
  end: fixedBytes.meta({ description: 'Bytes (0 to 255) that every packet ends with.' }),
  number: z.strictObject({
    at,
    length,
    encoding: z
      .enum(['binary', 'hex', 'decimal'])
      .default('binary')
      .meta({ description: 'The number as bytes, as ASCII hex digits or as ASCII digits.' }),
    order: z
      .enum(['big', 'little'])
      .default('big')
      .meta({ description: 'Whether its most or its least significant byte comes first.' }),
  }),
  checksum: z
    .strictObject({
      kind: z
        .enum(checksumKinds)
        .meta({ description: 'One byte: the exclusive or, or the sum, of the bytes below.' }),
      over: z.strictObject({ at, length, encoding: binaryOrHex }),
      field: z.strictObject({ at, length, encoding: binaryOrHex }),
    })
    .optional(),
});

export const serialSchema = z.strictObject({
  path: z
    .string()
    .max(4096)
    .regex(/^\/[^\0]+$/, 'must be an absolute path')
    .meta({
      description: 'The device; a path under `/dev/serial/by-id` stays the same when replugged.',
    }),
  baud_rate: z.int().min(300).max(921_600).default(9600).meta({
    unit: 'baud',
    description: 'Speed of the line.',
  }),
  data_bits: z.literal([7, 8]).default(8).meta({ description: 'Bits of a byte on the line.' }),
  parity: z
    .enum(['none', 'even', 'odd'])
    .default('none')
    .meta({ description: 'Parity of a byte on the line.' }),
  stop_bits: z.literal([1, 2]).default(1).meta({ description: 'Stop bits after a byte.' }),
  kind: z.enum(serialKinds).meta({
    description:
      'What comes: packets of EM4100 readers (RDM6300), packets as described by `packet`, or lines ' +
      'of a QR scanner or a plate reader.',
  }),
  packet: packetSchema.optional(),
});

export const keypadSchema = z.strictObject({
  kind: z.enum(keypadKinds).meta({
    description: 'How it sends: a frame of 4 or of 8 bits a key, or a frame of 26 bits a code.',
  }),
  between_keys_ms: z.int().min(500).max(60_000).default(5000).meta({
    unit: 'ms',
    description: 'Longest time between two keys of a code, and between a card and its PIN.',
  }),
  digits: z.int().min(1).max(longestCode).optional().meta({
    unit: 'digits',
    description: 'Length of every code, which then needs no `#`; default: any, sent by `#`.',
  }),
  facility: z.int().min(0).max(255).optional().meta({
    description:
      'Facility of the frames of a `buffered_26` keypad; default: 0. No card may have it.',
  }),
});

export const modeSchema = z
  .enum(readerModes)
  .optional()
  .meta({
    description:
      'What is taken: cards, codes, either, or a card and then its PIN; default: `card_or_code` with a ' +
      'keypad, else `card`.',
  });

type SerialConfig = z.output<typeof serialSchema>;

/** The parts of a reader that this file looks at. */
interface ReaderParts {
  readonly wiegand?: object | undefined;
  readonly serial?: SerialConfig | undefined;
  readonly formats?: readonly string[] | undefined;
  readonly frame_gap_ms?: number | undefined;
  readonly keypad?: z.output<typeof keypadSchema> | undefined;
  readonly mode?: ReaderMode | undefined;
}

/** Silence that a keypad leaves between two keys, however fast somebody types, milliseconds. */
const betweenBurstsMs = 60;

/** What does not go together in a reader. */
export function checkReader(reader: ReaderParts, path: string): ConfigProblem[] {
  const { wiegand, serial } = reader;
  if (wiegand && serial) {
    return [{ path: `${path}.serial`, sentence: 'does not go with wiegand' }];
  }
  if (!wiegand && !serial) return [{ path, sentence: 'needs wiegand or serial' }];
  if (!serial) return checkKeypad(reader, path);
  const ofWires = ['formats', 'frame_gap_ms', 'keypad', 'mode'] as const;
  const alien = ofWires.filter((key) => reader[key] !== undefined);
  return [
    ...alien.map((key) => ({ path: `${path}.${key}`, sentence: 'does not go with serial' })),
    ...checkSerial(serial, `${path}.serial`),
  ];
}

function checkKeypad(
  { keypad, mode, frame_gap_ms: gapMs = 0 }: ReaderParts,
  path: string,
): ConfigProblem[] {
  if (!keypad) {
    const sentence = 'needs a keypad';
    return mode && mode !== 'card' ? [{ path: `${path}.mode`, sentence }] : [];
  }
  const isBuffered = keypad.kind === 'buffered_26';
  const problems: ConfigProblem[] = [];
  if (!isBuffered && keypad.facility !== undefined) {
    const sentence = `does not go with ${keypad.kind}`;
    problems.push({ path: `${path}.keypad.facility`, sentence });
  }
  if (!isBuffered && gapMs > betweenBurstsMs) {
    const sentence = `must be at most ${betweenBurstsMs} with a keypad, or keys run together`;
    problems.push({ path: `${path}.frame_gap_ms`, sentence });
  }
  return problems;
}

/** The keypad of a reader. */
export function keypadOf(
  { kind, between_keys_ms, digits, facility = 0 }: z.output<typeof keypadSchema>,
  mode: ReaderMode = 'card_or_code',
): KeypadSetup {
  const betweenKeysUs = between_keys_ms * 1000;
  return { kind, mode, betweenKeysUs, facility, ...(digits !== undefined && { digits }) };
}

/** What does not go together in the `serial` part of a reader. */
function checkSerial({ kind, packet }: SerialConfig, path: string): ConfigProblem[] {
  if (kind !== 'packet') {
    const sentence = `does not go with kind ${kind}`;
    return packet ? [{ path: `${path}.packet`, sentence }] : [];
  }
  if (!packet) return [{ path: `${path}.packet`, sentence: 'is missing' }];
  return checkPacket(packet, `${path}.packet`);
}

function checkPacket(
  { length: all, start, end, number, checksum }: z.output<typeof packetSchema>,
  path: string,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const within = (name: string, field: PacketField) => {
    if (field.at + field.length > all) {
      problems.push({ path: `${path}.${name}`, sentence: `ends beyond the ${all} bytes` });
    }
    if (field.encoding === 'hex' && field.length % 2 === 1) {
      problems.push({ path: `${path}.${name}.length`, sentence: 'hex digits come in pairs' });
    }
  };
  within('number', number);
  if (start.length + end.length > all) {
    problems.push({ path: `${path}.length`, sentence: 'is shorter than start and end' });
  }
  if (checksum) {
    within('checksum.over', checksum.over);
    within('checksum.field', checksum.field);
    const { length: told, encoding } = checksum.field;
    if (told !== (encoding === 'hex' ? 2 : 1)) {
      problems.push({
        path: `${path}.checksum.field.length`,
        sentence: 'must be that of one byte',
      });
    }
  } else if (start.length + end.length === 0) {
    const sentence = 'needs start, end or checksum: without them any bytes would be a number';
    problems.push({ path, sentence });
  }
  return problems;
}

/** The line of a serial reader, and what comes over it. */
export function serialReaderOf(serial: SerialConfig): {
  readonly line: SerialLine;
  readonly reads: SerialReading;
} {
  const { path, baud_rate, data_bits, parity, stop_bits, kind, packet } = serial;
  const line = { path, baudRate: baud_rate, dataBits: data_bits, parity, stopBits: stop_bits };
  if (kind === 'qr' || kind === 'license_plate') return { line, reads: { kind } };
  const { checksum, ...rest } = packet ?? em4100Packet;
  const format = { ...rest, ...(checksum && { checksum }) };
  return { line: { ...line, packetLength: format.length }, reads: { kind, packet: format } };
}
