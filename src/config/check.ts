/** Checks of the configuration that span several keys. */
import { z } from 'zod';
import type { ConfigProblem } from '../errors.ts';
import { areaSchema, checkAreas } from './areas.ts';
import { enrolmentSchema } from './enrolment.ts';
import { checkInput, inputSchema } from './inputs.ts';
import { chipSchema } from './names.ts';
import { checkReader } from './readers.ts';
import { configSchema, lockSchema, readerSchema } from './schema.ts';

/**
 * A line, a name or a lock that does not go with the others. Looks at every part that is well-formed by itself, so that its
 * problems are told together with those of the other parts.
 */
export function crossCheck(raw: unknown): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const gpioChip = z.object({ gpio: z.object({ chip: chipSchema }) }).safeParse(raw).data
    ?.gpio.chip;
  const defaultChip = gpioChip ?? 'gpiochip0';
  const usedBy = new Map<string, string>();
  const use = (path: string, onChip: string | undefined, offset: number) => {
    const key = `${onChip ?? defaultChip}:${offset}`;
    const other = usedBy.get(key);
    if (other) problems.push({ path, sentence: `line ${offset} is already used by ${other}` });
    else usedBy.set(key, path);
  };

  const locks = partsOf(raw, 'locks');
  const present = new Set(Object.keys(locks));
  for (const [name, value] of Object.entries(locks)) {
    const lock = lockSchema.safeParse(value).data;
    if (lock) use(`locks.${name}.line`, lock.chip, lock.line);
  }

  const names = new Set<string>();
  const devices = new Map<string, string>();
  for (const [index, value] of Object.entries(partsOf(raw, 'readers'))) {
    const reader = readerSchema.safeParse(value).data;
    if (!reader) continue;
    const path = `readers[${index}]`;
    problems.push(...checkReader(reader, path));
    if (reader.wiegand) {
      const { d0, d1, chip: onChip } = reader.wiegand;
      use(`${path}.wiegand.d0`, onChip, d0);
      if (d0 === d1) {
        problems.push({ path: `${path}.wiegand.d1`, sentence: 'must not be the line of d0' });
      } else use(`${path}.wiegand.d1`, onChip, d1);
    }
    if (reader.serial) {
      const place = `${path}.serial.path`;
      const other = devices.get(reader.serial.path);
      if (other) problems.push({ path: place, sentence: `is already used by ${other}` });
      else devices.set(reader.serial.path, place);
    }
    if (names.has(reader.name)) {
      problems.push({ path: `${path}.name`, sentence: `${reader.name} is used twice` });
    }
    names.add(reader.name);
    for (const part of ['led', 'red_led', 'buzzer'] as const) {
      const output = reader[part];
      if (output) use(`${path}.${part}.line`, output.chip, output.line);
    }
    for (const lock of reader.locks ?? []) {
      if (!present.has(lock)) {
        problems.push({ path: `${path}.locks`, sentence: `there is no lock ${lock}` });
      }
    }
  }
  problems.push(...checkInputs(raw, names, present, use), ...checkInterlock(raw));
  const readers = wellFormed(raw, 'readers', readerSchema);
  const areas = checkAreas({
    areas: wellFormed(raw, 'areas', areaSchema),
    readers,
    whole: readers.length === Object.keys(partsOf(raw, 'readers')).length,
    toggles: Object.keys(locks).filter((name) => lockSchema.safeParse(locks[name]).data?.toggle),
  });
  return [...problems, ...areas, ...checkEnrolment(raw, present)];
}

function checkInputs(
  raw: unknown,
  readers: ReadonlySet<string>,
  locks: ReadonlySet<string>,
  use: (path: string, onChip: string | undefined, offset: number) => void,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const names = new Set<string>();
  const doors = new Map<string, string>();
  for (const [index, value] of Object.entries(partsOf(raw, 'inputs'))) {
    const input = inputSchema.safeParse(value).data;
    if (!input || typeof value !== 'object' || value === null) continue;
    const path = `inputs[${index}]`;
    const say = (key: string, sentence: string) =>
      problems.push({ path: `${path}.${key}`, sentence });
    use(`${path}.line`, input.chip, input.line);
    problems.push(...checkInput(value, input, path));
    if (names.has(input.name)) say('name', `${input.name} is used twice`);
    names.add(input.name);
    const named = input.locks ?? (input.kind === 'door_contact' ? ['first' as const] : []);
    for (const lock of named) if (!locks.has(lock)) say('locks', `there is no lock ${lock}`);
    if (input.reader !== undefined && !readers.has(input.reader)) {
      say('reader', `there is no reader ${input.reader}`);
    }
    if (input.kind !== 'door_contact') continue;
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
    if (!lockSchema.safeParse(value).data?.toggle) continue;
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
