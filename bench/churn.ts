/** Size of the database file while identifiers and events come and go, and readers look on. */
import { statSync } from 'node:fs';
import { systemClock } from '../src/io/clock.ts';
import { EventLog } from '../src/store/events.ts';
import { Identifiers } from '../src/store/identifiers.ts';
import { databaseFile, openStore } from '../src/store/store.ts';
import { benchFolder, cardNumber } from './fill.ts';

const rounds = Number(process.env.LATCHD_BENCH_ROUNDS ?? 200);
const [kept, eventsKept, perRound] = [2000, 20_000, 500];

const folder = benchFolder();
const store = openStore(folder, 'writer');
const silent = { appended: () => {}, failed: () => {}, recovered: () => {} };
const events = new EventLog(store, systemClock(), eventsKept, silent);
const identifiers = new Identifiers(store);
const reader = openStore(folder, 'reader');
const seen = new Identifiers(reader);

const uids: number[] = [];
let number = 0;

/** Creates and deletes identifiers in steps as a bulk call does, with a passage for each. */
async function churn(): Promise<void> {
  for (let step = 0; step < perRound; step += 50) {
    const made = await identifiers.batch((changes) =>
      Array.from({ length: 50 }, () => {
        number += 1;
        const owner = { name: `Guest ${number}`, type: 'guest' } as const;
        return changes.create({ type: 'card', number: cardNumber(number), owner, lock: 'first' });
      }),
    );
    uids.push(...made.flatMap((result) => ('uid' in result ? [result.uid] : [])));
    if (uids.length > kept) await identifiers.remove(uids.splice(0, 50));
    for (let n = 0; n < 50; n += 1) events.append(passage(number - n));
    await events.settled();
    // A worker that reads: pages that it may still see cannot be used again.
    reader.refresh();
    seen.list(0, 20, true);
  }
}

function passage(n: number) {
  return {
    ...({
      category: 'access',
      priority: 'medium',
      key: 'access_granted_by_valid_identifier',
    } as const),
    text: `Guest ${n} may pass at front`,
    model: { reader: 'front', type: 'card', number: cardNumber(n), owner: `Guest ${n}`, bits: 34 },
  };
}

for (let round = 1; round <= rounds; round += 1) {
  await churn();
  if (round % (rounds / 10) === 0) {
    const size = statSync(databaseFile(folder)).size;
    process.stdout.write(
      `${number} came, ${number - uids.length} went: ${(size / 1e6).toFixed(2)} MB\n`,
    );
  }
}
await reader.close();
await store.close();
