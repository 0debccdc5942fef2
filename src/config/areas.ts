/** The part of the configuration that says which readers lead in and out of what. */
import { z } from 'zod';
import { antiPassbackModes, directions, type Side } from '../door/anti-passback.ts';
import { identifierTypes } from '../door/model.ts';
import type { ConfigProblem } from '../errors.ts';
import { nameSchema } from './names.ts';

export const areaSchema = z.strictObject({
  name: nameSchema.meta({ description: 'Name of the area in events; unique.' }),
  anti_passback: z
    .enum(antiPassbackModes)
    .default('soft')
    .meta({
      description:
        'What happens to somebody who is on that side already: `soft` opens and the event says so, ' +
        '`hard` refuses, `timed` refuses the same way again for `again_after_seconds`.',
    }),
  again_after_seconds: z.int().min(1).max(86_400).optional().meta({
    unit: 's',
    description: 'Of `timed`: for how long the same identifier may not pass the same way again.',
  }),
  forgive_after_hours: z.number().min(0.1).max(720).optional().meta({
    unit: 'h',
    description: 'A passage longer ago no longer counts; default: it counts until the next one.',
  }),
  forgive_at: z
    .string()
    .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "must be a time as '04:00', in quotes")
    .optional()
    .meta({
      description: 'Time of day from which earlier passages no longer count; default: never.',
    }),
  exempt: z
    .array(z.enum(identifierTypes))
    .default([])
    .meta({ description: 'Kinds of identifier to which the rule does not apply.' }),
});

export const readerAreaSchema = nameSchema.optional().meta({
  description: 'Area that this reader leads into or out of, one of `areas`; default: none.',
});

export const directionSchema = z
  .enum(directions)
  .optional()
  .meta({ description: 'Which way it leads; given with `area`.' });

type AreaConfig = z.output<typeof areaSchema>;

/** The parts of a reader that this file looks at. */
interface ReaderParts {
  readonly area?: string | undefined;
  readonly direction?: (typeof directions)[number] | undefined;
  readonly locks?: readonly string[] | undefined;
}

/** A part of the file that is well-formed by itself, and its path. */
interface Placed<T> {
  readonly path: string;
  readonly part: T;
}

/** What is looked at together. */
interface Plan {
  readonly areas: readonly Placed<AreaConfig>[];
  /** Names of all areas, also of those in which something is wrong. */
  readonly known: readonly unknown[];
  readonly readers: readonly Placed<ReaderParts>[];
  /** Whether these are all the readers; others could not be read. */
  readonly whole: boolean;
  /** Locks that toggle. */
  readonly toggles: readonly string[];
}

/** What does not go together in areas and the readers that lead there. */
export function checkAreas({ areas, known, readers, whole, toggles }: Plan): ConfigProblem[] {
  const names = areas.map(({ part }) => part.name);
  return [
    ...readers.flatMap((reader) => checkReaderArea(reader, known, toggles)),
    ...areas.flatMap(({ part, path }, index) => {
      const led = readers.filter((reader) => reader.part.area === part.name);
      const twice = { path: `${path}.name`, sentence: `${part.name} is used twice` };
      return [
        ...(names.indexOf(part.name) < index ? [twice] : []),
        ...checkTimes(part, path),
        ...(whole ? checkWays(part, led, path) : []),
      ];
    }),
  ];
}

function checkReaderArea(
  { part: { area, direction, locks }, path }: Placed<ReaderParts>,
  names: readonly unknown[],
  toggles: readonly string[],
): ConfigProblem[] {
  if (area === undefined) {
    return direction ? [{ path: `${path}.direction`, sentence: 'does not go without area' }] : [];
  }
  const problems: ConfigProblem[] = [];
  if (!names.includes(area)) {
    problems.push({ path: `${path}.area`, sentence: `there is no area ${area}` });
  }
  if (!direction) {
    problems.push({ path: `${path}.direction`, sentence: 'is missing: area needs in or out' });
  }
  if (toggles.some((lock) => locks?.includes(lock) ?? true)) {
    const sentence = 'does not go with a lock that toggles: a grant may lock it';
    problems.push({ path: `${path}.area`, sentence });
  }
  return problems;
}

function checkTimes(area: AreaConfig, path: string): ConfigProblem[] {
  const { anti_passback: mode, again_after_seconds: again } = area;
  if (mode !== 'timed') {
    const sentence = `does not go with anti_passback ${mode}`;
    return again === undefined ? [] : [{ path: `${path}.again_after_seconds`, sentence }];
  }
  const unused = (['forgive_after_hours', 'forgive_at'] as const).filter(
    (key) => area[key] !== undefined,
  );
  const sentence = 'does not go with anti_passback timed, which forgives by itself';
  return [
    ...(again === undefined
      ? [{ path: `${path}.again_after_seconds`, sentence: 'is missing: timed needs it' }]
      : []),
    ...unused.map((key) => ({ path: `${path}.${key}`, sentence })),
  ];
}

/** Whoever comes in must be able to go out by a reader, or would be shut out the next time. */
function checkWays(
  { anti_passback: mode }: AreaConfig,
  readers: readonly Placed<ReaderParts>[],
  path: string,
): ConfigProblem[] {
  if (mode === 'off') return [];
  const ways = readers.map(({ part }) => part.direction);
  const needed = mode === 'timed' ? [] : directions.filter((way) => !ways.includes(way));
  const sentence = (what: string) => `needs a reader with ${what}`;
  if (ways.length === 0) return [{ path, sentence: sentence('this area') }];
  return needed.map((way) => ({ path, sentence: sentence(`direction ${way}`) }));
}

/** Where a reader stands; undefined: nowhere that has a rule. */
export function sideOf(
  { area: name, direction }: ReaderParts,
  areas: readonly AreaConfig[],
): Side | undefined {
  const area = areas.find((one) => one.name === name);
  if (!area || !direction || area.anti_passback === 'off') return undefined;
  const { forgive_after_hours: hours, forgive_at: at } = area;
  const [hour = 0, minute = 0] = at?.split(':').map(Number) ?? [];
  return {
    direction,
    area: {
      name: area.name,
      mode: area.anti_passback,
      againAfterMs: (area.again_after_seconds ?? 0) * 1000,
      exempt: area.exempt,
      ...(hours !== undefined && { forgiveAfterMs: hours * 3_600_000 }),
      ...(at !== undefined && { forgiveAtS: hour * 3600 + minute * 60 }),
    },
  };
}
