/** A credential -> what the panel decides about it; the pass is taken here, before anything opens. */
import { decide, type Grant, isScheduled } from './door/decision.ts';
import type {
  AccessLevel,
  Bars,
  Decision,
  DenialReason,
  Identifier,
  LockName,
  TimeProfile,
} from './door/model.ts';
import { holds } from './door/schedule.ts';
import { describeError, Fault } from './errors.ts';
import type { Clock, Log } from './ports.ts';
import type {
  IdentifierReader,
  IdentifierWriter,
  RecordReader,
  SettingReader,
} from './ports-store.ts';
import type { Credential } from './reader/credential.ts';

/** What a judgement rests on. */
export interface JudgeParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly identifiers: Pick<IdentifierReader, 'find'> & Pick<IdentifierWriter, 'takePass'>;
  readonly settings: Pick<SettingReader, 'openSeconds' | 'delaySeconds'>;
  readonly timeProfiles: Pick<RecordReader<TimeProfile>, 'get'>;
  readonly accessLevels: Pick<RecordReader<AccessLevel>, 'get'>;
  /** Whether the clock can be believed, asked at each decision. */
  readonly clockTrusted: () => boolean;
  /** Whether no door may open now, because it could not be recorded. */
  readonly blocked: () => boolean;
  readonly whenClockUntrusted: 'refuse' | 'accept';
  /** Locks that no grant may release now; absent: none. */
  readonly bars?: () => Bars;
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
  /** Where passes are limited, after this one was taken. */
  readonly passesLeft?: number;
  /** Code of the fault that decided it. */
  readonly fault?: string;
}

/**
 * Look-up, decision and, where passes are limited, the pass taken off. `readerLocks`: the locks that
 * exist and that this reader may open.
 */
export function judge(
  parts: JudgeParts,
  readerLocks: readonly LockName[],
  { reading }: Credential,
): Judgement {
  const { identifiers, settings, clock, log } = parts;
  let identifier: Identifier | undefined;
  /** What is told when the step that is under way fails. */
  let failing: DenialReason = 'unknown-credential';
  try {
    const number = reading.number.toString();
    identifier = identifiers.find('card', number) ?? identifiers.find('ukey', number);
    if (identifier) failing = 'outside-time-profile';
    const wallMs = clock.wallMs();
    const grants = identifier && grantsOf(identifier, wallMs, parts);
    const decision = decide({
      identifier,
      ...(grants && { grants }),
      readerLocks,
      wallMs,
      clockTrusted: parts.clockTrusted(),
      whenClockUntrusted: parts.whenClockUntrusted,
      blocked: parts.blocked(),
      ...(parts.bars && { bars: parts.bars() }),
    });
    if (!identifier || !decision.granted) return { identifier, decision, openSeconds: [] };
    failing = 'no-passes-left';
    // Before the pass is taken: what could still fail must not cost it.
    const openSeconds = decision.locks.map((lock) => ({
      lock,
      seconds: settings.openSeconds(lock),
      delaySeconds: settings.delaySeconds(lock),
    }));
    if (!decision.takesPass) return { identifier, decision, openSeconds };
    const passesLeft = identifiers.takePass(identifier.uid);
    if (passesLeft === undefined) return refused(identifier, 'no-passes-left');
    return { identifier, decision, openSeconds, passesLeft };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.error('the store failed a presentation', { code: error.code, why: describeError(error) });
    // A pass that could not be counted, or a record that could not be read, opens nothing.
    return refused(identifier, failing, error.code);
  }
}

/**
 * What an identifier may open by its time profiles or access levels; undefined for one that has
 * neither, which then costs no look-up. A profile or level that was deleted grants nothing.
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
  const grantOf = ({ lock, profiles }: Pick<AccessLevel, 'lock' | 'profiles'>): Grant =>
    profiles ? { lock, holds: anyHolds(profiles) } : { lock };
  if (!identifier.levels) return [grantOf(identifier)];
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
