/** Identifiers as a table brings them. Types only. */
import type { IdentifierFields } from '../door/model.ts';
import type { Conflict } from './store.ts';

/** One line, checked; what it refers to has been looked up. */
export interface ImportedIdentifier {
  readonly fields: IdentifierFields;
  /** Members that the line says it has not; others that it does not bring stay on an update. */
  readonly without: readonly ('window' | 'passes' | 'profiles' | 'levels')[];
  /** The line does not say whether the owner is a guest. */
  readonly keepsOwnerType?: true;
  /** The line says how many passes are left; otherwise those used stay used. */
  readonly saysPassesLeft?: true;
  /** Link id of its apartment; absent: the one that it has stays. */
  readonly apartmentLink?: string;
}

/** `unchanged`: it is there just as the line says. `full`: the store is. */
export type ImportOutcome = 'created' | 'updated' | 'unchanged' | 'full' | Conflict;

/** What the web asks of the door for a table. */
export interface ImportCommands {
  /**
   * Creates identifiers, or changes those that have the link id of their line; one transaction, for
   * which the door waits. Outcomes are in the order of the items; one that fails changes nothing.
   * @param dryRun nothing is kept.
   */
  importIdentifiers(
    items: readonly ImportedIdentifier[],
    dryRun: boolean,
  ): Promise<ImportOutcome[]>;
}
