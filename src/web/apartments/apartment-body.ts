/** An apartment as the panel API writes it, both ways (its page "Create Apartment Entity"). */
import { z } from 'zod';
import type { Apartment, Identifier } from '../../door/model.ts';
import { errors } from '../answer.ts';

/** The pages give no limits for these. */
const longestName = 1000;
const mostResidents = 2 ** 31 - 1;

/** A part of a logical address, with the error text that the pages have for a wrong one. */
function part(minimum: number, maximum: number) {
  return z
    .int()
    .refine((value) => value >= minimum && value <= maximum, errors.wrongAddress)
    .meta({ minimum, maximum });
}

/** Body of create and update; also what answers repeat. */
export const apartmentBody = z.object({
  apartment_address: z.object({
    building: part(1, 9999),
    unit: part(0, 99).default(0),
    floor: part(0, 98).default(0),
    room: part(0, 99).default(0),
  }),
  apartment_name: z
    .string()
    .max(longestName)
    .regex(/^\S(.*\S)?$/)
    .refine((value) => !/\p{Cs}/u.test(value), errors.wrongBody),
  residents: z.object({ count: z.int().min(0).max(mostResidents).default(0) }),
});

/** How outside systems name an apartment; stored in lower case. */
export const linkId = z.guid().transform((text) => text.toLowerCase());

/** One item of create-or-update by link id. */
export const linkedApartmentBody = apartmentBody.extend({ link_id: linkId.nullish() });

/** What to store for a body. */
export function apartmentOf(body: z.output<typeof linkedApartmentBody>): Apartment {
  const { apartment_address: address, apartment_name: name, residents, link_id: link } = body;
  const fields = { name, ...address, residents: residents.count };
  return link === undefined || link === null ? fields : { ...fields, linkId: link };
}

/** An apartment in a list. */
export const apartmentItemAnswer = z.strictObject({
  uid: z.int(),
  apartment_address: z.strictObject({
    building: z.int(),
    unit: z.int(),
    floor: z.int(),
    room: z.int(),
  }),
  apartment_name: z.string(),
  residents: z.strictObject({ count: z.int() }),
  link_id: z.string().nullable(),
});

const entities = z.strictObject({
  count: z.int(),
  uid_items: z.array(z.int()),
  link_ids: z.array(z.string()),
});

/** An apartment with its identifiers. */
export const apartmentAnswer = apartmentItemAnswer.extend({
  identifiers: z.strictObject({ physicals: entities, input_numbers: entities }),
});

/** An apartment as lists write it. */
export function apartmentItem(apartment: Apartment & { readonly uid: number }) {
  const { uid, building, unit, floor, room, name, residents, linkId: link } = apartment;
  return {
    uid,
    apartment_address: { building, unit, floor, room },
    apartment_name: name,
    residents: { count: residents },
    link_id: link ?? null,
  };
}

/**
 * The identifiers of an apartment. Physical ones are chips; what is typed or shown is among the
 * numbers, so that none is left out.
 */
export function apartmentIdentifiers(identifiers: readonly Identifier[]) {
  const isPhysical = ({ type }: Identifier) => type === 'card' || type === 'ukey';
  return {
    physicals: entitiesOf(identifiers.filter(isPhysical)),
    input_numbers: entitiesOf(identifiers.filter((identifier) => !isPhysical(identifier))),
  };
}

function entitiesOf(identifiers: readonly Identifier[]) {
  return {
    count: identifiers.length,
    uid_items: identifiers.map(({ uid }) => uid),
    link_ids: identifiers.flatMap(({ linkId: link }) => (link === undefined ? [] : [link])),
  };
}
