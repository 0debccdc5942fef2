/** An identifier as the panel API writes it, both ways (its pages "Create" and "Update Identifier Entity"). */
import { z } from 'zod';
import {
  type IdentifierFields,
  type IdentifierType,
  identifierTypes,
  type Representation,
} from '../../door/model.ts';
import { parseNumber, readNumber } from '../../door/number.ts';
import { freshPasses } from '../../door/passes.ts';
import { errors } from '../answer.ts';

/** The pages give no limit; a name of this length is no name. */
export const longestName = 16_384;
export const mostPasses = 2 ** 31 - 1;

/** Text that survives the database: half of a surrogate pair would come back as another one. */
export const text = z.string().refine((value) => !/\p{Cs}/u.test(value), errors.wrongBody);

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

/** Beside it, limits say nothing: clients send the old ones, zeros or nulls. */
export const permanent = z.object({ is_permanent: z.literal(true) });
/** A window as written; whether it is one is for the caller to see. */
export const windowBody = z.object({ is_permanent: z.literal(false), from: seconds, to: seconds });

const time = z.discriminatedUnion('is_permanent', [
  permanent,
  windowBody.refine(({ from, to }) => to > from, errors.wrongWindow),
]);

const passes = z.discriminatedUnion('is_permanent', [
  permanent,
  z.object({ is_permanent: z.literal(false), max_passes: z.int().min(1).max(mostPasses) }),
]);

const type = z.enum([...identifierTypes, 'face_id']).transform((value, { issues }) => {
  if (value !== 'face_id') return value;
  issues.push({ code: 'custom', message: errors.noFaces, input: value });
  return z.NEVER;
});

/** Who holds it and what it opens, in every body. */
export const holderBody = {
  identifier_owner: z.object({
    name: text.max(longestName),
    type: z.enum(['owner', 'guest']),
  }),
  lock: z.enum(['first', 'second', 'all']),
};

/** Body of create and update. */
export const identifierBody = z.preprocess(
  limitsInPlace,
  z.object({
    identifier_owner: holderBody.identifier_owner,
    identifier_type: type,
    identifier_number: text,
    lock: holderBody.lock,
    valid: z.object({ time: time.nullish(), passes: passes.nullish() }).nullish(),
  }),
);
/** A body that has passed its checks. */
export type IdentifierBody = z.output<typeof identifierBody>;

/**
 * What to store for a body; undefined when the number is none of its type. `known` numbers may be
 * written as answers write them, which for long cards is longer than clients may create.
 */
export function fieldsOf(
  body: IdentifierBody,
  representation: Representation,
  known: (type: IdentifierType, number: string) => boolean = () => false,
): IdentifierFields | undefined {
  const { identifier_type: type, identifier_owner: owner, lock } = body;
  const number = givenNumber(type, body.identifier_number, representation, known);
  if (number === undefined) return undefined;
  const { time, passes } = body.valid ?? {};
  return {
    type,
    number,
    owner,
    lock,
    ...(time && !time.is_permanent && { window: { fromS: time.from, toS: time.to } }),
    ...(passes && !passes.is_permanent && { passes: freshPasses(passes.max_passes) }),
  };
}

/** The canonical number of a text: one that may be created, or one that there is, as answers write it. */
export function givenNumber(
  type: IdentifierType,
  text: string,
  representation: Representation,
  known: (type: IdentifierType, number: string) => boolean,
): string | undefined {
  const number = readNumber(type, text, representation);
  if (number === undefined || parseNumber(type, text, representation) === number) return number;
  return known(type, number) ? number : undefined;
}

/**
 * Puts `time` and `passes` where the newest pages have them, in `valid`: older ones have them at the
 * top, and clients put `time` into `passes`. A limit counts wherever it stands, or an identifier
 * would pass more often than it was told to.
 */
export function limitsInPlace(body: unknown): unknown {
  if (!isObject(body)) return body;
  const valid = Reflect.get(body, 'valid') ?? {};
  if (!isObject(valid)) return body;
  const said = (member: string) => Reflect.get(valid, member) ?? Reflect.get(body, member);
  const passes = said('passes');
  const inside: unknown = isObject(passes) ? Reflect.get(passes, 'time') : undefined;
  return { ...body, valid: { ...valid, passes, time: said('time') ?? inside } };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
