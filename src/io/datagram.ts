/**
 * Unix datagrams, which Node does not offer, by FFI: what systemd's notification and journald's
 * native socket are spoken over. Nothing here ever waits.
 */

import { closeSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

const program = koffi.load(null);
const libcSocket: (family: number, type: number, protocol: number) => number = program.func(
  'int socket(int family, int type, int protocol)',
);
const libcSendto: (
  fd: number,
  bytes: Buffer,
  length: number,
  flags: number,
  address: Buffer,
  addressLength: number,
) => number = program.func(
  'long sendto(int fd, void *bytes, size_t length, int flags, void *address, uint32_t addressLength)',
);

// The same on arm, arm64 and x64.
const unixFamily = 1; // AF_UNIX
const datagramType = 2 | 0o2000000; // SOCK_DGRAM | SOCK_CLOEXEC
const withoutWaiting = 0x40 | 0x4000; // MSG_DONTWAIT | MSG_NOSIGNAL

/** A socket that sends to one address. */
export interface DatagramSender {
  /**
   * Sends one datagram, or does not.
   * @returns undefined when the receiver's queue has it, else the errno name (`EAGAIN`: it is full).
   */
  send(bytes: Buffer): string | undefined;
  close(): void;
}

/**
 * Opens a socket that sends to a path, or to an abstract name, written `@name` (unix(7)).
 * @throws an error with the errno name in its message.
 */
export function openDatagrams(path: string): DatagramSender {
  const address = socketAddress(path);
  const fd = libcSocket(unixFamily, datagramType, 0);
  if (fd < 0) throw new Error(`${lastError()}: socket`);
  return {
    // By address each time: a receiver that was started again is found again.
    send: (bytes) =>
      libcSendto(fd, bytes, bytes.length, withoutWaiting, address, address.length) < 0
        ? lastError()
        : undefined,
    close: () => closeSync(fd),
  };
}

/** `struct sockaddr_un`, as long as its path. */
function socketAddress(path: string): Buffer {
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : path);
  const family = Buffer.alloc(2);
  family.writeUInt16LE(unixFamily);
  return Buffer.concat([family, name]);
}

function lastError(): string {
  return getSystemErrorName(-koffi.errno());
}
