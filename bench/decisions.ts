/** Decisions a second in the main thread: look-up and decision, as the journey makes them. */
import { decide } from '../src/door/decision.ts';
import { Identifiers } from '../src/store/identifiers.ts';
import { benchFolder, cardNumber, filledStore } from './fill.ts';

const rounds = 200_000;

async function measure(count: number): Promise<number> {
  const store = await filledStore(benchFolder(), count);
  const identifiers = new Identifiers(store);
  const run = (times: number) => {
    let granted = 0;
    for (let round = 0; round < times; round += 1) {
      const number = cardNumber(1 + ((round * 7919) % count));
      const identifier = identifiers.find('card', number) ?? identifiers.find('ukey', number);
      const decision = decide({
        identifier,
        readerLocks: ['first', 'second'],
        wallMs: Date.now(),
        clockTrusted: true,
        whenClockUntrusted: 'refuse',
        blocked: false,
      });
      if (decision.granted) granted += 1;
    }
    if (granted !== times) throw new Error(`${granted} of ${times} granted`);
  };
  run(rounds / 4);
  const startMs = performance.now();
  run(rounds);
  const perSecond = rounds / ((performance.now() - startMs) / 1000);
  await store.close();
  return perSecond;
}

const results = new Map<number, number>();
for (const count of [1_000, 100_000, 1_000_000]) {
  results.set(count, await measure(count));
  const perSecond = results.get(count) ?? 0;
  process.stdout.write(`decisions at ${count} identifiers: ${perSecond.toFixed(0)}/s\n`);
}
const ratio = (results.get(1_000) ?? 0) / (results.get(1_000_000) ?? 1);
process.stdout.write(`1,000,000 against 1,000: ${ratio.toFixed(2)} times slower\n`);
