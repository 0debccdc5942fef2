/**
 * What tests need of the machine. Where it is missing they are skipped by name; in CI they are not,
 * and fail.
 */
import { execFileSync, spawnSync } from 'node:child_process';

/** For a test that needs something: why it is skipped, or that it is not. */
export function skipUnless(isThere: boolean, lack: string): string | false {
  return !isThere && process.env.CI !== 'true' && `NOT RUN: ${lack}`;
}

/** For tests with `mountSmallDisk`. */
export const skipWithoutMount = skipUnless(
  process.getuid?.() === 0,
  'a small disk has to be mounted by root',
);

/** For tests that compile what stands in `c/`. */
export function skipWithoutCompiler(): string | false {
  return skipUnless(spawnSync('cc', ['--version']).status === 0, 'there is no C compiler');
}

/** Lays a disk of `size` (`3m`) over a folder. @returns what takes it away again. */
export function mountSmallDisk(folder: string, size: string): () => void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  return () => void execFileSync('umount', ['--lazy', folder]);
}
