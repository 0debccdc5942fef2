/** What writing costs the disk: pages, not time. */
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { PanelEvent } from '../../src/door/model.ts';
import { EventLog, openEvents } from '../../src/store/events.ts';
import { Identifiers } from '../../src/store/identifiers.ts';
import { openStore } from '../../src/store/store.ts';
import { FakeClock } from '../support/clock.ts';
import { freshFolder, freshStore } from '../support/store.ts';

const page = 4096;
const unwatched = { appended: () => {}, failed: () => {}, recovered: () => {} };

function passage(n: number): PanelEvent {
  const model = { reader: 'front', type: 'card', number: String(n), owner: `Resident ${n}` };
  return {
    category: 'access',
    priority: 'medium',
    key: 'access_granted_by_valid_identifier',
    text: `Resident ${n} may pass at front`,
    model: { ...model, raw: '2387695' },
  };
}

/** Bytes that this process has handed to files so far (proc(5)). */
function handedOver(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

test('a log of a hundred thousand is pruned ten at a time, and never longer than its bound', async (t) => {
  const store = freshStore(t);
  const keep = 100_000;
  const log = new EventLog(store, new FakeClock(), keep, unwatched);
  for (let n = 1; n <= keep + 5; n += 1) {
    log.append(passage(n));
    if (n % 5000 === 0) await log.settled();
  }
  await log.settled();
  const events = openEvents(store);
  const firsts = new Set<number>();
  for (let n = 1; n <= 60; n += 1) {
    log.append(passage(n));
    await log.settled();
    const length = events.lastSeq() - events.firstSeq() + 1;
    assert.ok(length <= keep && length > keep - 10, `${length} events`);
    firsts.add(events.firstSeq());
  }
  assert.ok(firsts.size <= 7, `pruned ${firsts.size} times`);
});

test('a passage at the bound of the log hands the file ten pages at the most', async (t) => {
  const store = freshStore(t);
  const keep = 20_000;
  const log = new EventLog(store, new FakeClock(), keep, unwatched);
  for (let n = 1; n <= keep + 50; n += 1) log.append(passage(n));
  await log.settled();
  const before = handedOver();
  const passages = 100;
  for (let n = 1; n <= passages; n += 1) {
    log.append(passage(n));
    await log.settled();
  }
  const pages = (handedOver() - before) / passages / page;
  assert.ok(pages > 4 && pages <= 10, `${pages.toFixed(1)} pages`);
});

interface Site {
  readonly log: EventLog;
  readonly identifiers: Identifiers;
}

/** Pages of the database file after each round of `work`. */
async function pagesOver(t: TestContext, rounds: number, work: (site: Site) => Promise<void>) {
  const folder = freshFolder(t);
  const store = openStore(folder, 'writer');
  t.after(() => store.close());
  const log = new EventLog(store, new FakeClock(), 1000, unwatched);
  const site = { log, identifiers: new Identifiers(store) };
  const pages: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await work(site);
    pages.push(statSync(join(folder, 'latchd.mdb')).size / page);
  }
  return pages;
}
test('the file stays as large as it was, however often identifiers and events come and go', async (t) => {
  let number = 0;
  const pages = await pagesOver(t, 40, async ({ log, identifiers }) => {
    const uids: number[] = [];
    for (let n = 0; n < 50; n += 1) {
      number += 1;
      const owner = { name: `Guest ${number}`, type: 'guest' } as const;
      const card = String((number * 2_654_435_761) % 2 ** 32);
      const made = await identifiers.create({ type: 'card', number: card, owner, lock: 'first' });
      if ('uid' in made) uids.push(made.uid);
      log.append(passage(number));
      // What is written in one transaction is not up to who is faster.
      await log.settled();
    }
    await identifiers.remove(uids);
  });
  assert.equal(number, 2000);
  const settled = Math.max(...pages.slice(20, 30));
  const last = Math.max(...pages.slice(30));
  // A transaction leaves a few pages over, of which the next ones take some.
  assert.ok(last <= settled * 1.05, `${settled} pages, then ${last}`);
  assert.ok(last < 150, `${last} pages`);
});
