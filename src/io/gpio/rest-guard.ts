/**
 * sysfs leaves an output at its last level when its process dies, by SIGKILL too. So a tiny process
 * waits at the other end of a pipe: when the pipe closes, whatever the reason, it drives to rest the
 * relays that were open then. It is started when the first relay is opened, and nothing forks later.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Log } from '../../ports.ts';

/**
 * Each line it reads lists the relays open now, as LEVEL:FILE; at the end of input the last list
 * counts. Builtins only: it needs neither memory nor a fork when it is needed. It outlives the
 * signals that end its parent, from its first line on; files that are gone are no matter.
 */
const script = `
trap '' HUP INT TERM
open=
while IFS= read -r line; do open=$line; done
for relay in $open; do echo "\${relay%%:*}" >"\${relay#*:}"; done
`;

/** Keeps relays of sysfs from staying energised after this process. */
export class RestGuard {
  readonly #log: Log;
  /** Rest level by `value` file. */
  readonly #relays = new Map<string, 0 | 1>();
  #child: ChildProcess | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * From now on `valueFile` will be written `restLevel` when this process ends.
   * @throws Error when the guard cannot be started: no relay should be driven then.
   */
  hold(valueFile: string, restLevel: 0 | 1): void {
    const child = this.#child ?? this.#start();
    this.#relays.set(valueFile, restLevel);
    this.#tell(child);
  }

  /** Leaves `valueFile` alone from now on. The guard ends with its last relay. */
  free(valueFile: string): void {
    if (!this.#relays.delete(valueFile) || this.#child === undefined) return;
    this.#tell(this.#child);
    if (this.#relays.size > 0) return;
    const child = this.#child;
    this.#child = undefined;
    child.stdin?.end();
  }

  #start(): ChildProcess {
    // A session of its own: a signal to the process group of a terminal does not reach it.
    const child = spawn('/bin/sh', ['-c', script, 'latchd-rest-guard'], {
      cwd: '/',
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const report = (how: string) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#log.error(
        'the guard of the relays has ended: if latchd is killed now, a relay may stay energised ' +
          'until latchd --rest; restart latchd',
        { how },
      );
    };
    child.on('error', (error) => report(error.message));
    child.on('exit', (status, signal) => report(signal ?? `status ${status}`));
    child.stdin.on('error', (error) => report(error.message));
    if (child.pid === undefined) throw new Error('/bin/sh cannot be started');
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    this.#child = child;
    return child;
  }

  #tell(child: ChildProcess): void {
    const relays = [...this.#relays].map(([valueFile, level]) => `${level}:${valueFile}`);
    child.stdin?.write(`${relays.join(' ')}\n`);
  }
}
