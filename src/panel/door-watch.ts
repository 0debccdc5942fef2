/** Watches one door by its contact: tells what its state machine finds, and keeps its times. */
import {
  type ContactInput,
  type ContactRules,
  contactAtStart,
  stepContact,
} from '../door/contact.ts';
import { doorEvents, doorSettledEvent } from '../door/events/input.ts';
import type { LockName, PanelEvent } from '../door/model.ts';
import { describeError, Fault } from '../errors.ts';
import type { DoorSettingReader, DoorStatus, SensorSetting, WiredInput } from '../ports/doors.ts';
import type { Clock, InputWatch, Log, Timer } from '../ports.ts';
import type { LockStand, Locks } from './locks.ts';

type WiredContact = Extract<WiredInput, { kind: 'door_contact' }>;

/** What a door is watched with. */
export interface DoorWatchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<DoorSettingReader, 'sensor'>;
  readonly record: (event: PanelEvent) => void;
  readonly locks: Pick<Locks, 'relock' | 'doorIsWatched' | 'doorIs' | 'stand'>;
  /** Told when the door is to be closed soon or has not been, and when that is over. */
  readonly warn: (lock: LockName, on: boolean) => void;
}

/** A contact that has changed is told when its debounce is over, and not much later. */
const tellingUs = 10_000;

type Rules = Pick<SensorSetting, 'repeats' | 'repeatSeconds'> & { readonly contact: ContactRules };

/** One door. */
export class DoorWatch {
  readonly #parts: DoorWatchParts;
  readonly #contact: WiredContact;
  /** A door that was opened just before its lock came to rest is told so much later at the most. */
  readonly #settleUs: number;
  #rules: Rules;
  #state: ReturnType<typeof contactAtStart>['state'];
  /** Since when it stands open, whether it may or not. */
  #openedUs: number;
  #released = false;
  #wake: Timer | undefined;
  #repeat: Timer | undefined;

  constructor(parts: DoorWatchParts, contact: WiredContact, watch: InputWatch) {
    const open = watch.isActive();
    this.#parts = parts;
    this.#contact = contact;
    this.#settleUs = contact.wire.debounceUs + (watch.lateUs ?? 0);
    this.#rules = this.#readRules();
    this.#openedUs = parts.clock.monoUs();
    this.#state = contactAtStart(open, this.#openedUs, this.#rules.contact).state;
    parts.locks.doorIsWatched(contact.lock, contact.wire.debounceUs + tellingUs);
    parts.locks.doorIs(contact.lock, open);
    this.lockIs(parts.locks.stand(contact.lock));
    this.#tick();
  }

  /** The contact has changed. `atUs`: when, by the kernel. */
  contactIs(open: boolean, atUs: number): void {
    const { lock } = this.#contact;
    if (open) this.#openedUs = atUs;
    this.#step({ kind: 'contact', nowUs: atUs, open });
    this.#parts.locks.doorIs(lock, open);
  }

  lockIs({ released, mayStandOpen }: LockStand): void {
    const nowUs = this.#parts.clock.monoUs();
    this.#step({ kind: 'stay-open', nowUs, allowed: mayStandOpen });
    this.#step({ kind: 'lock', nowUs, released });
    // A door that was opened just before is told only when its contact has settled.
    if (this.#released && !released) this.excuse(this.#settleUs);
    this.#released = released;
  }

  /** For so long the door may be opened although its lock is at rest. */
  excuse(forUs: number): void {
    const nowUs = this.#parts.clock.monoUs();
    this.#step({ kind: 'excuse', nowUs, untilUs: nowUs + forUs });
  }

  /** An operator has set other times. */
  settingsChanged(): void {
    this.#rules = this.#readRules();
    this.#repeatLater();
    this.#tick();
  }

  status(): DoorStatus {
    const { open, forced, held } = this.#state;
    const openUs = open ? this.#parts.clock.monoUs() - this.#openedUs : 0;
    const openSeconds = Math.max(0, Math.floor(openUs / 1e6));
    return { lock: this.#contact.lock, open, openSeconds, forced, held };
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#wake?.cancel();
    this.#repeat?.cancel();
    this.#parts.warn(this.#contact.lock, false);
  }

  #tick(): void {
    this.#wake?.cancel();
    this.#step({ kind: 'tick', nowUs: this.#parts.clock.monoUs() });
  }

  #step(input: ContactInput): void {
    const { locks, record, log, warn } = this.#parts;
    const { lock, name } = this.#contact;
    const { open, warned, held } = this.#state;
    const openSeconds = open ? Math.max(0, Math.round((input.nowUs - this.#openedUs) / 1e6)) : 0;
    const { state, effects } = stepContact(this.#state, input, this.#rules.contact);
    this.#state = state;
    for (const effect of effects) {
      if (effect.kind === 'wake') this.#wakeAt(effect.atUs);
      else if (effect.kind === 'relock') locks.relock(lock);
      else if (effect.kind === 'settled') record(doorSettledEvent(lock, name, effect.after));
      else {
        record(doorEvents[effect.kind](lock, name, openSeconds));
        log.info(`door ${effect.kind}`, { lock, input: name });
      }
    }
    if (state.warned !== warned) warn(lock, state.warned);
    if (state.held !== held) this.#repeatLater();
  }

  #wakeAt(atUs: number): void {
    const { clock } = this.#parts;
    this.#wake?.cancel();
    this.#wake = clock.after(Math.max(0, atUs - clock.monoUs()), () => this.#tick());
  }

  /** While it stands open too long, that is told again, where an operator wants it. */
  #repeatLater(): void {
    const { clock, record } = this.#parts;
    const { lock, name } = this.#contact;
    this.#repeat?.cancel();
    const { contact, repeats } = this.#rules;
    if (!this.#state.held || !repeats || contact.heldOpenUs === undefined) return;
    this.#repeat = clock.after(this.#rules.repeatSeconds * 1e6, () => {
      record(doorEvents.held(lock, name, this.status().openSeconds));
      this.#repeatLater();
    });
  }

  /** As an operator set it; as the configuration has it, where that cannot be read. */
  #readRules(): Rules {
    const { heldOpenUs, warningUs, relockOnClose } = this.#contact.rules;
    const sensor = this.#sensor();
    const limitUs =
      sensor.openingDelaySeconds === undefined ? heldOpenUs : sensor.openingDelaySeconds * 1e6;
    return {
      ...sensor,
      contact: {
        ...(sensor.enabled && { heldOpenUs: limitUs }),
        warningUs: warningUs < limitUs ? warningUs : 0,
        relockOnClose,
      },
    };
  }

  #sensor(): Pick<SensorSetting, 'enabled' | 'openingDelaySeconds' | 'repeats' | 'repeatSeconds'> {
    try {
      return this.#parts.settings.sensor();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#parts.log.error('the times of a door cannot be read: those of the file hold', {
        code: error.code,
        why: describeError(error),
        do: error.remedy,
      });
      return { enabled: true, repeats: false, repeatSeconds: 60 };
    }
  }
}
