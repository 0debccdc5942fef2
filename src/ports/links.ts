/** Bulk changes of identifiers, as the web asks the door for them. Types only. */
import type { IdentifierFields, IdentifierType } from '../door/model.ts';

/** An identifier as one item of a bulk call says it. */
export interface SaidIdentifier {
  readonly fields: IdentifierFields;
  /** Passes are limited, but to how many was not said: the limit that stands is kept, if there is one. */
  readonly keepsLimit?: true;
  /** Passes that shall be left; otherwise those used stay used. */
  readonly passesLeft?: number;
}

/** An identifier that is created or changed under its link id. */
export interface LinkedIdentifier extends SaidIdentifier {
  readonly linkId: string;
  /** Link ids of its time profiles; absent: those that it has stay. */
  readonly profileLinks?: readonly string[];
  /** Link id of its apartment, null for none; absent: the one that it has stays. */
  readonly apartmentLink?: string | null;
}

/** An identifier that is changed under its type and number. */
export interface NumberedIdentifier extends SaidIdentifier {
  readonly type: IdentifierType;
  /** Canonical, as in `IdentifierFields`. */
  readonly number: string;
}

/** What became of one item of a bulk call (panel API, `extended_info`). */
export type ItemOutcome =
  | 'created'
  | 'updated'
  | 'deleted'
  | 'entity_not_found'
  | 'number_taken_by_another_identifier'
  | 'bound_time_profile_doesnt_exist'
  | 'number_of_identifiers_exceeded'
  | 'invalid_time_rules_settings'
  | 'face_id_not_supported'
  /** Not in the vendor's list: the number is none of the type that was asked for. */
  | 'wrong_identifier_number';

/** The outcome for an item under a link id. */
export interface LinkedOutcome {
  readonly outcome: ItemOutcome;
  /** The owner of another identifier has the same name; compared as far as the index holds it. */
  readonly namesake: boolean;
}

/**
 * Bulk changes. Each call is one short transaction, for which the door waits: a call of the API is
 * many of them. Outcomes are in the order of the items, an item sees what those before it did, and
 * one that fails changes nothing.
 */
export interface BulkCommands {
  upsertLinked(items: readonly LinkedIdentifier[]): Promise<LinkedOutcome[]>;
  removeLinked(linkIds: readonly string[]): Promise<ItemOutcome[]>;
  updateNumbered(items: readonly NumberedIdentifier[]): Promise<ItemOutcome[]>;
  removeNumbered(type: IdentifierType, numbers: readonly string[]): Promise<ItemOutcome[]>;
}
