/**
 * The system calls that Node does not offer, by FFI: no addon of ours, nothing to compile. A call
 * costs about half a microsecond and blocks the loop only as long as the kernel takes.
 */

import { constants } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

// The C library that this process already runs on (glibc or musl). ioctl and fcntl are variadic; on
// Linux (arm, arm64, x64) an integer or pointer passes there as it does in a plain prototype.
const program = koffi.load(null);
const libcIoctl: (fd: number, request: number, argument: Buffer) => number = program.func(
  'int ioctl(int fd, unsigned long request, void *argument)',
);
const libcFcntl: (fd: number, command: number, argument: number) => number = program.func(
  'int fcntl(int fd, int command, long argument)',
);
const libcFlock: (fd: number, operation: number) => number = program.func(
  'int flock(int fd, int operation)',
);

const exclusiveOrNot = 6; // LOCK_EX | LOCK_NB
const getStatusFlags = 3; // F_GETFL
const setStatusFlags = 4; // F_SETFL

function systemError(call: string): Error {
  const code = getSystemErrorName(-koffi.errno());
  return Object.assign(new Error(`${code}: ${call}`), { code, syscall: call });
}

/**
 * ioctl(2) with a structure that the kernel reads and fills in.
 * @throws an error with the errno name in `code`.
 */
export function ioctl(fd: number, request: number, structure: Buffer): void {
  if (libcIoctl(fd, request, structure) < 0) throw systemError('ioctl');
}

/**
 * Makes reads of a descriptor answer EAGAIN where they would wait.
 * @throws an error with the errno name in `code`.
 */
export function setNonBlocking(fd: number): void {
  const flags = libcFcntl(fd, getStatusFlags, 0);
  if (flags < 0 || libcFcntl(fd, setStatusFlags, flags | constants.O_NONBLOCK) < 0) {
    throw systemError('fcntl');
  }
}

/**
 * Locks an open file for this process alone, until its descriptor is closed.
 * @throws an error with the errno name in `code`; `EAGAIN`: somebody else holds it.
 */
export function lockFile(fd: number): void {
  if (libcFlock(fd, exclusiveOrNot) < 0) throw systemError('flock');
}
