/** Identifiers as the API writes them. */

export const identifierTypes = ['card', 'ukey', 'inputCode', 'qr', 'license_plate'] as const;
export type IdentifierType = (typeof identifierTypes)[number];
export type LockChoice = 'first' | 'second' | 'all';

/** Moments are Unix seconds. */
type WindowLimit =
  | { readonly is_permanent: true }
  | { readonly is_permanent: false; readonly from: number; readonly to: number };
/** What an open end is; the panel tells the second as the end of the year 9999. */
export const ever = { from: 0, to: Number.MAX_SAFE_INTEGER } as const;
export const isOpenFrom = (from: number) => from <= ever.from;
export const isOpenTo = (to: number) => to >= 253_402_300_799;
type PassLimit =
  | { readonly is_permanent: true }
  | { readonly is_permanent: false; readonly max_passes: number };

/** What a body of create and update says. */
export interface IdentifierFields {
  readonly identifier_owner: { readonly name: string; readonly type: 'owner' | 'guest' };
  readonly identifier_type: IdentifierType;
  readonly identifier_number: string;
  readonly lock: LockChoice;
  readonly valid: { readonly time: WindowLimit; readonly passes: PassLimit };
}

/** An item of a list. */
export interface Identifier extends IdentifierFields {
  readonly identifier_uid: number;
  readonly time_profiles: { readonly uid_items: readonly number[] };
  readonly additional: { readonly passes_left: number };
}

/** Where the calls are. */
export const identifierPath = '/api/v1/access/identifier';
export const itemPath = (uid: number) => `${identifierPath}/item/${uid}`;
