/** What the access-key API stores and asks of the door. Types only. */
import type { AccessKeyChange } from '../door/access-key.ts';
import type { AccessLevel, LockSelection, Person } from '../door/model.ts';
import type { Conflict } from './store.ts';

/** A key of an integration, as stored; the key itself is kept by nobody. */
export interface StoredApiKey {
  readonly name: string;
  /** Unix milliseconds. */
  readonly createdMs: number;
}

export interface ApiKeyReader {
  /** By the SHA-256 of the key, hex. */
  get(keyHash: string): StoredApiKey | undefined;
  /** All, by name. */
  all(): StoredApiKey[];
}

/** Promises resolve when the change is on the disk. */
export interface ApiKeyWriter {
  /** False: the name is taken; nothing was changed. */
  add(keyHash: string, key: StoredApiKey): Promise<boolean>;
  /** False: there is no key of this name. */
  remove(name: string): Promise<boolean>;
}

/** Who is to hold a new access key. */
export type Holder =
  | { readonly kind: 'known'; readonly person: number }
  | { readonly kind: 'new'; readonly person: Person }
  /** The owner of an identifier of the panel API, who becomes a person under the id they have. */
  | { readonly kind: 'owner'; readonly identifier: number; readonly person: Person };

/** An access key to be made. */
export interface NewAccessKey {
  readonly type: 'card' | 'inputCode';
  /** Canonical; several are one composite key, each of whose numbers is presented alone. */
  readonly numbers: readonly string[];
  readonly holder: Holder;
  readonly change: AccessKeyChange;
}

/** What stands in the way of a change of an access key. */
export type KeyConflict = Conflict | 'wrong-window' | 'unknown-person';

/** An access level's new values. */
interface AccessLevelChange {
  readonly name: string;
  readonly lock: LockSelection;
  /** Uids of time profiles; absent: they stay; none: no restriction. */
  readonly profiles?: readonly number[];
}

/** Commands of the access-key API and of those who manage it. */
export interface KeyCommands {
  addApiKey(keyHash: string, key: StoredApiKey): Promise<boolean>;
  removeApiKey(name: string): Promise<boolean>;
  createAccessLevel(
    fields: AccessLevel,
  ): Promise<{ readonly uid: number } | { readonly conflict: 'duplicate' }>;
  /** The identifiers that have the level follow. False: there is none with this uid. */
  updateAccessLevel(uid: number, change: AccessLevelChange): Promise<boolean>;
  /** Identifiers keep their reference, which grants nothing. False: there is none with this uid. */
  removeAccessLevel(uid: number): Promise<boolean>;
  /** All numbers or none; answers the uid of the first. */
  addAccessKey(
    key: NewAccessKey,
  ): Promise<{ readonly uid: number } | { readonly conflict: KeyConflict }>;
  /** Changes every number of the key. */
  changeAccessKey(uid: number, change: AccessKeyChange): Promise<KeyConflict | undefined>;
  /** Removes every number of the key, and its person when that was their last. False: no such key. */
  removeAccessKey(uid: number): Promise<boolean>;
}
