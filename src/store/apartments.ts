/** Apartments, as far as identifiers belong to them, with an index by logical address. */
import type { Database, Key } from 'lmdb';
import { z } from 'zod';
import type { Apartment } from '../door/model.ts';
import type { ApartmentConflict, ApartmentWriter, RecordReader } from '../ports/store.ts';
import { type RecordChanges, Records, removeEntriesOf } from './records.ts';
import { readValue, type Store } from './store.ts';

const schema: z.ZodType<Apartment> = z.object({
  name: z.string(),
  building: z.int(),
  unit: z.int(),
  floor: z.int(),
  room: z.int(),
  residents: z.int(),
  linkId: z.string().exactOptional(),
});

type Stored = Apartment & { readonly uid: number };
type Changes = RecordChanges<Apartment>;

/** Opens the apartments of a store. */
export function openApartments(store: Store): Apartments {
  return new Apartments(store);
}

/** The apartments of a store. Methods that write belong to the main thread. */
class Apartments implements RecordReader<Apartment>, ApartmentWriter {
  readonly #records: Records<Apartment>;
  readonly #byAddress: Database<unknown, Key>;

  constructor(store: Store) {
    this.#records = new Records(store, { name: 'apartments', schema });
    this.#byAddress = store.database<Key>('apartments-by-address', 'ordered-binary');
  }

  /** @throws Fault `store-unreadable` when the record is damaged, as `byLinkId`. */
  get(uid: number): Stored | undefined {
    return this.#records.get(uid);
  }

  sound(uid: number): Stored | undefined {
    return this.#records.sound(uid);
  }

  byLinkId(linkId: string): Stored | undefined {
    return this.#records.byLinkId(linkId);
  }

  count(): number {
    return this.#records.count();
  }

  /** As `Records.damaged`. */
  damaged(): string[] {
    return this.#records.damaged();
  }

  all(): Stored[] {
    return this.#records.all();
  }

  create(fields: Apartment): Promise<{ uid: number } | { conflict: ApartmentConflict }> {
    return this.#records.batch((changes) => this.#create(changes, fields));
  }

  update(uid: number, fields: Apartment): Promise<ApartmentConflict | undefined> {
    return this.#records.batch((changes) => this.#update(changes, uid, fields));
  }

  upsert(items: readonly Apartment[]): Promise<('created' | 'updated' | ApartmentConflict)[]> {
    return this.#records.batch((changes) =>
      items.map((item) => {
        const linked = item.linkId === undefined ? undefined : this.byLinkId(item.linkId)?.uid;
        const uid = linked ?? this.#at(item);
        if (uid !== undefined) return this.#update(changes, uid, item) ?? 'updated';
        const result = this.#create(changes, item);
        return 'conflict' in result ? result.conflict : 'created';
      }),
    );
  }

  remove(uids: readonly number[]): Promise<number[]> {
    return this.#records.batch((changes) =>
      uids.filter((uid) => {
        const address = this.#addressOf(uid);
        if (address === 'damaged') removeEntriesOf(this.#byAddress, uid);
        else if (address !== undefined) this.#byAddress.removeSync(address);
        return changes.remove(uid);
      }),
    );
  }

  #create(changes: Changes, fields: Apartment): { uid: number } | { conflict: ApartmentConflict } {
    if (this.#at(fields) !== undefined) return { conflict: 'duplicate-address' };
    const result = changes.create(fields);
    if ('conflict' in result) return { conflict: 'duplicate-link' };
    this.#byAddress.putSync(addressOf(fields), result.uid);
    return result;
  }

  #update(changes: Changes, uid: number, fields: Apartment): ApartmentConflict | undefined {
    const old = this.get(uid);
    if (!old) return 'unknown-uid';
    const other = this.#at(fields);
    if (other !== undefined && other !== uid) return 'duplicate-address';
    const link = old.linkId === undefined ? {} : { linkId: old.linkId };
    const conflict = changes.update(uid, () => ({ ...link, ...fields }));
    if (conflict) return conflict === 'duplicate' ? 'duplicate-link' : conflict;
    this.#byAddress.removeSync(addressOf(old));
    this.#byAddress.putSync(addressOf(fields), uid);
    return undefined;
  }

  #addressOf(uid: number): Key | 'damaged' | undefined {
    try {
      const found = this.get(uid);
      return found && addressOf(found);
    } catch {
      return 'damaged';
    }
  }

  /** Uid of the apartment at the address of `apartment`. */
  #at(apartment: Apartment): number | undefined {
    const uid = readValue(this.#byAddress, addressOf(apartment), 'the address of an apartment');
    return typeof uid === 'number' ? uid : undefined;
  }
}

function addressOf({ building, unit, floor, room }: Apartment): Key {
  return [building, unit, floor, room];
}
