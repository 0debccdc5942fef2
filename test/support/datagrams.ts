/** Receives Unix datagrams, as systemd and journald do. */
import assert from 'node:assert/strict';
import { closeSync } from 'node:fs';
import type { TestContext } from 'node:test';
import koffi from 'koffi';

const program = koffi.load(null);
const socket = program.func('int socket(int, int, int)');
const bind = program.func('int bind(int, void *, uint32_t)');
const recv = program.func('long recv(int, void *, size_t, int)');

/** Binds a path or, written `@name`, an abstract name. @returns what takes the next datagram. */
export function receiveDatagrams(t: TestContext, path: string): () => string | undefined {
  const fd: number = socket(1, 2, 0);
  assert(fd >= 0);
  t.after(() => closeSync(fd));
  const address = Buffer.from(`\x01\0${path.replace(/^@/, '\0')}`);
  assert.equal(bind(fd, address, address.length), 0);
  const buffer = Buffer.alloc(65_536);
  return () => {
    const length = Number(recv(fd, buffer, buffer.length, 0x40));
    return length < 0 ? undefined : buffer.toString('utf8', 0, length);
  };
}
