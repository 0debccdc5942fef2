/**
 * Free access: holds locks released in the hours that were set, as long as the clock can be
 * believed and what opens could be recorded.
 */

import { weekdayNameOf } from '../door/calendar.ts';
import {
  type FreeAccessReason,
  freeAccessBeganEvent,
  freeAccessEndedEvent,
} from '../door/events/lock.ts';
import { type FreeAccess, freeAccessAt } from '../door/free-access.ts';
import { type LockName, lockNames, type PanelEvent } from '../door/model.ts';
import { describeError, Fault } from '../errors.ts';
import type { LockSettingReader } from '../ports/locks.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import type { Locks } from './locks.ts';

/** What free access works with. */
interface FreeAccessParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<LockSettingReader, 'freeAccess'>;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  /** Whether the clock can be believed. One that cannot opens nothing, whatever the policy. */
  readonly clockTrusted: () => boolean;
  /** Whether no door may open now, because it could not be recorded. */
  readonly blocked: () => boolean;
}

/** Why it is looked at again, when it is not for the time that has passed. */
interface Occasion {
  readonly reason: FreeAccessReason;
  readonly by?: string;
}

/** Holds the locks of a panel and lets them go, each for itself. */
export class FreeAccessKeeper {
  readonly #parts: FreeAccessParts;
  readonly #locks: Pick<Locks, 'has' | 'hold'>;
  readonly #held = new Set<LockName>();
  /** Closed by somebody: not held again before these hours are over. */
  readonly #closed = new Set<LockName>();
  #timer: Timer | undefined;
  #unreadable = false;

  constructor(parts: FreeAccessParts, locks: Pick<Locks, 'has' | 'hold'>) {
    this.#parts = parts;
    this.#locks = locks;
  }

  /** Looks now, and from then on whenever something may have changed. */
  start(): void {
    this.#look({ reason: 'schedule' });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Other hours hold from now on. */
  changed(by: string): void {
    this.#look({ reason: 'settings', by });
  }

  /** A door is in another mode: a blocked one is not held. */
  modeChanged(by: string): void {
    this.#look({ reason: 'mode', by });
  }

  /** The clock is believed from now on, or is another one. */
  clockSet(): void {
    this.#look({ reason: 'schedule' });
  }

  /** Locks that somebody closes stay closed until the hours that run now are over. */
  close(locks: readonly LockName[], by: string): void {
    for (const lock of locks) this.#closed.add(lock);
    this.#look({ reason: 'command', by });
  }

  #look(occasion: Occasion): void {
    const { clock } = this.#parts;
    const wallMs = clock.wallMs();
    const { day, second: secondOfDay } = clock.civil(Math.floor(wallMs / 1000));
    const setting = this.#setting();
    const hindrance = this.#hindrance(setting);
    const known = hindrance === undefined || hindrance === 'door-blocked';
    // The clock may be set, the zone may change its hour, the disk may fill up.
    let waitS = 60 - (secondOfDay % 60);
    for (const lock of lockNames.filter((name) => this.#locks.has(name))) {
      const moment = { weekday: weekdayNameOf(day), secondOfDay };
      const hours = setting ? freeAccessAt(setting, lock, moment) : unknownHours;
      if (known && !hours.open) this.#closed.delete(lock);
      const wanted = hours.open && hindrance === undefined && !this.#closed.has(lock);
      this.#hold(lock, wanted, hindrance ? { reason: hindrance } : occasion);
      waitS = Math.min(waitS, hours.changesInS ?? waitS);
    }
    this.#timer?.cancel();
    const waitUs = waitS * 1e6 - (wallMs % 1000) * 1000;
    this.#timer = clock.after(Math.max(0, waitUs), () => this.#look({ reason: 'schedule' }));
  }

  /** What keeps every lock from being held, whatever the hours. */
  #hindrance(setting: FreeAccess | undefined): FreeAccessReason | undefined {
    const { clockTrusted, blocked } = this.#parts;
    if (!setting) return 'store-unreadable';
    if (!clockTrusted()) return 'clock-untrusted';
    return blocked() ? 'door-blocked' : undefined;
  }

  #hold(lock: LockName, wanted: boolean, { reason, by }: Occasion): void {
    const { record, log } = this.#parts;
    const before = this.#held.has(lock);
    const held = this.#locks.hold(lock, wanted);
    if (held === before) return;
    if (held) this.#held.add(lock);
    else this.#held.delete(lock);
    record((held ? freeAccessBeganEvent : freeAccessEndedEvent)(lock, reason, by));
    log.info(held ? 'free access began' : 'free access ended', { lock, reason, by });
  }

  /** The hours that were set; undefined while they cannot be read, which is said once. */
  #setting(): FreeAccess | undefined {
    try {
      const setting = this.#parts.settings.freeAccess();
      this.#unreadable = false;
      return setting;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (!this.#unreadable) {
        this.#parts.log.error('free access is off: its hours cannot be read', {
          code: error.code,
          why: describeError(error),
          do: error.remedy,
        });
      }
      this.#unreadable = true;
      return undefined;
    }
  }
}

const unknownHours = { open: false, changesInS: undefined };
