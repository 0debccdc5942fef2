/**
 * Anti-passback on the journey: looks up who is on which side, and keeps where a passage has led.
 * Nobody is kept inside by a database that fails: then a way out is open to whom it would be.
 */
import { isPassback, type LastPassage, passerOf, type Side } from '../door/anti-passback.ts';
import { passbackForgivenEvent } from '../door/events/readers.ts';
import type { Identifier, PanelEvent } from '../door/model.ts';
import { describeError, Fault } from '../errors.ts';
import type { PassbackStore } from '../ports/areas.ts';
import type { IdentifierWriter } from '../ports/store.ts';
import type { Clock, Log } from '../ports.ts';

/** What it rests on. */
interface AreaParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly passback: PassbackStore;
}

/** What the rule of an area says to somebody; undefined: nothing. @throws Fault `store-unreadable`. */
export function passbackAt(
  { clock, log, passback }: AreaParts,
  side: Side,
  identifier: Identifier,
): 'refuse' | 'tell' | undefined {
  const { area } = side;
  if (area.exempt.includes(identifier.type)) return undefined;
  const isOffence = unlessLenient(log, side, false, () => {
    const last = passback.last(passerOf(identifier), area.name);
    return isPassback(side, last, clock.wallMs(), (unixS) => clock.civil(unixS));
  });
  if (!isOffence) return undefined;
  return area.mode === 'soft' ? 'tell' : 'refuse';
}

/**
 * Keeps that somebody passes, where the reader is at an area, in one transaction with `takePass`.
 * @returns what that answers; where it answers undefined nothing is kept.
 * @throws Fault `store-unwritable`; then neither has happened.
 */
export function keepPassage<T>(
  { clock, log, passback }: AreaParts,
  side: Side | undefined,
  identifier: Identifier,
  takePass: () => T | undefined,
): Pick<Cost, 'passage'> & { readonly result: T | undefined } {
  if (!side || side.area.exempt.includes(identifier.type)) return { result: takePass() };
  const { area, direction } = side;
  const passage = { direction, atMs: clock.wallMs() };
  const passer = passerOf(identifier);
  const kept = unlessLenient(log, side, undefined, () => ({
    passage: { before: passback.last(passer, area.name), atMs: passage.atMs },
    result: passback.note(passer, area.name, passage, takePass),
  }));
  return kept ?? { result: takePass() };
}

/** What a grant has taken before any lock was released. */
export interface Cost {
  readonly pass: boolean;
  /** The last passage before this one, and the time of this one; absent: none was kept. */
  readonly passage?: { readonly before: LastPassage | undefined; readonly atMs: number };
}

/**
 * No lock was released, so nobody has passed: gives back what that cost. Who has passed elsewhere
 * since, or was forgiven, is where that left them.
 * @returns passes left, where one was given back. @throws Fault `store-unwritable`.
 */
export function refund(
  {
    passback,
    identifiers,
  }: Pick<AreaParts, 'passback'> & { identifiers: Pick<IdentifierWriter, 'givePass'> },
  side: Side | undefined,
  identifier: Identifier,
  { pass, passage }: Cost,
): number | undefined {
  const givePass = () => (pass ? identifiers.givePass(identifier.uid) : undefined);
  if (!side || !passage) return givePass();
  const passer = passerOf(identifier);
  const { name } = side.area;
  if (passback.last(passer, name)?.atMs !== passage.atMs) return givePass();
  return passback.takeBack(passer, name, passage.before, givePass);
}

/** `otherwise` where the store fails and the side is one that lets pass all the same. */
function unlessLenient<T>(log: Log, { area, direction }: Side, otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isStrict = direction === 'in' && area.mode !== 'soft';
    if (isStrict || !(error instanceof Fault)) throw error;
    log.error('a passage is not known to its area', { area: area.name, why: describeError(error) });
    return otherwise;
  }
}

/** After a fire nobody knows who is where: all are forgiven. */
export function forgiveForFire(
  { log, passback }: AreaParts,
  record: (event: PanelEvent) => void,
): void {
  passback.forgive('all').then(
    () => record(passbackForgivenEvent('all', undefined, undefined)),
    (error: unknown) =>
      log.error('who is in an area was not forgotten', { why: describeError(error) }),
  );
}
