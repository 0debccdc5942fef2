/**
 * Last passages of areas, one record an identifier, which is deleted with it: never more records than
 * identifiers. Forgiving all is one number that every record must carry to count.
 */
import { z } from 'zod';
import { afterPassage, directions, type LastPassage } from '../door/anti-passback.ts';
import type { PassbackStore } from '../ports/areas.ts';
import { readChecked } from './checked.ts';
import type { Store } from './store.ts';

/** Name of the database of records by uid; `Identifiers` deletes in it. */
export const passbackDatabase = 'passback';

const passageSchema = z.object({
  direction: z.enum(directions),
  atMs: z.number(),
  otherMs: z.number().exactOptional(),
});
const recordSchema = z.object({
  era: z.int(),
  areas: z.record(z.string(), passageSchema),
});
type Areas = { readonly [area: string]: LastPassage };

const eraKey = 'passback-era';

/** Areas that one record keeps, the latest: as many as a configuration has, and some that it had. */
const areasKept = 32;

/** Opens them; the main thread alone may use them. */
export function openPassback(store: Store): PassbackStore {
  const records = store.database<number>(passbackDatabase, 'uint32');
  const counters = store.database<string>('counters', 'ordered-binary');
  // Compiled before the first card, as the schema of identifiers.
  recordSchema.parse({ era: 0, areas: { '': { direction: 'in', atMs: 0 } } });

  const era = () => {
    const value = counters.get(eraKey);
    return typeof value === 'number' ? value : 0;
  };

  function areasOf(uid: number): Areas {
    const what = `what is known of identifier ${uid} in areas`;
    const record = readChecked(records, uid, recordSchema, what);
    return record?.era === era() ? record.areas : {};
  }

  return {
    last(uid, area) {
      const areas = areasOf(uid);
      return Object.hasOwn(areas, area) ? areas[area] : undefined;
    },
    takeBack: (uid, area, before, givePass) =>
      store.now(() => {
        const { [area]: _, ...others } = areasOf(uid);
        const areas = { ...others, ...(before && { [area]: before }) };
        if (Object.keys(areas).length > 0) records.putSync(uid, { era: era(), areas });
        else records.removeSync(uid);
        return givePass();
      }),
    note: (uid, area, { direction, atMs }, takePass) =>
      store.now(() => {
        const result = takePass();
        if (result === undefined) return undefined;
        const known = Object.entries(areasOf(uid));
        const last = known.find(([name]) => name === area)?.[1];
        const others = known.filter(([name]) => name !== area);
        const latest = others.sort(([, a], [, b]) => b.atMs - a.atMs).slice(0, areasKept - 1);
        const now = afterPassage(last, direction, atMs);
        records.putSync(uid, { era: era(), areas: Object.fromEntries([...latest, [area, now]]) });
        return result;
      }),
    forgive: (uid) =>
      store.durably(() => {
        if (uid === 'all') counters.putSync(eraKey, era() + 1);
        else records.removeSync(uid);
      }),
  };
}
