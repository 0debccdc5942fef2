/** A credential about which a remote server has decided -> what the panel does. */
import type { Identifier, LockName } from '../door/model.ts';
import type { Presented } from '../door/presented.ts';
import { decideAsTold, type HandledVerdict } from '../door/remote.ts';
import { describeError, Fault } from '../errors.ts';
import { findIdentifier, type Judgement, type JudgeParts } from './judge.ts';

/** What it rests on. */
type ObeyParts = Pick<JudgeParts, 'identifiers' | 'settings' | 'blocked' | 'bars' | 'log'>;

/**
 * Carries a verdict over to the locks of this panel. The own list is asked only for who it is; passes
 * are not counted. `readerLocks`: the locks that exist and that this reader may open.
 */
export function obey(
  parts: ObeyParts,
  readerLocks: readonly LockName[],
  presented: Presented,
  verdict: HandledVerdict,
): Judgement {
  const identifier = known(parts, presented);
  try {
    const decision = decideAsTold(verdict, readerLocks, parts.blocked(), parts.bars?.() ?? {});
    const locks = decision.granted ? decision.locks : [];
    const openSeconds = locks.map((lock) => ({
      lock,
      seconds: parts.settings.openSeconds(lock),
      delaySeconds: parts.settings.delaySeconds(lock),
    }));
    return { identifier, decision, openSeconds };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    parts.log.error('the store failed a verdict', { code: error.code, why: describeError(error) });
    const decision = { granted: false, reason: 'door-blocked' } as const;
    return { identifier, decision, openSeconds: [], fault: error.code };
  }
}

/** Whom the own list has for it; a record that cannot be read is nobody. */
export function known(
  { identifiers, log }: Pick<ObeyParts, 'identifiers' | 'log'>,
  presented: Presented,
): Identifier | undefined {
  try {
    return findIdentifier(identifiers, presented);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.error('the store failed a look-up', { code: error.code, why: describeError(error) });
    return undefined;
  }
}
