/** Start to ready with 1,000,000 identifiers; resident memory with 100,000. */
import { readFileSync } from 'node:fs';
import { Daemon, simConfig } from '../test/support/daemon.ts';
import { benchFolder, filledStore } from './fill.ts';

function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1000;
}

for (const count of [100_000, 1_000_000]) {
  const folder = benchFolder();
  await (await filledStore(`${folder}/data`, count)).close();
  const times: number[] = [];
  let memory = 0;
  for (let round = 0; round < 5; round += 1) {
    const startMs = performance.now();
    const daemon = new Daemon(folder, simConfig);
    await daemon.line(/ ready /);
    times.push(performance.now() - startMs);
    await daemon.ready();
    memory = residentMb(daemon.process.pid ?? 0);
    await daemon.kill();
  }
  times.sort((a, b) => a - b);
  const [least, , median, , most] = times.map((ms) => ms.toFixed(0));
  process.stdout.write(
    `${count} identifiers: start to ready ${median} ms (${least} to ${most}), ` +
      `resident once the API listens ${memory.toFixed(0)} MB\n`,
  );
}
