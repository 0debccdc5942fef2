/** Something of the panel that is not as it should be while the door goes on, as `/api/v1/panel/health` lists it. */
export interface HealthFault {
  /** Stable code of the fault, such as `disk-full`. */
  readonly code: string;
  /** Of what the fault is, and its figures: what `what` says besides its code. Absent: nothing. */
  readonly params?: { readonly [name: string]: string | number };
  /** What is wrong, one sentence. */
  readonly what: string;
  /** What a technician does about it, one sentence. */
  readonly do: string;
  /** When it began, epoch milliseconds. */
  readonly sinceMs: number;
}
