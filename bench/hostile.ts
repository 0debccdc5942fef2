/**
 * Clients that mean harm, and what the door notices of them: from the last edge of a card to its relay,
 * without and with each kind of them, side by side. A real panel on simulated lines.
 */
import { client, end, idleReport, present, report, warmUp } from './measured-panel.ts';

const attacks = {
  slow: 'half-sent headers and bodies, a byte at a time, 256 connections of 32 addresses',
  idle: '1,000 connections of 32 addresses that say nothing',
  addresses: 'connections made and left, each from another of 250 addresses',
  oversized: 'bodies larger than the limit, 64 at a time',
  malformed: 'garbage bytes and malformed requests, 64 at a time',
  streams: '64 event streams of 4 addresses that read nothing',
  storm: 'wrong passwords, 64 clients',
} as const;

await warmUp();
const idle = await idleReport();
const rows: string[] = [];
for (const [attack, what] of Object.entries(attacks)) {
  const script = attack === 'storm' ? './storm-client.js' : './hostile-client.js';
  const told = client<number>(script, attack);
  await present(told);
  const { free, limited } = report(`while attacked: ${what}`);
  const made =
    attack === 'storm' ? `${(await told).toFixed(0)} answers/s` : `${await told} connections`;
  const cells = [what, made, idle.free, free, free / idle.free, limited / idle.limited];
  rows.push(cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)).join(' | '));
}
process.stdout.write(
  'load | made | p99 idle, ms | p99 meanwhile, ms | ratio | with limited passes\n',
);
for (const row of rows) process.stdout.write(`${row}\n`);
end();
