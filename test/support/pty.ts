import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';

/** Opens a pair of pseudo terminals; what comes on standard input goes out of the first. */
const script = `
import os, sys, tty
first, second = os.openpty()
tty.setraw(second)
print(os.ttyname(second), flush=True)
while True:
    data = os.read(0, 4096)
    if not data: break
    os.write(first, data)
`;

/** The far end of a serial line. */
export interface SerialDevice {
  /** The device as the panel opens it. */
  readonly path: string;
  send(bytes: Uint8Array): void;
  /** Pulls the cable: the device is gone when this resolves. */
  pull(): Promise<void>;
}

/** A serial device that is there until the end of the test. */
export async function plugDevice(t: TestContext): Promise<SerialDevice> {
  const child = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [path] = await once(createInterface({ input: child.stdout }), 'line');
  assert.equal(typeof path, 'string');
  return {
    path,
    send: (bytes) => child.stdin.write(bytes),
    async pull() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
