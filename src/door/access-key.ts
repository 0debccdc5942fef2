/** Changes of an access key, which is an identifier. Pure. */
import type {
  AccessLevel,
  IdentifierFields,
  LockSelection,
  Person,
  ValidityWindow,
} from './model.ts';

/** What a call of the access-key API changes; a member that is absent stays as it is. */
export interface AccessKeyChange {
  /** Four digits; null: none from now on. */
  readonly pin?: string | null;
  /** Unix seconds, included; null: no such end. */
  readonly fromS?: number | null;
  readonly toS?: number | null;
  /** Uids of access levels; none: opens nothing. */
  readonly levels?: readonly number[];
  /** Unix seconds at which it is made; absent: the clock was never set. */
  readonly atS?: number;
}

/** Ends that are never reached. */
export const forever: ValidityWindow = {
  fromS: Number.MIN_SAFE_INTEGER,
  toS: Number.MAX_SAFE_INTEGER,
};

type Changed = Pick<IdentifierFields, 'lock' | 'window' | 'pin' | 'levels' | 'appliedS'>;

/**
 * The fields with the change made. `lock` is what the levels open together; undefined: the levels stay.
 * @returns 'wrong-window' when it would begin when it has ended.
 */
export function withChange<F extends Changed>(
  fields: F,
  change: AccessKeyChange,
  lock: LockSelection | undefined,
): F | 'wrong-window' {
  const { window: oldWindow, pin: oldPin, appliedS: _, ...rest } = fields;
  const window = changedWindow(oldWindow, change);
  if (window && window.fromS >= window.toS) return 'wrong-window';
  const pin = change.pin === undefined ? oldPin : change.pin;
  return {
    ...rest,
    ...(window && { window }),
    ...(pin !== undefined && pin !== null && { pin }),
    ...(change.levels && { levels: change.levels }),
    ...(lock && { lock }),
    ...(change.atS !== undefined && { appliedS: change.atS }),
  } as F;
}

function changedWindow(
  old: ValidityWindow | undefined,
  change: AccessKeyChange,
): ValidityWindow | undefined {
  const fromS = changedEnd(old?.fromS, change.fromS, forever.fromS);
  const toS = changedEnd(old?.toS, change.toS, forever.toS);
  return fromS === forever.fromS && toS === forever.toS ? undefined : { fromS, toS };
}

function changedEnd(old: number | undefined, wanted: number | null | undefined, never: number) {
  return (wanted === undefined ? old : wanted) ?? never;
}

type Piece = (fields: IdentifierFields) => Partial<IdentifierFields>;
/**
 * What all numbers of an access key have in common, in pieces that change together. Passes, link id
 * and apartment are each number's own.
 */
const pieces: readonly Piece[] = [
  ({ owner }) => ({ owner }),
  ({ lock, levels }) => ({ lock, ...(levels && { levels }) }),
  ({ window }) => (window ? { window } : {}),
  ({ profiles }) => (profiles ? { profiles } : {}),
  ({ pin }) => (pin === undefined ? {} : { pin }),
  ({ person }) => (person === undefined ? {} : { person }),
  ({ appliedS }) => (appliedS === undefined ? {} : { appliedS }),
];

/**
 * What a change of one number of an access key makes of another one; undefined where it changes
 * nothing that they have in common.
 */
export function carriedOver(
  before: IdentifierFields,
  after: IdentifierFields,
): ((other: IdentifierFields) => IdentifierFields) | undefined {
  const isSame = (piece: Piece) => JSON.stringify(piece(before)) === JSON.stringify(piece(after));
  const changed = new Set(pieces.filter((piece) => !isSame(piece)));
  return changed.size > 0 ? (other) => composed(other, after, changed) : undefined;
}

/** A number of an access key with all that it has in common with another one as that one has it. */
export function inStep(other: IdentifierFields, one: IdentifierFields): IdentifierFields {
  return composed(other, one, new Set(pieces));
}

/** `other` with these pieces of `from`. */
function composed(
  other: IdentifierFields,
  from: IdentifierFields,
  taken: ReadonlySet<Piece>,
): IdentifierFields {
  const { levels: _l, window: _w, profiles: _f, pin: _p, ...rest } = other;
  const { person: _n, appliedS: _a, ...own } = rest;
  let made: IdentifierFields = own;
  for (const piece of pieces) made = { ...made, ...piece(taken.has(piece) ? from : other) };
  return made;
}

/** What levels open together; undefined when there is none. */
export function lockOfLevels(levels: readonly AccessLevel[]): LockSelection | undefined {
  const [first, ...others] = new Set(levels.map(({ lock }) => lock));
  return others.length > 0 ? 'all' : first;
}

/** A person's name as that of an owner. */
export function ownerName({ firstName, lastName }: Omit<Person, 'linkId'>): string {
  return `${firstName} ${lastName}`.trim();
}

/** An owner's name as that of a person: what stands before the first space, and the rest. */
export function personName(owner: string): {
  readonly firstName: string;
  readonly lastName: string;
} {
  const [firstName = '', ...others] = owner.trim().split(/\s+/);
  return { firstName, lastName: others.join(' ') };
}
