/** Makes backups when their time has come, and says so when none can be made. */
import { describeError, Fault } from '../errors.ts';
import type { Backups } from '../ports/backup.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Clock, Log, Timer } from '../ports.ts';

/** What it works with. */
export interface BackupKeeperParts {
  readonly backups: Backups;
  readonly commands: Pick<PanelCommands, 'raiseFault' | 'clearFault'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether one should have been made since then, Unix milliseconds. */
  readonly isMissed: (sinceMs: number) => boolean;
}

const faultCode = 'backup-failed';
/** The start comes first. */
const firstLookUs = 60_000_000;
/** What was missed, or failed, is tried again. */
const lookUs = 3_600_000_000;

export class BackupKeeper {
  readonly #parts: BackupKeeperParts;
  #timer: Timer | undefined;

  constructor(parts: BackupKeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    // At once: it is the state before a restore, and there is no other copy of it.
    void this.#try(() => this.#parts.backups.keepReplaced());
    this.#timer = this.#parts.clock.after(firstLookUs, () => this.#look());
  }

  /** The time has come. */
  async run(): Promise<void> {
    await this.#try(async () => void (await this.#parts.backups.make('scheduled')));
  }

  close(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const { backups, clock, isMissed } = this.#parts;
    this.#timer = clock.after(lookUs, () => this.#look());
    void this.#try(() => backups.keepReplaced());
    if (isMissed(backups.scheduledMs())) void this.run();
  }

  async #try(work: () => Promise<boolean | undefined>): Promise<void> {
    const { commands, log } = this.#parts;
    try {
      if ((await work()) !== false) await commands.clearFault(faultCode);
    } catch (error) {
      log.error('a backup failed', { why: describeError(error) });
      const remedy = error instanceof Fault ? error.remedy : 'see the log';
      const what = error instanceof Fault ? error.message : 'no backup could be made';
      await commands.raiseFault({ code: faultCode, what, do: remedy });
    }
  }
}
