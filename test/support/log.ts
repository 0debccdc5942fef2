import type { Log, LogFields, LogLevel } from '../../src/ports.ts';

export interface LogEntry {
  readonly level: LogLevel;
  readonly text: string;
  readonly fields: LogFields;
}

/** A log that keeps its entries. */
export function memoryLog(): Log & { readonly entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const at =
    (level: LogLevel) =>
    (text: string, fields: LogFields = {}) => {
      entries.push({ level, text, fields });
    };
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
