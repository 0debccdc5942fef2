import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedEvent } from '../../src/door/model.ts';
import { Walks } from '../../src/web/lists/search.ts';
import { textSearch } from '../../src/web/lists/text-search.ts';
import { eventItem } from '../../src/web/log/log.ts';
import { logCsv } from '../../src/web/log/log-csv.ts';
import { searchedEvent } from '../../src/web/log/log-filter.ts';

const wiegand = { type: 'wiegand_26', representation: 'decimal' } as const;
const nothing = () => undefined;

function eventOf(seq: number): LoggedEvent {
  const said = { category: 'info', priority: 'low', key: 'x', text: 'Ann passed' } as const;
  return { ...said, seq, wallMs: seq * 1000, model: {} };
}

/** A log that has no end. */
function endless() {
  let looks = 0;
  const next = (after = 0, limit = 0) => {
    looks += 1;
    return Array.from({ length: limit }, (_, n) => eventOf(after + 1 + n));
  };
  return { next, looks: () => looks };
}

/** An export of those events of a log in which a text is found. */
function exportOf(log: ReturnType<typeof endless>, walks: Walks, text: string) {
  const filter = textSearch(text, wiegand, searchedEvent);
  const parts = { source: log, filter, walks, refresh: nothing };
  return logCsv(parts, (event) => eventItem(event, wiegand)).getReader();
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise(setImmediate);
}

test('an export ends with its client, in the midst of a search too', async () => {
  const log = endless();
  const walks = new Walks(nothing);
  const reader = exportOf(log, walks, 'never');
  await reader.read();
  const none = reader.read();
  while (log.looks() < 3) await new Promise(setImmediate);
  await reader.cancel();
  await none;
  const looks = log.looks();
  await turns(5);
  assert.ok(log.looks() <= looks + 1, 'it goes on');
});

test('exports that search have places among the walks, those that wait for their clients none', async () => {
  const walks = new Walks(nothing);
  const log = endless();
  const start = (text: string) => exportOf(log, walks, text);
  const slow = Array.from({ length: 8 }, () => start('passed'));
  for (const reader of slow) {
    await reader.read();
    assert.match(String(Buffer.from((await reader.read()).value ?? [])), /^1,1970/);
  }
  await turns(5);
  assert.equal(walks.refusal(), undefined);
  const busy = Array.from({ length: 6 }, () => start('never'));
  for (const reader of busy) {
    await reader.read();
    void reader.read();
  }
  await new Promise(setImmediate);
  assert.equal(walks.refusal()?.status, 429);
  for (const reader of [...busy, ...slow]) await reader.cancel();
  await turns(5);
  assert.equal(walks.refusal(), undefined);
});
