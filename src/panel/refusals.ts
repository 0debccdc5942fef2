/** Commands that cannot be carried out -> the fault that says why. */
import { doorRefusal } from '../door/door-refusals.ts';
import type { Bars, LockName } from '../door/model.ts';
import { Fault } from '../errors.ts';

/** @throws Fault `store-unwritable` while nothing may open that cannot be recorded. */
export function mustBeRecordable(blocked: boolean): void {
  if (!blocked) return;
  throw new Fault(
    'store-unwritable',
    'nothing is opened while events cannot be written',
    'make room on the disk, or set events.when_unwritable to open',
  );
}

/** @throws Fault `door-refused` where one of these locks is barred, or they bar each other. */
export function mustBeFree(asked: readonly LockName[], bars: Bars, interlock = false): void {
  for (const lock of asked) {
    const why = bars[lock];
    if (why === 'door-blocked') {
      throw new Fault('door-refused', doorRefusal.blocked(lock), 'set its mode to normal');
    }
    if (why === 'interlock' || (interlock && asked.length > 1)) {
      throw new Fault('door-refused', doorRefusal.interlocked(lock), 'open one door at a time');
    }
  }
}

/** @throws Fault `gpio-lost` where not all that was asked for was driven. */
export function mustBeDriven(asked: readonly LockName[], driven: readonly LockName[]): void {
  const shut = asked.filter((lock) => !driven.includes(lock));
  if (shut.length === 0) return;
  throw new Fault('gpio-lost', `the relay of ${shut} cannot be driven`, 'see the log');
}

/** @throws Fault `door-refused` where fire keeps one of these locks released. */
export function mustBeShut(asked: readonly LockName[], shut: readonly LockName[]): void {
  const open = asked.filter((lock) => !shut.includes(lock));
  if (open.length === 0) return;
  throw new Fault('door-refused', doorRefusal.burning(open), 'see latchctl status');
}
