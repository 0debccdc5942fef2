/**
 * What is wired to the doors besides readers and relays: exit buttons, contacts, tamper switches,
 * fire. People get out whatever else is wrong: neither the store, the clock nor a blocked door
 * keeps an exit button or fire from opening.
 */
import {
  exitEvent,
  exitFailedEvent,
  fireEvent,
  inputLostEvent,
  tamperEvent,
} from '../door/events/input.ts';
import type { LockName } from '../door/model.ts';
import { Fault } from '../errors.ts';
import type { DoorStatus, InputStatus, WiredInput } from '../ports/doors.ts';
import type { SettingReader } from '../ports/store.ts';
import type { InputSink, InputWatch, Timer } from '../ports.ts';
import { DoorWatch, type DoorWatchParts } from './door-watch.ts';
import type { Locks } from './locks.ts';

/** What inputs work with. */
export interface InputParts extends Omit<DoorWatchParts, 'locks' | 'warn'> {
  readonly settings: Pick<SettingReader, 'sensor' | 'openSeconds'>;
  /** Told when a door is to be closed soon or has not been, and when that is over. */
  readonly warn?: DoorWatchParts['warn'];
  /** Told when a fire input becomes active, after the locks were released. */
  readonly onFire?: () => void;
  /** Told when an input stands otherwise than before. */
  readonly moved?: () => void;
}

/** Seconds that an exit button opens for while the set time cannot be read. */
const exitSeconds = 5;
/** A lock that could not be driven is tried again so often while there is fire. */
const fireRetryUs = 1_000_000;

interface InputStation {
  readonly input: WiredInput;
  watch: InputWatch | undefined;
  active: boolean;
  away: string | null;
}

/** The inputs of a panel, none at first. */
export class Inputs {
  readonly #parts: InputParts;
  readonly #locks: Locks;
  readonly #stations: InputStation[] = [];
  readonly #doors = new Map<LockName, DoorWatch>();
  #fireRetry: Timer | undefined;

  constructor(parts: InputParts, locks: Locks) {
    this.#parts = parts;
    this.#locks = locks;
    locks.onStep = (name, stand) => this.#doors.get(name)?.lockIs(stand);
  }

  /** Adds an input; its driver delivers changes to the sink that comes back. */
  add(input: WiredInput): InputSink & { attach(watch: InputWatch): void } {
    const station: InputStation = { input, watch: undefined, active: false, away: null };
    this.#stations.push(station);
    return {
      changed: (active, atUs) => this.#onChange(station, active, atUs),
      lost: (fault) => this.#onLost(station, fault),
      attach: (watch) => {
        station.watch = watch;
        this.#onStart(station, watch);
      },
    };
  }

  /** What is active at the start is told, but for a button: nobody presses it now. */
  #onStart(station: InputStation, watch: InputWatch): void {
    const { input } = station;
    const active = watch.isActive();
    station.active = active;
    if (input.kind === 'door_contact') {
      const warn = this.#parts.warn ?? (() => undefined);
      const parts = { ...this.#parts, warn, locks: this.#locks };
      this.#doors.set(input.lock, new DoorWatch(parts, input, watch));
    } else if (active && input.kind !== 'exit_button') {
      this.#onChange(station, active, this.#parts.clock.monoUs());
    }
  }

  #onChange(station: InputStation, active: boolean, atUs: number): void {
    const { input } = station;
    station.active = active;
    this.#parts.moved?.();
    switch (input.kind) {
      case 'door_contact':
        this.#doors.get(input.lock)?.contactIs(active, atUs);
        break;
      case 'exit_button':
        if (active) this.#onExit(input);
        break;
      case 'tamper':
        this.#parts.record(tamperEvent(input.name, input.of, active));
        this.#parts.log.warn('tamper', { input: input.name, of: input.of, active });
        break;
      case 'fire':
        this.#onFire(input, active);
    }
  }

  #onExit({ name, locks, way }: Extract<WiredInput, { kind: 'exit_button' }>): void {
    const { record, log } = this.#parts;
    record(exitEvent(name, locks, way));
    log.info('exit button', { input: name, lock: locks.join(',') });
    if (way === 'excuses') {
      for (const lock of locks) this.#doors.get(lock)?.excuse(this.#exitSeconds(lock) * 1e6);
      return;
    }
    const shut = locks.filter((lock) => !this.#locks.exit(lock, this.#exitSeconds(lock)));
    if (shut.length > 0) record(exitFailedEvent(name, shut));
  }

  #exitSeconds(lock: LockName): number {
    try {
      return this.#parts.settings.openSeconds(lock);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return exitSeconds;
    }
  }

  #onFire({ name, locks }: Extract<WiredInput, { kind: 'fire' }>, active: boolean): void {
    const { record, log } = this.#parts;
    this.#releaseForFire();
    record(fireEvent(name, locks, active));
    if (active) this.#parts.onFire?.();
    log.warn(active ? 'fire' : 'fire is over: a close locks', {
      input: name,
      lock: locks.join(','),
    });
  }

  /** Releases the locks of each fire input that is active, and tries again where that failed. */
  #releaseForFire(): void {
    this.#fireRetry?.cancel();
    if (!this.#tellOfFire()) {
      this.#fireRetry = this.#parts.clock.after(fireRetryUs, () => this.#releaseForFire());
      return;
    }
    // A line that is gone never tells the end of a fire: from the release on, a close may lock.
    const gone = this.#stations.filter(isGoneInFire);
    for (const station of gone) station.active = false;
    if (gone.length > 0) this.#tellOfFire();
  }

  /** Each lock is told whether any of its fire inputs is active. @returns whether all could open. */
  #tellOfFire(): boolean {
    const burning = this.#fireLocks((station) => station.active);
    const told = [...this.#fireLocks(() => true)].map(
      (lock) => this.#locks.fire(lock, burning.has(lock)) || !burning.has(lock),
    );
    return told.every(Boolean);
  }

  #fireLocks(counts: (station: InputStation) => boolean): ReadonlySet<LockName> {
    const locks = new Set<LockName>();
    for (const station of this.#stations.filter(counts)) {
      if (station.input.kind === 'fire') for (const lock of station.input.locks) locks.add(lock);
    }
    return locks;
  }

  /**
   * Nobody knows whether there is fire where its line is gone: its locks open, and stay so until
   * somebody closes them. A door whose contact is gone is taken to stand as it stood.
   */
  #onLost(station: InputStation, { message, remedy }: Fault): void {
    const { input } = station;
    const { record, log } = this.#parts;
    station.away = message;
    this.#parts.moved?.();
    if (input.kind === 'door_contact') this.#doors.get(input.lock)?.stop();
    if (input.kind === 'fire') {
      station.active = true;
      this.#releaseForFire();
    }
    record(inputLostEvent(input.name, input.kind, message));
    log.error('input lost', { input: input.name, kind: input.kind, why: message, do: remedy });
  }

  /** An operator has set other times for the contacts. */
  sensorChanged(): void {
    for (const door of this.#doors.values()) door.settingsChanged();
  }

  states(): InputStatus[] {
    return this.#stations.map(({ input: { name, kind }, active, away }) => ({
      name,
      kind,
      active,
      away,
    }));
  }

  doors(): DoorStatus[] {
    return [...this.#doors.values()].map((door) => door.status());
  }

  /** Lets go of all lines. */
  close(): void {
    this.#fireRetry?.cancel();
    for (const door of this.#doors.values()) door.stop();
    for (const { watch } of this.#stations) watch?.close();
  }
}

function isGoneInFire({ input, active, away }: InputStation): boolean {
  return input.kind === 'fire' && active && away !== null;
}
