/** A credential -> what the panel decides about it; the pass is taken here, before anything opens. */

import type { Side } from '../door/anti-passback.ts';
import { decide, type Grant, isScheduled } from '../door/decision.ts';
import type {
  AccessLevel,
  Bars,
  Decision,
  DenialReason,
  Identifier,
  LockName,
  TimeProfile,
} from '../door/model.ts';
import type { Presented } from '../door/presented.ts';
import { holds } from '../door/schedule.ts';
import { describeError, Fault } from '../errors.ts';
import type { PassbackStore } from '../ports/areas.ts';
import type {
  IdentifierReader,
  IdentifierWriter,
  RecordReader,
  SettingReader,
} from '../ports/store.ts';
import type { Clock, Log } from '../ports.ts';
import { type Cost, keepPassage, passbackAt } from './areas.ts';

/** What a judgement rests on. */
export interface JudgeParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly identifiers: Pick<IdentifierReader, 'find'> &
    Pick<IdentifierWriter, 'takePass' | 'givePass'>;
  readonly settings: Pick<SettingReader, 'openSeconds' | 'delaySeconds'>;
  readonly timeProfiles: Pick<RecordReader<TimeProfile>, 'get'>;
  readonly accessLevels: Pick<RecordReader<AccessLevel>, 'get'>;
  /** Asked only at readers of an area. */
  readonly passback: PassbackStore;
  /** Whether the clock can be believed, asked at each decision. */
  readonly clockTrusted: () => boolean;
  /** Whether no door may open now, because it could not be recorded. */
  readonly blocked: () => boolean;
  readonly whenClockUntrusted: 'refuse' | 'accept';
  /** Locks that no grant may release now; absent: none. */
  readonly bars?: () => Bars;
}

/** Where somebody presents something. */
export interface Spot {
  /** Locks that exist and that the reader may open. */
  readonly locks: readonly LockName[];
  /** Absent: the reader is at no area. */
  readonly side?: Side | undefined;
}

/** What came of a presentation. */
export interface Judgement {
  readonly identifier: Identifier | undefined;
  readonly decision: Decision;
  /** The locks to release, for how long, and how much later; none where nothing was granted. */
  readonly openSeconds: readonly {
    readonly lock: LockName;
    readonly seconds: number;
    readonly delaySeconds: number;
  }[];
  /** What a grant of the own list has taken, to be given back where no lock can be released. */
  readonly cost?: Cost;
  /** Where passes are limited, after this one was taken. */
  readonly passesLeft?: number;
  /** Code of the fault that decided it. */
  readonly fault?: string;
}

/**
 * Whom the own list has for what was presented.
 * @throws Fault `store-unreadable` for a damaged record.
 */
export function findIdentifier(
  identifiers: Pick<IdentifierReader, 'find'>,
  { types, number }: Pick<Presented, 'types' | 'number'>,
): Identifier | undefined {
  for (const type of types) {
    const identifier = identifiers.find(type, number);
    if (identifier) return identifier;
  }
  return undefined;
}

/** Look-up, decision and, where passes are limited or counted by an area, the pass taken and kept. */
export function judge(parts: JudgeParts, spot: Spot, presented: Presented): Judgement {
  // Of a code nobody has, it is told that it is wrong.
  const ofNobody = presented.types[0] === 'inputCode' ? 'wrong-code' : 'unknown-credential';
  return judgeFound(parts, spot, ofNobody, () => findIdentifier(parts.identifiers, presented));
}

/**
 * What a card that was granted and is held there since would open now: as a fresh decision, but for the
 * pass and the passage, which its grant has taken.
 */
export function judgeHeld(
  parts: JudgeParts,
  locks: readonly LockName[],
  presented: Presented,
): Judgement {
  return judgeFound(parts, { locks }, 'unknown-credential', () => {
    const found = findIdentifier(parts.identifiers, presented);
    if (!found) return undefined;
    const { passes: _, ...identifier } = found;
    return identifier;
  });
}

/** The panel's own master code, as if it were somebody's: any lock, at any time. */
const master: Identifier = {
  uid: 0,
  type: 'inputCode',
  number: '',
  owner: { name: '', type: 'owner' },
  lock: 'all',
};

/** What the master code opens: all that a grant may open here now. No area knows it. */
export function judgeMaster(parts: JudgeParts, locks: readonly LockName[]): Judgement {
  const judgement = judgeFound(parts, { locks }, 'wrong-code', () => master);
  return { ...judgement, identifier: undefined };
}

function judgeFound(
  parts: JudgeParts,
  { locks: readerLocks, side }: Spot,
  ofNobody: DenialReason,
  find: () => Identifier | undefined,
): Judgement {
  const { identifiers, settings, clock, log } = parts;
  let identifier: Identifier | undefined;
  /** What is told when the step that is under way fails. */
  let failing = ofNobody;
  try {
    identifier = find();
    if (identifier) failing = 'outside-time-profile';
    const wallMs = clock.wallMs();
    const grants = identifier && grantsOf(identifier, wallMs, parts);
    if (identifier && side) failing = 'anti-passback';
    const passback = identifier && side && passbackAt(parts, side, identifier);
    const decision = decide({
      identifier,
      ...(grants && { grants }),
      readerLocks,
      wallMs,
      clockTrusted: parts.clockTrusted(),
      whenClockUntrusted: parts.whenClockUntrusted,
      blocked: parts.blocked(),
      ...(passback && { passback }),
      ...(parts.bars && { bars: parts.bars() }),
    });
    if (!identifier) return refused(undefined, ofNobody);
    if (!decision.granted) return { identifier, decision, openSeconds: [] };
    failing = decision.takesPass ? 'no-passes-left' : 'anti-passback';
    // Before the pass is taken: what could still fail must not cost it.
    const openSeconds = decision.locks.map((lock) => ({
      lock,
      seconds: settings.openSeconds(lock),
      delaySeconds: settings.delaySeconds(lock),
    }));
    const { uid } = identifier;
    const take = (): number | 'any' | undefined =>
      decision.takesPass ? identifiers.takePass(uid) : 'any';
    const { result: passesLeft, passage } = keepPassage(parts, side, identifier, take);
    if (passesLeft === undefined) return refused(identifier, 'no-passes-left');
    const cost = { pass: decision.takesPass, ...(passage && { passage }) };
    return { identifier, decision, openSeconds, cost, ...(passesLeft !== 'any' && { passesLeft }) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.error('the store failed a presentation', { code: error.code, why: describeError(error) });
    // A pass that could not be counted, or a record that could not be read, opens nothing.
    return refused(identifier, failing, error.code);
  }
}

/**
 * What an identifier may open by its time profiles and access levels; undefined for one that has
 * neither, which then costs no look-up. A level grants its lock while one of its own profiles and one
 * of the identifier's hold, as far as they have any. A profile or level that was deleted grants nothing.
 * @throws Fault `store-unreadable` for a damaged one.
 */
function grantsOf(
  identifier: Identifier,
  wallMs: number,
  { clock, timeProfiles, accessLevels }: JudgeParts,
): Grant[] | undefined {
  if (!isScheduled(identifier)) return undefined;
  const now = clock.civil(Math.floor(wallMs / 1000));
  const anyHolds = (uids: readonly number[]) =>
    uids.some((uid) => {
      const profile = timeProfiles.get(uid);
      return profile !== undefined && holds(profile, now, (unixS) => clock.civil(unixS));
    });
  const own = identifier.profiles && anyHolds(identifier.profiles);
  const grantOf = ({ lock, profiles }: Pick<AccessLevel, 'lock' | 'profiles'>): Grant => {
    const needed = [own, profiles && anyHolds(profiles)].filter((one) => one !== undefined);
    return needed.length > 0 ? { lock, holds: needed.every((one) => one) } : { lock };
  };
  if (!identifier.levels) return [grantOf({ lock: identifier.lock })];
  const levels = identifier.levels.map((uid) => accessLevels.get(uid));
  return levels.filter((level) => level !== undefined).map(grantOf);
}

function refused(
  identifier: Identifier | undefined,
  reason: DenialReason,
  fault?: string,
): Judgement {
  const decision = { granted: false, reason } as const;
  return { identifier, decision, openSeconds: [], ...(fault !== undefined && { fault }) };
}
