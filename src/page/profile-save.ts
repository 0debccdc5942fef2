/** Calls that bring a timetable to what is painted. */
import type { Api } from './api.ts';
import { itemPath } from './identifier-types.ts';
import type { Profile } from './profile-types.ts';
import { type Block, partName, profileOf, type Timetable } from './week.ts';
import type { Zone } from './zone.ts';

const path = '/api/v1/access/timeprofile';

/** What it is to be. */
interface WantedTable {
  readonly name: string;
  readonly blocks: readonly Block[];
}

/**
 * Parts that are there are rewritten, further ones are made and attached to whoever has the timetable,
 * those that are left over go last: meanwhile it never holds when neither the old nor the new week
 * does. @throws CallError; a second try does the same again.
 */
export async function saveTimetable(
  api: Api,
  known: Timetable | undefined,
  { name, blocks }: WantedTable,
  { nowMs, zone }: { readonly nowMs: number; readonly zone: Zone },
): Promise<void> {
  const parts = known?.parts ?? [];
  const [first] = parts;
  const holders = first ? await holdersOf(api, first) : [];
  for (const [index, block] of blocks.entries()) {
    const body = profileOf(partName(name, index), block, nowMs, zone);
    const part = parts[index];
    if (part) {
      await api.act('PATCH', `${path}/item/${part.uid}`, body);
      continue;
    }
    const { uid } = await api.act<{ uid: number }>('POST', path, body);
    for (const holder of holders) {
      await api.act('POST', `${itemPath(holder)}/timeprofile/${uid}`);
    }
  }
  const surplus = parts.slice(blocks.length).map(({ uid }) => uid);
  if (surplus.length > 0) await api.act('DELETE', `${path}/items`, { uid_items: surplus });
}

async function holdersOf(api: Api, { uid }: Profile): Promise<readonly number[]> {
  const profile = await api.read<{ identifiers: { uid_items: readonly number[] } }>(
    `${path}/item/${uid}`,
  );
  return profile.identifiers.uid_items;
}
