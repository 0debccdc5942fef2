import type { Log, LogFields } from '../../src/ports.ts';
import { type LogEntry, memoryLog } from './log.ts';

/** A log on whose entries a test can wait. */
export function watchedLog() {
  const { entries, ...inner } = memoryLog();
  let wake: () => void = () => undefined;
  let seen = 0;
  const at = (level: keyof Log) => (text: string, fields?: LogFields) => {
    inner[level](text, fields);
    wake();
  };
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  return {
    log,
    entries,
    /** The next entry, after the last one waited for, whose text holds `part`. */
    async next(part: string): Promise<LogEntry> {
      for (;;) {
        const index = entries.findIndex(({ text }, at) => at >= seen && text.includes(part));
        const entry = entries[index];
        if (entry) {
          seen = index + 1;
          return entry;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
