/**
 * A bulk call of 10,000 items and backups, and what the door notices of them: from the last edge of a
 * card to its relay, idle and meanwhile, with and without a limit of passes. A real panel on simulated
 * lines.
 */
import { client, end, idleReport, present, report, warmUp } from './measured-panel.ts';

const bulkCalls = 6;
const backupCalls = 2;

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
const before = await idleReport();
const backups = client<number[]>('./backup-client.js', String(backupCalls));
await present(backups);
const backedUp = report('during backups');
const took = (await backups).map((one) => one.toFixed(1));
process.stdout.write(`seconds of each backup: ${took.join(', ')}\n`);
process.stdout.write(
  `p99 during backups against idle: ${(backedUp.free / before.free).toFixed(2)}\n`,
);
end();
