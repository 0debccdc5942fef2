/** Checks of the configuration that span several keys. */
import type { z } from 'zod';
import type { ConfigProblem } from '../errors.ts';
import { areaSchema, checkAreas } from './areas.ts';
import { enrolmentSchema } from './enrolment.ts';
import { checkInput, inputSchema } from './inputs.ts';
import { chipSchema } from './names.ts';
import { checkReader } from './readers.ts';
import { configSchema, readerSchema } from './schema.ts';
import { soundInput, soundLine, soundReader } from './sound-parts.ts';

/** Notes that a line is used, and where; says so if it is used already. */
type Use = (path: string, onChip: string | undefined, offset: number) => void;

/**
 * A line, a name or a lock that does not go with the others. Looks at whatever can be read, so that its
 * problems are told together with those of what cannot.
 */
export function crossCheck(raw: unknown): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const usedBy = new Map<string, string>();
  const defaultChip = chipOf(raw);
  const use: Use = (path, onChip, offset) => {
    const key = `${onChip ?? defaultChip}:${offset}`;
    const other = usedBy.get(key);
    if (other) problems.push({ path, sentence: `line ${offset} is already used by ${other}` });
    else usedBy.set(key, path);
  };
  const locks = partsOf(raw, 'locks');
  const present = new Set(Object.keys(locks));
  for (const [name, value] of Object.entries(locks)) {
    const lock = soundLine.safeParse(value).data;
    if (lock) use(`locks.${name}.line`, lock.chip, lock.line);
  }
  const names = new Set<string>();
  problems.push(...checkReaders(raw, names, present, use));
  problems.push(...checkInputs(raw, names, present, use), ...checkInterlock(raw));
  const readers = wellFormed(raw, 'readers', readerSchema);
  const areas = checkAreas({
    areas: wellFormed(raw, 'areas', areaSchema),
    known: Object.values(partsOf(raw, 'areas')).map((area) => memberOf(area, 'name')),
    readers,
    whole: readers.length === Object.keys(partsOf(raw, 'readers')).length,
    toggles: Object.keys(locks).filter((name) => memberOf(locks[name], 'toggle') === true),
  });
  return [...problems, ...areas, ...checkEnrolment(raw, present)];
}

/** Of lines that name none. One that cannot be read is like no other. */
function chipOf(raw: unknown): string {
  const chip = memberOf(memberOf(raw, 'gpio'), 'chip');
  return chip === undefined ? 'gpiochip0' : (chipSchema.safeParse(chip).data ?? '');
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** @param names is filled. */
function checkReaders(
  raw: unknown,
  names: Set<string>,
  locks: ReadonlySet<string>,
  use: Use,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const devices = new Map<string, string>();
  for (const [index, value] of Object.entries(partsOf(raw, 'readers'))) {
    const path = `readers[${index}]`;
    const say = (key: string, sentence: string) =>
      problems.push({ path: `${path}.${key}`, sentence });
    const whole = readerSchema.safeParse(value).data;
    if (whole) problems.push(...checkReader(whole, path));
    const reader = soundReader.safeParse(value).data;
    if (!reader) continue;
    const { d0, d1, chip } = reader.wiegand ?? {};
    if (d0 !== undefined) use(`${path}.wiegand.d0`, chip, d0);
    if (d1 !== undefined && d1 === d0) say('wiegand.d1', 'must not be the line of d0');
    else if (d1 !== undefined) use(`${path}.wiegand.d1`, chip, d1);
    if (reader.serial) {
      const other = devices.get(reader.serial.path);
      if (other) say('serial.path', `is already used by ${other}`);
      else devices.set(reader.serial.path, `${path}.serial.path`);
    }
    if (reader.name !== undefined) {
      if (names.has(reader.name)) say('name', `${reader.name} is used twice`);
      names.add(reader.name);
    }
    for (const part of ['led', 'red_led', 'buzzer'] as const) {
      const output = reader[part];
      if (output) use(`${path}.${part}.line`, output.chip, output.line);
    }
    for (const lock of reader.locks ?? []) {
      if (!locks.has(lock)) say('locks', `there is no lock ${lock}`);
    }
  }
  return problems;
}

function checkInputs(
  raw: unknown,
  readers: ReadonlySet<string>,
  locks: ReadonlySet<string>,
  use: Use,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const names = new Set<string>();
  const doors = new Map<string, string>();
  for (const [index, value] of Object.entries(partsOf(raw, 'inputs'))) {
    if (typeof value !== 'object' || value === null) continue;
    const path = `inputs[${index}]`;
    const say = (key: string, sentence: string) =>
      problems.push({ path: `${path}.${key}`, sentence });
    const wire = soundLine.safeParse(value).data;
    if (wire) use(`${path}.line`, wire.chip, wire.line);
    const whole = inputSchema.safeParse(value).data;
    if (whole) problems.push(...checkInput(value, whole, path));
    const { name, kind, reader, ...input } = soundInput.safeParse(value).data ?? {};
    if (name !== undefined) {
      if (names.has(name)) say('name', `${name} is used twice`);
      names.add(name);
    }
    const isContact = kind === 'door_contact';
    const named = input.locks ?? (isContact && !('locks' in value) ? ['first' as const] : []);
    for (const lock of named) if (!locks.has(lock)) say('locks', `there is no lock ${lock}`);
    if (reader !== undefined && !readers.has(reader)) say('reader', `there is no reader ${reader}`);
    if (!isContact || named.length === 0) continue;
    const door = named.join(',');
    const other = doors.get(door);
    if (other) say('locks', `the door of ${door} has a contact already: ${other}`);
    doors.set(door, path);
  }
  return problems;
}

function checkEnrolment(raw: unknown, locks: ReadonlySet<string>): ConfigProblem[] {
  const { data } = enrolmentSchema.safeParse(partsOf(raw, 'enrolment'));
  if (!data || data.lock === 'reader' || data.lock === 'all' || locks.has(data.lock)) return [];
  return [{ path: 'enrolment.lock', sentence: `there is no lock ${data.lock}` }];
}

/** An interlock has two doors, and each reader is at one of them. */
function checkInterlock(raw: unknown): ConfigProblem[] {
  const { data } = configSchema.shape.door.safeParse(partsOf(raw, 'door'));
  if (!data?.interlock) return [];
  const locks = partsOf(raw, 'locks');
  const problems: ConfigProblem[] = [];
  if (!('second' in locks)) {
    problems.push({ path: 'door.interlock', sentence: 'needs a second lock' });
  }
  for (const [name, value] of Object.entries(locks)) {
    if (memberOf(value, 'toggle') !== true) continue;
    problems.push({ path: `locks.${name}.toggle`, sentence: 'does not go with an interlock' });
  }
  for (const [index, value] of Object.entries(partsOf(raw, 'readers'))) {
    const reader = readerSchema.safeParse(value).data;
    if (!reader || reader.locks?.length === 1) continue;
    const sentence = 'must name one lock: with an interlock a reader is at one door';
    problems.push({ path: `readers[${index}].locks`, sentence });
  }
  return problems;
}

/** The items of a list that are right by themselves, each with its path. */
function wellFormed<T>(raw: unknown, key: string, schema: z.ZodType<T>) {
  return Object.entries(partsOf(raw, key)).flatMap(([index, value]) => {
    const part = schema.safeParse(value).data;
    return part === undefined ? [] : [{ path: `${key}[${index}]`, part }];
  });
}

/** The members of an object or array under `key`, whatever the rest looks like. */
function partsOf(raw: unknown, key: string): { [name: string]: unknown } {
  if (typeof raw !== 'object' || raw === null) return {};
  const value: unknown = Reflect.get(raw, key);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
