/** An identifier as every answer of the panel API writes it. */
import { z } from 'zod';
import { type Identifier, identifierTypes } from '../../door/model.ts';
import { formatNumber } from '../../door/number.ts';
import { shownWindow } from '../../door/restate.ts';
import type { StoreReaders, WiegandSetting } from '../../ports/store.ts';

const permanent = z.strictObject({ is_permanent: z.literal(true) });

/** Shape of an identifier in an answer. */
export const identifierAnswer = z.strictObject({
  identifier_uid: z.int().min(1),
  identifier_owner: z.strictObject({ name: z.string(), type: z.enum(['owner', 'guest']) }),
  identifier_type: z.enum(identifierTypes),
  identifier_number: z.string(),
  lock: z.enum(['first', 'second', 'all']),
  valid: z.strictObject({
    time: z.union([
      permanent,
      z.strictObject({ is_permanent: z.literal(false), from: z.int(), to: z.int() }),
    ]),
    passes: z.union([
      permanent,
      z.strictObject({ is_permanent: z.literal(false), max_passes: z.int().min(1) }),
    ]),
  }),
  apartment: z.strictObject({
    uid: z.int().min(-1),
    link_id: z.string().nullable(),
    logical_address: z
      .strictObject({ building: z.int(), unit: z.int(), floor: z.int(), room: z.int() })
      .optional(),
  }),
  time_profiles: z.strictObject({
    count: z.int().min(0),
    uid_items: z.array(z.int().min(1)),
    link_ids: z.array(z.string()),
  }),
  link_id: z.string().nullable(),
  additional: z.strictObject({ passes_left: z.int().min(-1) }),
});

/** An identifier in an answer. */
export type IdentifierItem = z.input<typeof identifierAnswer>;

/** What identifiers refer to. */
export type Referred = Pick<StoreReaders, 'timeProfiles' | 'apartments'>;

/**
 * An identifier as answers write it. `from`, `to` and `max_passes` are absent where there is no
 * limit: the pages call them optional integers, so a client survives their absence, while not
 * every one survives a null. Of an apartment that is not there yet, the link id is told.
 */
export function identifierItem(
  identifier: Identifier,
  { representation, type }: WiegandSetting,
  referred: Referred,
): IdentifierItem {
  const { uid, passes, linkId } = identifier;
  const window = identifier.window && shownWindow(identifier.window);
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
    apartment: apartmentOf(identifier, referred),
    time_profiles: profilesOf(identifier, referred),
    link_id: linkId ?? null,
    additional: { passes_left: passes ? passes.left : -1 },
  };
}

function apartmentOf({ apartment: uid, awaitedApartment }: Identifier, { apartments }: Referred) {
  const apartment = uid === undefined ? undefined : apartments.sound(uid);
  if (!apartment) return { uid: -1, link_id: awaitedApartment ?? null };
  const { building, unit, floor, room, linkId } = apartment;
  const logical_address = { building, unit, floor, room };
  return { uid: apartment.uid, link_id: linkId ?? null, logical_address };
}

/** Profiles without a link id are among the uids only. */
function profilesOf({ profiles = [] }: Identifier, { timeProfiles }: Referred) {
  const links = profiles.map((uid) => timeProfiles.sound(uid)?.linkId);
  return {
    count: profiles.length,
    uid_items: [...profiles],
    link_ids: links.filter((linkId) => linkId !== undefined),
  };
}
