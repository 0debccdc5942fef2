/**
 * The three ways in which latchd says no to itself. Outcomes of the trade (a misread, a refusal
 * at the door) are values and stand in `reader/` and `door/`; what is thrown stands here.
 */

/** What failed in the world around us. Stable strings: logs, health and tests name them. */
export type FaultCode =
  | 'already-running'
  | 'gpio-no-driver'
  | 'gpio-no-chip'
  | 'gpio-no-line'
  | 'gpio-busy'
  | 'gpio-denied'
  | 'gpio-unsupported'
  | 'gpio-lost'
  | 'store-unreadable'
  | 'store-newer'
  | 'store-unwritable'
  | 'backup-failed'
  | 'web-down'
  /** A command that a door's mode, its interlock or fire forbids. */
  | 'door-refused';

/**
 * The world failed us: a line that is gone, a disk that is full. It may pass.
 * `message` says what failed and where, `remedy` what a technician can do about it.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly remedy: string;

  constructor(code: FaultCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.remedy = remedy;
  }
}

/** One thing that is wrong in the configuration file: where, and what. */
export interface ConfigProblem {
  /** Path as a person writes it, `readers[0].wiegand.d0`; empty for the file as a whole. */
  readonly path: string;
  readonly sentence: string;
}

/** The configuration cannot be used. Carries every problem found, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems.map(({ path, sentence }) => (path ? `${path}: ${sentence}` : sentence)).join('\n'),
    );
    this.problems = problems;
  }
}

/** Exit statuses, from sysexits.h where it has one. */
export const exitCode = {
  ok: 0,
  /** EX_USAGE: the command line is wrong. */
  usage: 64,
  /** EX_SOFTWARE: a bug. Locks are at rest, systemd starts us again. */
  bug: 70,
  /** EX_OSERR: the hardware or the store could not be opened. */
  fault: 71,
  /** EX_CONFIG: the configuration is wrong; starting again does not help. */
  config: 78,
} as const;

/** The errno name of a system error (`ENOENT`), if `error` is one. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** One line for a log: the message of an error and of all its causes. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${describeError(error.cause)}`;
  return `${error.message}${cause}`;
}
