/** What people call the parts of a panel. Types only. */
import type { LockName } from '../door/model.ts';

/** Names for people; those of the configuration stay what the API and the log use. */
interface Labels {
  readonly device?: string;
  readonly readers: readonly { readonly name: string; readonly label: string }[];
  readonly locks: readonly { readonly name: LockName; readonly label: string }[];
}

/** Part of `SettingReader`. */
export interface LabelReader {
  /** @throws Fault `store-unreadable`. */
  labels(): Labels;
}

/** Part of `SettingWriter`, and of `PanelCommands`. */
export interface LabelWriter {
  /** In place of all that were there. Resolves when they are on the disk. */
  setLabels(labels: Labels): Promise<void>;
}
