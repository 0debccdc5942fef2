/** Facts of the panel that the page needs everywhere. */
import type { LockName } from './panel-types.ts';

/** `GET /api/v1/panel/setup`. */
export interface Setup {
  /** IANA name of the panel's zone. */
  readonly timezone: string;
  readonly device_name: string;
  /** The password of admin is still the one that the first start wrote. */
  readonly initial_password: boolean;
  /** Names that people gave; absent: none. */
  readonly labels: {
    readonly device?: string;
    readonly readers: readonly { readonly name: string; readonly label: string }[];
    readonly locks: readonly { readonly name: LockName; readonly label: string }[];
  };
}
