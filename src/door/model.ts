/** The nouns of the door. Types only, no behaviour. */

/** The two locks a panel drives; each is one relay. */
export type LockName = 'first' | 'second';
export const lockNames = ['first', 'second'] as const satisfies readonly LockName[];

/** What an identifier opens (panel API, `lock`). */
export type LockSelection = LockName | 'all';

/** Kinds of identifier this panel stores (panel API, `identifier_type`). */
export const identifierTypes = ['card', 'ukey', 'inputCode', 'qr', 'license_plate'] as const;
export type IdentifierType = (typeof identifierTypes)[number];

/** How card numbers are written in answers, and how bare digits are read (panel API, update by type). */
export type Representation = 'hex' | 'decimal';

/** Reader types of the panel API; also names of generic formats. */
export const wiegandTypes = [
  'wiegand_26',
  'wiegand_34',
  'wiegand_42',
  'wiegand_58',
  'wiegand_66',
  'wiegand_130',
] as const;
export type WiegandType = (typeof wiegandTypes)[number];

export interface Owner {
  readonly name: string;
  readonly type: 'owner' | 'guest';
}

/** Unix seconds, both ends included. */
export interface ValidityWindow {
  readonly fromS: number;
  readonly toS: number;
}

/** `left` counts down from `max`; 0 <= left <= max. */
export interface PassLimit {
  readonly max: number;
  readonly left: number;
}

/** What somebody may present, without its place in the store. */
export interface IdentifierFields {
  readonly type: IdentifierType;
  /**
   * Canonical number: for `card` and `ukey` the decimal digits of one unsigned integer, for `qr` a
   * lower-case UUID, otherwise the text as given. (type, number) is unique in a store.
   */
  readonly number: string;
  readonly owner: Owner;
  readonly lock: LockSelection;
  /** Absent: valid at any time. */
  readonly window?: ValidityWindow;
  /** Absent: any number of passes. */
  readonly passes?: PassLimit;
  /** How an outside system finds it again: a lower-case UUID, unique (panel API, `link_id`). */
  readonly linkId?: string;
  /**
   * Uids of time profiles, any one of which must hold, whatever else grants a lock; absent: no
   * restriction. Never empty.
   */
  readonly profiles?: readonly number[];
  /** Uid of the apartment it belongs to. */
  readonly apartment?: number;
  /** Uids of access levels, whose locks then stand in the place of `lock`; none: opens nothing. */
  readonly levels?: readonly number[];
  /** Four digits, asked for where the reader asks for a PIN. */
  readonly pin?: string;
  /** Uid of the person who holds it (access-key API). */
  readonly person?: number;
  /** Uid of the identifier whose access key this number belongs to as well (access-key API, `a|b`). */
  readonly partOf?: number;
  /** Unix seconds of its last change through the access-key API; absent: none, or no clock was set. */
  readonly appliedS?: number;
  /** Link id of the apartment it shall belong to once there is such a one. */
  readonly awaitedApartment?: string;
}

/** A stored identifier. `uid` counts from 1 up and is never used twice. */
export interface Identifier extends IdentifierFields {
  readonly uid: number;
}

/** Named lock assignment of the access-key API; an identifier may have several. */
export interface AccessLevel {
  readonly name: string;
  readonly lock: LockSelection;
  /** Uids of time profiles, any one of which must hold; absent: no restriction. Never empty. */
  readonly profiles?: readonly number[];
  /** The level's public id, a lower-case UUID. */
  readonly linkId: string;
}

/** A holder of access keys. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  /** The person's public id, a lower-case UUID. */
  readonly linkId: string;
}

/** An apartment, as far as identifiers belong to one. */
export interface Apartment {
  readonly name: string;
  readonly building: number;
  readonly unit: number;
  readonly floor: number;
  readonly room: number;
  readonly residents: number;
  readonly linkId?: string;
}

/** Where an apartment is, as the panel API writes it. */
export type LogicalAddress = Pick<Apartment, 'building' | 'unit' | 'floor' | 'room'>;

/** Civil time in the panel's zone. */
export interface CivilTime {
  /** Days since 1970-01-01 of the proleptic Gregorian calendar. */
  readonly day: number;
  /** Second of the day by the clock on the wall, 0 to 86399. */
  readonly second: number;
}

/** Days of the week in the order of the calendar's week, Monday first (ISO 8601). */
export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

/** Which of the days of a kind in a month (panel API, `week_order`). */
export const dayOrders = ['first', 'second', 'third', 'fourth', 'fifth', 'last'] as const;
/** Kinds of day (panel API, `day_type`): WEEK_DAY is Monday to Friday, DAY_OFF the other two. */
export const dayTypes = [...weekdays, 'WEEK_DAY', 'DAY_OFF'] as const;

/** A day of a month by its kind: the first Monday, the last day off. */
export interface NthDay {
  readonly order: (typeof dayOrders)[number];
  readonly type: (typeof dayTypes)[number];
}

/** Days of a month: numbers 1 to 31, of which a month may lack some, or one by its kind. */
export type MonthDays = readonly number[] | NthDay;

/** On which days a custom repetition falls, `every` 1 to 1000 of its units. */
export type CustomRepeat = { readonly every: number } & (
  | { readonly unit: 'day' }
  | { readonly unit: 'week'; readonly weekdays: readonly Weekday[] }
  | { readonly unit: 'month'; readonly days: MonthDays }
  /** `months` 1 to 12. Without `days`: the day of the month of the first occurrence. */
  | { readonly unit: 'year'; readonly months: readonly number[]; readonly days?: MonthDays }
);

/** How a time profile repeats (panel API, `repeat_format`). */
export interface Repeat {
  /** False: kept for the client; the first occurrence is the only one. */
  readonly enabled: boolean;
  readonly type: 'day' | 'week' | 'twoWeeks' | 'month' | 'year' | 'custom';
  /** Unix seconds on the last civil day on which an occurrence may start; absent: no end. */
  readonly untilS?: number;
  /** Of type `custom`, and only there. */
  readonly custom?: CustomRepeat;
}

/**
 * When an identifier may pass, in the panel's civil time: an entry of a calendar, whose first
 * occurrence is repeated by a rule.
 */
export interface TimeProfile {
  readonly name: string;
  readonly linkId?: string;
  /** True: the whole civil days of both ends and all between. */
  readonly allDay: boolean;
  /** The first occurrence, Unix seconds, both ends included. */
  readonly fromS: number;
  readonly toS: number;
  /** Absent: the first occurrence is the only one. */
  readonly repeat?: Repeat;
}

/** Why a presentation was refused. Stable strings: a new one is an API change. */
export type DenialReason =
  | 'unknown-credential'
  | 'misread'
  | 'wrong-reader'
  | 'not-yet-valid'
  | 'expired'
  | 'no-passes-left'
  | 'door-blocked'
  | 'clock-untrusted'
  | 'outside-time-profile'
  | 'remote-server'
  /** A code that nobody has, or a PIN that is not the card's. */
  | 'wrong-code'
  /** A card where a PIN belongs to it: it has none, or none was typed in time. */
  | 'no-code'
  /** Wrong codes came too often; even a right one is refused for a while. */
  | 'too-many-attempts'
  /** Already on that side of an area. */
  | 'anti-passback'
  /** The other door of an interlock is open, or about to be. */
  | 'interlock';

/** Locks that no grant may release now, and why. */
export type Bars = { readonly [lock in LockName]?: 'door-blocked' | 'interlock' };

/** The outcome of a presentation. A refusal is a value, not an error. */
export type Decision =
  | {
      readonly granted: true;
      readonly locks: readonly LockName[];
      readonly takesPass: boolean;
      /** Present: already on that side of an area, which only tells it. */
      readonly passback?: true;
    }
  | { readonly granted: false; readonly reason: DenialReason };

export type EventCategory = 'access' | 'info' | 'system' | 'emergency';
type EventPriority = 'low' | 'medium' | 'high';

/** Values an event may carry; JSON, so that it can be stored and served as it is. */
export type EventValue =
  | string
  | number
  | boolean
  | null
  | readonly EventValue[]
  | { readonly [key: string]: EventValue };

/** Something that happened, before it has a number. */
export interface PanelEvent {
  readonly category: EventCategory;
  readonly priority: EventPriority;
  /** Name of the kind of event, as in the panel API's table of log keys. */
  readonly key: string;
  /** One sentence for people. */
  readonly text: string;
  readonly model: { readonly [key: string]: EventValue };
}

/** An event in the log: numbered from 1 without gaps, `wallMs` Unix milliseconds. */
export interface LoggedEvent extends PanelEvent {
  readonly seq: number;
  readonly wallMs: number;
}
