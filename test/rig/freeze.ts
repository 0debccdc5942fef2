/** Stops a guest at an instant: what it had not yet written to its disk it does not write. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Processes of the kernel itself below `root`; those of its programs are traced, and stand while it does. */
function kernelProcesses(root: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((pid) => [Number(pid), Number(status(pid, 'PPid'))]));
  const isBelow = (pid: number): boolean => {
    for (let at: number | undefined = pid; at; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return [...parents.keys()].filter(
    (pid) => isBelow(pid) && status(String(pid), 'TracerPid') === '0' && isKernel(pid),
  );
}

function status(pid: string, member: string): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return new RegExp(`^${member}:\\s+(\\S+)`, 'm').exec(text)?.[1];
  } catch {
    return undefined;
  }
}

function isKernel(pid: number): boolean {
  try {
    return /\/linux-[0-9a-f]+$/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}

/**
 * Does something while the guest under a process stands still.
 * @throws Error when there is no kernel to stop.
 */
export function whileFrozen(guest: number, work: () => void): void {
  const processes = kernelProcesses(guest);
  if (processes.length === 0) throw new Error(`no kernel runs under process ${guest}`);
  try {
    for (const pid of processes) process.kill(pid, 'SIGSTOP');
    while (processes.some((pid) => status(String(pid), 'State') !== 'T'));
    work();
  } finally {
    for (const pid of processes) process.kill(pid, 'SIGCONT');
  }
}
