/** Decisions a second in the main thread: look-up and decision, as the journey makes them. */
import { decide } from '../src/door/decision.ts';
import { Identifiers } from '../src/store/identifiers.ts';
import { benchFolder, cardNumber, filledStore } from './fill.ts';

const counts = [1_000, 100_000, 1_000_000] as const;
const decisions = 200_000;
/** Taken in turn, so that what else the machine does meets all alike. */
const rounds = 7;

/** A panel's list with `count` identifiers. @returns decisions a second of one round. */
async function filled(count: number) {
  const store = await filledStore(benchFolder(), count);
  const identifiers = new Identifiers(store);
  return (): number => {
    let granted = 0;
    const startMs = performance.now();
    for (let n = 0; n < decisions; n += 1) {
      const number = cardNumber(1 + ((n * 7919) % count));
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
    if (granted !== decisions) throw new Error(`${granted} of ${decisions} granted`);
    return decisions / ((performance.now() - startMs) / 1000);
  };
}

const lists: { readonly count: number; readonly run: () => number; readonly all: number[] }[] = [];
for (const count of counts) lists.push({ count, run: await filled(count), all: [] });
for (const { run } of lists) run();
for (let round = 0; round < rounds; round += 1) for (const { run, all } of lists) all.push(run());
const medians = lists.map(({ all }) => all.sort((a, b) => a - b)[rounds >> 1] ?? Number.NaN);
for (const [index, { count, all }] of lists.entries()) {
  const [least, most] = [all[0], all.at(-1)].map((perSecond) => perSecond?.toFixed(0));
  process.stdout.write(
    `decisions at ${count} identifiers: ${medians[index]?.toFixed(0)}/s (${least} to ${most})\n`,
  );
}
const ratio = (medians[0] ?? 0) / (medians.at(-1) ?? 1);
process.stdout.write(`1,000,000 against 1,000: ${ratio.toFixed(2)} times slower\n`);
