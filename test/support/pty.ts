import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { freshFolder } from './store.ts';

/**
 * Opens a pair of pseudo terminals; what comes on standard input goes out of the first, and then into
 * the file that is named.
 */
const script = `
import os, sys, tty
sent = open(sys.argv[1], 'wb', 0)
first, second = os.openpty()
tty.setraw(second)
print(os.ttyname(second), flush=True)
while True:
    data = os.read(0, 4096)
    if not data: break
    os.write(first, data)
    sent.write(data)
`;

/** The far end of a serial line. */
export interface SerialDevice {
  /** The device as the panel opens it. */
  readonly path: string;
  send(bytes: Uint8Array): void;
  /** How many bytes the kernel has taken; can be asked without a turn of the loop. */
  sent(): number;
  /** Pulls the cable: the device is gone when this resolves. */
  pull(): Promise<void>;
}

/** A serial device that is there until the end of the test. */
export async function plugDevice(t: TestContext): Promise<SerialDevice> {
  const sent = join(freshFolder(t), 'sent');
  const child = spawn('python3', ['-c', script, sent], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [path] = await once(createInterface({ input: child.stdout }), 'line');
  assert.equal(typeof path, 'string');
  return {
    path,
    send: (bytes) => child.stdin.write(bytes),
    sent: () => statSync(sent).size,
    async pull() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
