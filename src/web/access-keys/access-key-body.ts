/** Access keys as the access-key API writes them, both ways (its page on adding keys). */
import { z } from 'zod';
import type { AccessKeyChange } from '../../door/access-key.ts';
import { clockFloorMs } from '../../door/clock-trust.ts';
import { parseIsoTime } from '../../door/iso-time.ts';
import { errors } from '../answer.ts';
import { jsonSchemaOf } from '../docs/json-schema.ts';
import { numbersAtMost } from './access-key-number.ts';

/** Texts of this API's own refusals. Its pages show none. */
export const keyErrors = {
  wrongIdentification: 'Wrong key identification',
  wrongPin: 'Wrong PIN: four digits are needed',
  wrongDate: (param: string) =>
    `Wrong time in \`${param}\`: ISO 8601 with \`Z\` or an offset is needed`,
  wrongWindow: '`valid_from_date` must be before `valid_to_date`',
  unknownLevel: 'Unknown access level',
  unknownPerson: 'Unknown person',
  unknownKey: 'Unknown access key',
  taken: 'A number of this key belongs to another access key',
  masterCode: 'This code is the master code of the panel',
  masterCard: 'This number is the master card of the panel',
  noCode: 'No code is free',
} as const;

const levelsAtMost = 100;

/** Text that survives the database: half of a surrogate pair would come back as another one. */
const text = z.string().refine((value) => !/\p{Cs}/u.test(value), errors.wrongBody);
const name = text.pipe(z.string().max(32));

/** `key` of a body; whether its identification is one is asked where its refusal is made. */
const keySpec = z.object({
  type: z.enum(['proximity', 'code']),
  identification: z.string().nullish(),
});
/** The number that a key is asked for by. */
export type KeySpec = z.output<typeof keySpec>;

/** A time as answers write it. */
export const isoTime = z.string().meta({ format: 'date-time' });

/** A time in a body, ISO 8601 -> Unix milliseconds; may be null or absent. */
export function moment(param: string) {
  return z
    .string()
    .meta({ format: 'date-time' })
    .transform((value, { issues }) => {
      const unixMs = parseIsoTime(value);
      if (unixMs !== undefined) return unixMs;
      issues.push({ code: 'custom', message: keyErrors.wrongDate(param), input: value });
      return z.NEVER;
    })
    .nullish();
}

const exampleKey = { type: 'proximity', identification: '0000001850187' } as const;
const exampleId = '00000001-5c1c-8c0e-9d5b-3f2a1f6c8e01';

/** `person` of a body. */
export const personBody = z
  .object({
    id: z.uuid().nullish(),
    first_name: name.nullish(),
    last_name: name.nullish(),
  })
  .nullish();

/** Body of `/v1/accesskeys/add`. Where null means nothing else, it is as if the member were absent. */
export const addBody = z
  .object({
    id: z.uuid().nullish(),
    key: keySpec.nullish(),
    pin: z
      .string()
      .refine((value) => /^[0-9]{4}$/.test(value), keyErrors.wrongPin)
      .nullish(),
    valid_from_date: moment('valid_from_date'),
    valid_to_date: moment('valid_to_date'),
    // The length first: a long list of wrong values would cost a report for each.
    access_levels: z.array(z.unknown()).max(levelsAtMost).pipe(z.array(z.uuid())).optional(),
    // Checked only where a key is made: the page says that a change does not use it.
    person: z
      .unknown()
      .optional()
      .meta({ ...jsonSchemaOf(personBody, 'input') }),
  })
  .meta({ examples: [{ key: exampleKey, person: { first_name: 'Ann', last_name: 'Moss' } }] });
/** A body of `/v1/accesskeys/add` that has passed its checks. */
export type AddBody = z.output<typeof addBody>;

/** Body of `/v1/accesskeys/remove`. */
export const removeBody = z
  .object({ id: z.uuid().nullish(), key: keySpec.nullish() })
  .meta({ examples: [{ id: exampleId }] });

/** Body of `/v1/accesskeys/status`. */
export const statusBody = z.object({ id: z.uuid().meta({ examples: [exampleId] }) });

/** `key` of an answer. */
export const keyAnswer = z.strictObject({
  identification: z.string(),
  type: z.enum(['proximity', 'code']),
});

/** `person` of an answer. */
export const personAnswer = z.strictObject({
  id: z.uuid(),
  first_name: z.string(),
  last_name: z.string(),
});

/** Answer of `/v1/accesskeys/add`; dates that are not set are absent. */
export const accessKeyAnswer = z.strictObject({
  id: z.uuid(),
  key: keyAnswer,
  valid_from_date: isoTime.optional(),
  valid_to_date: isoTime.optional(),
  access_levels: z.array(z.uuid()),
  person: personAnswer,
});

/** Answer of `/v1/accesskeys/status`. */
export const statusAnswer = z.strictObject({
  id: z.uuid(),
  status: z.enum(['Applied', 'NotApplied']),
  systems_where_applied: z.array(
    z.strictObject({ system_id: z.string(), applied_at: isoTime.optional() }),
  ),
  systems_where_pending: z.array(z.never()).max(0),
  systems_where_failed: z.array(z.never()).max(0),
});

/**
 * What a body changes, at `nowMs` by the panel's clock. Whole seconds: a key never works a moment longer
 * than was asked for.
 */
export function changeOf(
  body: AddBody,
  levels: readonly number[] | undefined,
  nowMs: number,
): AccessKeyChange {
  const { pin, valid_from_date: fromMs, valid_to_date: toMs } = body;
  return {
    ...(pin !== undefined && { pin }),
    ...(fromMs !== undefined && { fromS: fromMs === null ? null : Math.ceil(fromMs / 1000) }),
    ...(toMs !== undefined && { toS: toMs === null ? null : Math.floor(toMs / 1000) }),
    ...(levels && { levels }),
    ...(nowMs >= clockFloorMs(0) && { atS: Math.floor(nowMs / 1000) }),
  };
}

/** What the pages leave open about numbers, for every call that takes one. */
export const numberNotes =
  'Numbers may have any count of leading zeros; `EM:`, `MC:` and `MD:` limit digits and range, without ' +
  `one up to 128 bits are taken. A composite key has at most ${numbersAtMost} numbers; each opens when ` +
  'it is presented alone, and any of them names the key. What the panel API changes of one number is ' +
  'so for all, but for passes, which are of each number; deleting the first number there deletes the ' +
  'key, deleting another one only that. Codes are 1 to 10 decimal digits.';
