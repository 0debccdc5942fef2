/** An identifier as the panel API writes it, both ways (its pages "Create" and "Update Identifier Entity"). */
import { z } from 'zod';
import {
  type Identifier,
  type IdentifierFields,
  identifierTypes,
  type Representation,
} from '../door/model.ts';
import { formatNumber, parseNumber } from '../door/number.ts';
import { freshPasses } from '../door/passes.ts';
import type { WiegandSetting } from '../ports-store.ts';
import { errors } from './answer.ts';

/** The pages give no limit; a name of this length is no name. */
const longestName = 16_384;
const mostPasses = 2 ** 31 - 1;

/** Text that survives the database: half of a surrogate pair would come back as another one. */
const text = z.string().refine((value) => !/\p{Cs}/u.test(value), errors.wrongBody);

/**
 * Unix seconds in the range of int64. What lies beyond the whole numbers of JavaScript (a client's
 * way to say "for ever") becomes the largest of them: 285 million years are as good.
 */
const seconds = z
  .number()
  .check(({ value, issues }) => {
    if (!Number.isInteger(value)) {
      issues.push({ code: 'invalid_type', expected: 'int', input: value });
    } else if (Math.abs(value) > 2 ** 63) {
      issues.push({ code: 'custom', message: errors.wrongBody, input: value });
    }
  })
  .transform((value) =>
    Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER),
  );

const time = z.discriminatedUnion('is_permanent', [
  z.object({ is_permanent: z.literal(true) }),
  z
    .object({ is_permanent: z.literal(false), from: seconds, to: seconds })
    .refine(({ from, to }) => to > from, errors.wrongWindow),
]);

const passes = z.discriminatedUnion('is_permanent', [
  z.object({ is_permanent: z.literal(true) }),
  z.object({ is_permanent: z.literal(false), max_passes: z.int().min(1).max(mostPasses) }),
]);

/** Clients leave `valid` out, send nulls, or put `time` into `passes`: all are understood. */
const valid = z.preprocess(
  withTimeInPlace,
  z.object({ time: time.nullish(), passes: passes.nullish() }).nullish(),
);

const type = z.enum([...identifierTypes, 'face_id']).transform((value, { issues }) => {
  if (value !== 'face_id') return value;
  issues.push({ code: 'custom', message: errors.noFaces, input: value });
  return z.NEVER;
});

/** Body of create and update. */
export const identifierBody = z.object({
  identifier_owner: z.object({
    name: text.max(longestName),
    type: z.enum(['owner', 'guest']),
  }),
  identifier_type: type,
  identifier_number: text,
  lock: z.enum(['first', 'second', 'all']),
  valid,
});
/** A body that has passed its checks. */
export type IdentifierBody = z.output<typeof identifierBody>;

/** What to store for a body; undefined when the number is none of its type. */
export function fieldsOf(
  body: IdentifierBody,
  representation: Representation,
): IdentifierFields | undefined {
  const { identifier_type: type, identifier_owner: owner, lock } = body;
  const number = parseNumber(type, body.identifier_number, representation);
  if (number === undefined) return undefined;
  const { time, passes } = body.valid ?? {};
  return {
    ...{ type, number, owner, lock },
    ...(time && !time.is_permanent && { window: { fromS: time.from, toS: time.to } }),
    ...(passes && !passes.is_permanent && { passes: freshPasses(passes.max_passes) }),
  };
}

/**
 * An identifier as answers write it. `from`, `to` and `max_passes` are absent where there is no
 * limit: the pages call them optional integers, so a client survives their absence, while not
 * every one survives a null. Apartments, profiles and links do not exist here yet; their members
 * stand with the values that the pages give for none.
 */
export function identifierItem(identifier: Identifier, { representation, type }: WiegandSetting) {
  const { uid, window, passes } = identifier;
  return {
    identifier_uid: uid,
    identifier_owner: identifier.owner,
    identifier_type: identifier.type,
    identifier_number: formatNumber(identifier.type, identifier.number, representation, type),
    lock: identifier.lock,
    valid: {
      time: window
        ? { is_permanent: false, from: window.fromS, to: window.toS }
        : { is_permanent: true },
      passes: passes ? { is_permanent: false, max_passes: passes.max } : { is_permanent: true },
    },
    apartment: { uid: -1, link_id: null },
    time_profiles: { count: 0, uid_items: [], link_ids: [] },
    link_id: null,
    additional: { passes_left: passes ? passes.left : -1 },
  };
}

function withTimeInPlace(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { time, passes }: { time?: unknown; passes?: unknown } = value;
  const inside =
    typeof passes === 'object' && passes !== null ? Reflect.get(passes, 'time') : undefined;
  return (time === undefined || time === null) && inside !== undefined
    ? { ...value, time: inside }
    : value;
}
