/** Answers of the API that several views read. `/docs` describes them. */

/** Names of locks. */
export type LockName = 'first' | 'second';

/** What an event says, besides who and when. */
export type EventModel = { readonly [name: string]: unknown };

/** An item of `GET /api/v1/log/items`. */
export interface LogEvent {
  readonly sequence: number;
  /** Unix milliseconds. */
  readonly timestamp: number;
  readonly category: 'access' | 'info' | 'system' | 'emergency';
  readonly priority: 'low' | 'medium' | 'high';
  readonly name: { readonly text: string; readonly key: string };
  readonly info: { readonly text: string; readonly model: EventModel };
}

/** A page of a list. */
export interface List<T> {
  readonly list_items: readonly T[];
  readonly list_option: {
    readonly pagination: {
      readonly total_items: number;
      readonly total_pages: number;
      readonly current_page: number;
    };
  };
}

/** Mode of a door. */
export type DoorMode = 'normal' | 'free' | 'blocked';

/** A lock in `GET /api/v1/panel/status`; moments are Unix milliseconds. */
export interface LockStatus {
  readonly name: LockName;
  readonly relay: 'strike' | 'magnet';
  readonly released: boolean;
  readonly mode: DoorMode;
  readonly opensAtMs: number | null;
  readonly grantUntilMs: number | null;
  readonly emergencyUntilMs: number | null;
  readonly exitUntilMs: number | null;
  readonly freeAccess: boolean;
  readonly toggled: boolean;
  readonly fire: boolean;
}

/** A reader in the status. */
export interface ReaderStatus {
  readonly name: string;
  /** Why its lines are gone; null: present. */
  readonly away: string | null;
  readonly credentials: number;
  readonly misreads: number;
  readonly lastFrameMs: number | null;
}

/** A contact, button, fire or tamper input in the status. */
export interface InputStatus {
  readonly name: string;
  readonly kind: string;
  readonly active: boolean;
  readonly away: string | null;
}

/** `GET /api/v1/panel/status`. */
export interface PanelStatus {
  readonly nowMs: number;
  readonly startedMs: number;
  readonly clockTrusted: boolean;
  readonly readers: readonly ReaderStatus[];
  readonly locks: readonly LockStatus[];
  readonly inputs: readonly InputStatus[];
  readonly events: { readonly failing: boolean; readonly dropped: number; readonly last: number };
  readonly identifiers: number;
  readonly version: string;
  readonly deviceName: string;
}
