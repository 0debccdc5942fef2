/**
 * A reader with a keypad: frames that are keys become codes and PINs. What was typed is looked up or
 * compared and then forgotten; no log, event or answer says a digit, nor how many were right.
 */

import { duressEvent } from '../door/events/readers.ts';
import type { Identifier } from '../door/model.ts';
import { type DuressKind, pinHolds, withoutDuress } from '../door/pin.ts';
import { codeOf, type Presented } from '../door/presented.ts';
import { describeError, Fault } from '../errors.ts';
import type { MasterReader } from '../ports/accounts.ts';
import type { KeypadSetup } from '../ports/readers.ts';
import type { Timer } from '../ports.ts';
import { isSpoilt } from '../reader/credential.ts';
import { decode, formatByName } from '../reader/formats.ts';
import type { Frame } from '../reader/frame.ts';
import { bufferedCode, burstBits, type Key, Keypad, keyOf } from '../reader/keypad.ts';
import type { Judgement } from './judge.ts';
import type { Limiter, LimiterParts } from './limiter.ts';
import { known } from './obey.ts';
import type { PassageParts, Passages, Place } from './passages.ts';

export interface KeypadParts extends PassageParts, LimiterParts {
  readonly master: Pick<MasterReader, 'isCode'>;
  readonly duress: DuressKind;
}

/** A card whose PIN is still to come. */
interface Waiting {
  readonly card: Presented;
  /** When it was read last. */
  readUs: number;
  /** When it was read, or a key pressed, last. */
  lastUs: number;
}

/** The frame of a buffered keypad (HID 7393800). */
const bufferedFrame = formatByName('H10301');
/** A card that waits for its PIN and comes again within this time is held, at any reader. */
const heldUs = 2_000_000;
/** A key typed in time may be delivered late; by then its own time decides. */
const lateUs = 500_000;

/** The keypad of one reader, and what becomes of cards at such a reader. */
export class KeypadReader {
  readonly #place: Place;
  readonly #setup: KeypadSetup;
  readonly #parts: KeypadParts;
  readonly #passages: Passages;
  readonly #limiter: Limiter;
  readonly #keypad: Keypad;
  #waiting: Waiting | undefined;
  #timer: Timer | undefined;
  /** A code about which a remote server is asked: no other is tried meanwhile. */
  #asking = false;

  constructor(
    place: Place,
    setup: KeypadSetup,
    parts: KeypadParts,
    passages: Passages,
    limiter: Limiter,
  ) {
    this.#place = place;
    this.#setup = setup;
    this.#parts = parts;
    this.#passages = passages;
    this.#limiter = limiter;
    this.#keypad = new Keypad(setup.betweenKeysUs, setup.digits);
  }

  /** Takes a frame that is the keypad's; undefined: it is not, and goes the usual way. */
  take(frame: Frame): 'taken' | 'no-key' | undefined {
    const { kind, mode, digits, facility } = this.#setup;
    if (isSpoilt(frame)) return undefined;
    if (kind === 'buffered_26') {
      const reading = bufferedFrame && decode(bufferedFrame, frame.raw);
      if (frame.length !== bufferedFrame?.bits || reading?.card === undefined) return undefined;
      if (reading.facility !== BigInt(facility)) return undefined;
      const code = bufferedCode(reading.card, digits);
      if (code !== undefined && mode !== 'card') this.#onCode(code, frame.endUs);
      return 'taken';
    }
    if (frame.length !== burstBits[kind]) return undefined;
    const key = keyOf(frame);
    if (key === undefined) return 'no-key';
    if (mode !== 'card') this.#onKey(key, frame.endUs);
    return 'taken';
  }

  /** A frame at `atUs` could not be read: it may have been a key of the code under way. */
  spoil(atUs: number): void {
    this.#keypad.spoil(atUs);
  }

  /** A card at this reader: it passes, waits for its PIN, or is not what is asked for here. */
  onCard(card: Presented, atUs: number): void {
    const { mode } = this.#setup;
    const held = this.#passages.held(this.#place, card, atUs);
    if (this.#isWaitingStill(card, atUs, held !== undefined)) return;
    if (held) {
      // Where a PIN belongs to it, the card alone keeps nothing open.
      if (mode !== 'card_and_code') this.#passages.keepOpen(this.#place, card, held);
      return;
    }
    this.#keypad.clear();
    this.#giveUp();
    if (mode === 'card' || mode === 'card_or_code') {
      this.#passages.present(this.#place, card);
      return;
    }
    const identifier = known(this.#parts, card);
    if (!identifier) this.#refuse(card, 'unknown-credential');
    else if (mode === 'code') this.#refuse(card, 'wrong-reader');
    else if (this.#isBlocked(identifier)) this.#refuse(card, 'too-many-attempts');
    else if (identifier.pin === undefined) this.#refuse({ ...card, pin: 'unset' }, 'no-code');
    else this.#await(card, atUs);
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Whether it is the card that waits for its PIN, still held while that is typed. */
  #isWaitingStill(card: Presented, atUs: number, isHeld: boolean): boolean {
    const waiting = this.#waiting;
    if (!waiting || waiting.card.number !== card.number) return false;
    if (!isHeld && atUs - waiting.readUs >= heldUs) return false;
    waiting.readUs = atUs;
    waiting.lastUs = atUs;
    return true;
  }

  #onKey(key: Key, atUs: number): void {
    if (this.#waiting && atUs - this.#waiting.lastUs > this.#setup.betweenKeysUs) this.#giveUp();
    if (this.#waiting) this.#waiting.lastUs = atUs;
    const pressed = this.#keypad.press(key, atUs);
    if (pressed.kind === 'code') this.#onCode(pressed.digits, atUs);
  }

  #onCode(digits: string, atUs: number): void {
    if (this.#waiting && atUs - this.#waiting.lastUs > this.#setup.betweenKeysUs) this.#giveUp();
    const card = this.#waiting?.card;
    this.#forget();
    if (card) this.#tryPin(card, digits);
    else this.#tryCode(digits);
  }

  /** The store is asked again: the card may have been deleted since it was presented. */
  #tryPin(card: Presented, digits: string): void {
    const identifier = known(this.#parts, card);
    if (this.#isBlocked(identifier)) {
      this.#refuse(card, 'too-many-attempts');
      return;
    }
    if (this.#opensAll(digits)) return;
    if (!identifier) {
      this.#refuse(card, 'unknown-credential');
      return;
    }
    const { duress } = this.#parts;
    const held = identifier.pin === undefined ? 'no' : pinHolds(identifier.pin, digits, duress);
    if (held === 'no') {
      this.#refuse(card, 'wrong-code');
      this.#limiter.tried(this.#reader, false);
      this.#limiter.tried({ identifier: identifier.uid }, false);
      return;
    }
    this.#passages.present(this.#place, { ...card, pin: 'right' }, (judgement) => {
      if (judgement.decision.granted) {
        this.#limiter.tried(this.#reader, true);
        this.#limiter.tried({ identifier: identifier.uid }, true);
      }
      if (held === 'duress') this.#alarm(identifier, judgement);
    });
  }

  #tryCode(digits: string): void {
    if (this.#asking) {
      // It is neither looked at nor counted; the reader shows that the first is waited for.
      this.#parts.waiting?.(this.#place.setup.name);
      return;
    }
    if (this.#isBlocked(undefined)) {
      this.#refuse(codeOf(digits), 'too-many-attempts');
      return;
    }
    if (this.#opensAll(digits)) return;
    if (this.#setup.mode === 'card_and_code') {
      // Without a card, whoever types can only be after the master code.
      this.#refuse(codeOf(digits), 'wrong-code');
      this.#limiter.tried(this.#reader, false);
      return;
    }
    let forced: Identifier | undefined;
    // A remote server is asked about what was typed: it may be a code that it alone knows.
    const listed = () => {
      forced = this.#underDuress(digits);
      return codeOf(forced?.number ?? digits);
    };
    const told = (judgement: Judgement) => {
      this.#asking = false;
      const { decision } = judgement;
      if (decision.granted) this.#limiter.tried(this.#reader, true);
      else if (decision.reason === 'wrong-code' || decision.reason === 'remote-server') {
        this.#limiter.tried(this.#reader, false);
      }
      if (forced) this.#alarm(forced, judgement);
    };
    this.#asking = true;
    this.#passages.present(this.#place, codeOf(digits), told, listed);
  }

  /** Whose code these digits are under duress. Somebody's own code always is what it says. */
  #underDuress(digits: string): Identifier | undefined {
    if (this.#parts.duress === 'off' || known(this.#parts, codeOf(digits))) return undefined;
    return known(this.#parts, codeOf(withoutDuress(digits)));
  }

  #alarm(identifier: Identifier, { decision }: Judgement): void {
    const { name: reader } = this.#place.setup;
    const { record, log } = this.#parts;
    record(duressEvent(reader, identifier, decision.granted ? decision.locks : []));
    log.warn('duress', { reader, owner: identifier.owner.name, uid: identifier.uid });
  }

  /** Whether the digits are the master code, which has opened then what it may. */
  #opensAll(digits: string): boolean {
    const { master, log } = this.#parts;
    try {
      if (!master.isCode(digits)) return false;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.error('the master code cannot be read', { why: describeError(error) });
      return false;
    }
    if (this.#passages.presentMaster(this.#place)) this.#limiter.tried(this.#reader, true);
    return true;
  }

  get #reader() {
    return { reader: this.#place.setup.name };
  }

  #isBlocked(identifier: Identifier | undefined): boolean {
    if (this.#limiter.isBlocked(this.#reader)) return true;
    return identifier !== undefined && this.#limiter.isBlocked({ identifier: identifier.uid });
  }

  #refuse(presented: Presented, reason: Parameters<Passages['refuse']>[2]): void {
    this.#passages.refuse(this.#place, presented, reason);
  }

  #await(card: Presented, atUs: number): void {
    this.#waiting = { card, readUs: atUs, lastUs: atUs };
    this.#watch(this.#waiting);
  }

  #watch(waiting: Waiting): void {
    const { clock } = this.#parts;
    const untilUs = waiting.lastUs + this.#setup.betweenKeysUs + lateUs;
    this.#timer = clock.after(Math.max(0, untilUs - clock.monoUs()), () => {
      const isOver = clock.monoUs() >= waiting.lastUs + this.#setup.betweenKeysUs + lateUs;
      if (isOver) this.#giveUp();
      else this.#watch(waiting);
    });
  }

  /** Nobody typed the PIN of the card that waits. */
  #giveUp(): void {
    const card = this.#waiting?.card;
    this.#forget();
    if (card) this.#refuse(card, 'no-code');
  }

  #forget(): void {
    this.#timer?.cancel();
    this.#waiting = undefined;
  }
}
