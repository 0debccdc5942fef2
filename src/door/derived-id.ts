/**
 * Public ids that follow from the panel's serial number and a uid, so that none has to be stored: UUIDs
 * of version 8 (RFC 9562, section 5.8). The first 32 bits are the uid, the others those of the serial
 * number; the last byte also tells what kind of thing the id names.
 */

/** What an id names; the same uid has another id for each. */
type IdKind = 'key' | 'person';

const tags: { readonly [kind in IdKind]: number } = { key: 1, person: 2 };

/** The id of what has `uid` (1 to 2^32 - 1) on the panel with this serial number, a UUID. */
export function derivedId(kind: IdKind, serial: string, uid: number): string {
  const own = serial.toLowerCase();
  const first = uid.toString(16).padStart(8, '0');
  const last = Number.parseInt(own.slice(-2), 16) ^ tags[kind];
  return `${first}${own.slice(8, 14)}8${own.slice(15, -2)}${last.toString(16).padStart(2, '0')}`;
}

/** The uid that an id stands for; undefined for the id of another panel or of another kind. */
export function uidOfId(kind: IdKind, serial: string, id: string): number | undefined {
  const uid = Number.parseInt(id.slice(0, 8), 16);
  return uid >= 1 && derivedId(kind, serial, uid) === id.toLowerCase() ? uid : undefined;
}
