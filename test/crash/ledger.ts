/**
 * The entries of a panel whose machine loses its power, in a file of another machine. An entry is
 * there before its client goes on.
 */
import { openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { type Entry, type Found, Model } from './model.ts';

/** What a panel was found to hold, as JSON. */
interface Start {
  readonly cells: readonly (readonly [string, { readonly text: string; readonly uid?: number }])[];
  readonly left: readonly (readonly [number, number])[];
  readonly lastSeq: number;
}

/** The model as it was when the power went. */
export function readLedger(file: string): Model {
  const [start, ...lines] = readFileSync(file, 'utf8').split('\n');
  const { cells, left, lastSeq }: Start = JSON.parse(start ?? '');
  const model = new Model({
    cells: new Map(cells),
    left: new Map(left),
    events: lastSeq === 0 ? [] : [{ seq: lastSeq }],
  });
  // Behind the last newline is nothing, or an entry that was cut off: its client never went on.
  for (const line of lines.slice(0, -1)) model.take(JSON.parse(line) as Entry);
  return model;
}

/** Begins a ledger in the place of an older one. @returns how to keep an entry. */
export function beginLedger(file: string, { cells, left, events }: Found): (entry: Entry) => void {
  const lastSeq = events.at(-1)?.seq ?? 0;
  const start: Start = { cells: [...cells], left: [...left], lastSeq };
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(start)}\n`);
  renameSync(fresh, file);
  const descriptor = openSync(file, 'a');
  return (entry) => void writeSync(descriptor, `${JSON.stringify(entry)}\n`);
}
