/** Calls that bring an identifier to what a form says, in an order that never opens more than it says. */
import type { Api } from './api.ts';
import {
  type Identifier,
  type IdentifierFields,
  identifierPath,
  itemPath,
} from './identifier-types.ts';

/** What is known of it: its uid once it exists, and the profiles that are attached. */
export interface Saved {
  uid: number | undefined;
  profiles: ReadonlySet<number>;
}

/**
 * Creates or updates it and attaches `profiles`. `saved` follows each step, so that a second try goes
 * on where the first one broke off. @throws CallError.
 */
export async function saveIdentifier(
  api: Api,
  saved: Saved,
  fields: IdentifierFields,
  profiles: ReadonlySet<number>,
): Promise<void> {
  if (saved.uid === undefined) {
    const body = profiles.size > 0 ? { ...fields, valid: notYet(fields) } : fields;
    saved.uid = (await api.act<{ uid: number }>('POST', identifierPath, body)).uid;
    if (profiles.size === 0) return;
  }
  const path = itemPath(saved.uid);
  for (const profile of profiles) {
    if (saved.profiles.has(profile)) continue;
    await api.act('POST', `${path}/timeprofile/${profile}`);
    saved.profiles = new Set([...saved.profiles, profile]);
  }
  await api.act('PATCH', path, fields);
  for (const profile of saved.profiles) {
    if (profiles.has(profile)) continue;
    await api.act('DELETE', `${path}/timeprofile/${profile}`);
    saved.profiles = new Set([...saved.profiles].filter((one) => one !== profile));
  }
}

/** Over since 1970: it opens nothing before its times are attached. */
function notYet({ valid }: IdentifierFields): IdentifierFields['valid'] {
  return { ...valid, time: { is_permanent: false, from: 0, to: 1 } };
}

/** What of an identifier a form changes. */
export function savedOf({ identifier_uid: uid, time_profiles }: Identifier): Saved {
  return { uid, profiles: new Set(time_profiles.uid_items) };
}
