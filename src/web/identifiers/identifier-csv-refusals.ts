/** The columns of the table of identifiers, and why one of its lines is refused. */
import { errors } from '../answer.ts';

/** The columns, in the order of an export. `code` is the PIN of a card, which is never exported. */
export const columns = [
  ...(['type', 'number', 'name', 'owner_type', 'lock', 'valid_from', 'valid_to'] as const),
  ...(['max_passes', 'passes_left', 'link_id', 'time_profiles', 'access_levels'] as const),
  ...(['apartment_link_id', 'code'] as const),
] as const;
export type Column = (typeof columns)[number];

/** Why a line is refused; none repeats what stands in it. Codes are stable. */
const lineErrors = {
  'no-value': (column: Column) => `No value in column ${column}`,
  'wrong-value': (column: Column) => `Wrong value in column ${column}`,
  'no-profile': 'There is no such time profile, or more than one',
  'no-level': 'There is no such access level, or more than one',
  'no-faces': errors.noFaces,
  'wrong-window': errors.wrongWindow,
} as const;

/** Why a line is refused: a code, and a sentence. */
export interface LineRefusal {
  readonly code: string;
  readonly error: string;
  /** The column that is meant, where it is one. */
  readonly column?: Column;
  /** The line that has the same, where there is one. */
  readonly same_as_line?: number;
}

/** A line that says what no identifier can be. */
export class LineError extends Error {
  readonly refusal: LineRefusal;

  constructor(refusal: LineRefusal) {
    super(refusal.error);
    this.refusal = refusal;
  }
}

/** What stands in `column` cannot be. */
export function wrong(column: Column): LineError {
  return new LineError({ code: 'wrong-value', error: lineErrors['wrong-value'](column), column });
}

/** Nothing stands in `column`. */
export function missing(column: Column): LineError {
  return new LineError({ code: 'no-value', error: lineErrors['no-value'](column), column });
}

/** A refusal that no one column is to blame for. */
export function refusedFor(
  code: 'no-profile' | 'no-level' | 'no-faces' | 'wrong-window',
): LineError {
  return new LineError({ code, error: lineErrors[code] });
}
