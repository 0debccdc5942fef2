/**
 * A bulk call of 10,000 items, and what the door notices of it: from the last edge of a card to its
 * relay, idle and meanwhile, with and without a limit of passes. A real panel on simulated lines.
 */
import { client, end, idleReport, present, report, warmUp } from './measured-panel.ts';

const bulkCalls = 6;

await warmUp();
const idle = await idleReport();
const calls = client<number[]>('./links-client.js', String(bulkCalls));
await present(calls);
const seconds = await calls;
const loaded = report('during bulk calls');
const perSecond = seconds.map((took) => (10_000 / took).toFixed(0));
process.stdout.write(`items a second of each bulk call of 10,000: ${perSecond.join(', ')}\n`);
process.stdout.write(
  `p99 during bulk calls against idle: ${(loaded.free / idle.free).toFixed(2)}\n`,
);
end();
