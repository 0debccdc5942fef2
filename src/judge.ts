/** A credential -> what the panel decides about it; the pass is taken here, before anything opens. */
import { decide } from './door/decision.ts';
import type { Bars, Decision, DenialReason, Identifier, LockName } from './door/model.ts';
import { describeError, Fault } from './errors.ts';
import type { Clock, Log } from './ports.ts';
import type { IdentifierReader, IdentifierWriter, SettingReader } from './ports-store.ts';
import type { Credential } from './reader/credential.ts';

/** What a judgement rests on. */
export interface JudgeParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly identifiers: Pick<IdentifierReader, 'find'> & Pick<IdentifierWriter, 'takePass'>;
  readonly settings: Pick<SettingReader, 'openSeconds' | 'delaySeconds'>;
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
  const { identifiers, settings, clock, log, ...policy } = parts;
  let identifier: Identifier | undefined;
  try {
    const number = reading.number.toString();
    identifier = identifiers.find('card', number) ?? identifiers.find('ukey', number);
    const decision = decide({
      identifier,
      readerLocks,
      wallMs: clock.wallMs(),
      clockTrusted: policy.clockTrusted(),
      whenClockUntrusted: policy.whenClockUntrusted,
      blocked: policy.blocked(),
      ...(policy.bars && { bars: policy.bars() }),
    });
    if (!identifier || !decision.granted) return { identifier, decision, openSeconds: [] };
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
    return refused(identifier, identifier ? 'no-passes-left' : 'unknown-credential', error.code);
  }
}

function refused(
  identifier: Identifier | undefined,
  reason: DenialReason,
  fault?: string,
): Judgement {
  const decision = { granted: false, reason } as const;
  return { identifier, decision, openSeconds: [], ...(fault !== undefined && { fault }) };
}
