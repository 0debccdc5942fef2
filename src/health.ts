/** What is wrong with the panel, derived from what it says of itself, in this one place. */
import type { LockName } from './door/model.ts';
import { unwritableFault } from './faults.ts';
import type { Clock, Log, Timer } from './ports.ts';
import type { DiskState } from './ports-figures.ts';
import type { HealthFault } from './ports-health.ts';
import type { PanelStatus } from './ports-web.ts';

/** Everything that health is derived from. */
export interface HealthFacts {
  readonly status: PanelStatus;
  /** Locks whose relay could not be driven the last time, and why. */
  readonly lockFaults: readonly { readonly lock: LockName; readonly why: string }[];
  readonly disk: DiskState;
  /** Deaths of the web worker within the last hour. */
  readonly webDeathsLately: number;
  readonly logLinesLost: number;
}

/** A fault of which nobody has yet asked since when. */
export type Finding = Omit<HealthFault, 'sinceMs'>;

/** Less is low; with less than a mebibyte nothing is written any more. */
const lowBytes = 100 * 1024 * 1024;
const leastBytes = 1024 * 1024;
/** Deaths of the web worker in an hour that are too many. */
const manyDeaths = 3;

/** Faults in the order of their weight. Pure. */
export function findingsOf(facts: HealthFacts): Finding[] {
  const found = lookedAt(facts);
  // Whether events can be written is looked at here, with how many wait.
  const known = new Set([...found.map(({ code }) => code), unwritableFault.code]);
  const raised = facts.status.faults.filter(({ code }) => !known.has(code));
  return [
    ...found,
    ...raised.map(({ code, what, do: remedy }) => ({ code, params: {}, what, do: remedy })),
  ];
}

function lookedAt(facts: HealthFacts): Finding[] {
  const { status, lockFaults } = facts;
  return [
    ...lockFaults.map(({ lock, why }) =>
      found(
        'lock-fault',
        `The relay of lock ${lock} cannot be driven: ${why}`,
        ['Check its wires and that no other program holds its line; the next grant tries again'],
        { lock, why },
      ),
    ),
    ...status.readers.flatMap(({ name, away }) =>
      away === null
        ? []
        : [
            found(
              'reader-away',
              `Reader ${name} is away: ${away}`,
              ['Check its cable and device; restart latchd where its lines do not come back'],
              { reader: name, why: away },
            ),
          ],
    ),
    ...status.readers.flatMap(({ name, faults }) =>
      faults.map((fault) =>
        found(
          'reader-line-fault',
          `Wires of reader ${name}: ${fault}`,
          [
            'Check D0, D1 and the common 0 V between reader and panel; latchctl watch shows the pulses',
          ],
          { reader: name, fault },
        ),
      ),
    ),
    ...status.inputs.flatMap(({ name, kind, away }) =>
      away === null
        ? []
        : [
            found(
              'input-away',
              `Input ${name} (${kind}) is away: ${away}`,
              ['Check its wires and that no other program holds its line; then restart latchd'],
              { input: name, kind, why: away },
            ),
          ],
    ),
    ...eventFindings(status),
    ...diskFindings(facts.disk),
    ...otherFindings(facts),
  ];
}

function eventFindings({ events }: PanelStatus): Finding[] {
  if (!events.failing) return [];
  return [
    found(
      'events-not-written',
      `${events.waiting} events wait: they cannot be written`,
      ['Check that the disk has room and is not read-only (df -h, dmesg)'],
      { events: events.waiting },
    ),
    ...(events.dropped === 0
      ? []
      : [
          found(
            'events-dropped',
            `${events.dropped} events are lost: too many were waiting`,
            ['Make the disk writable again; the log then tells how many are missing'],
            { events: events.dropped },
          ),
        ]),
  ];
}

function diskFindings({ freeBytes, readOnly }: DiskState): Finding[] {
  const mebibytes = Math.floor(freeBytes / 1024 / 1024);
  const free = `${mebibytes} MiB are left on the disk of the database`;
  const room = ['Make room on the disk (df -h)'];
  if (readOnly) {
    return [
      found('disk-read-only', 'The disk of the database is mounted read-only', [
        'See dmesg for errors of the disk, then mount it again or replace it',
      ]),
    ];
  }
  if (freeBytes < leastBytes) return [found('disk-full', 'The disk of the database is full', room)];
  return freeBytes < lowBytes ? [found('disk-low', free, room, { mebibytes })] : [];
}

function otherFindings({ status, webDeathsLately, logLinesLost }: HealthFacts): Finding[] {
  return [
    ...(status.clockTrusted
      ? []
      : [
          found('clock-untrusted', 'The clock was never set, or is behind the last event', [
            'Set the clock (timedatectl); where it once ran ahead and is right now: latchctl clock accept',
          ]),
        ]),
    ...(webDeathsLately < manyDeaths
      ? []
      : [
          found('web-restarts', 'The web worker has died several times within the hour', [
            'See the log for why; raise http.memory_mb where it ran out of memory',
          ]),
        ]),
    ...(logLinesLost === 0
      ? []
      : [
          found('log-lines-lost', 'Lines of the log are lost: nobody read them in time', [
            'Check the journal (journalctl --disk-usage); a restart of latchd forgets this',
          ]),
        ]),
  ];
}

/** A fault for each damaged record. */
export function damageFindings(names: readonly string[]): Finding[] {
  return names.map((name) =>
    found(
      'record-damaged',
      `The record of ${name} is damaged and left out of lists`,
      ['Delete it over the API, or set it again; otherwise restore a backup'],
      { record: name },
    ),
  );
}

function found(
  code: string,
  what: string,
  [remedy = '']: readonly string[],
  params: NonNullable<Finding['params']> = {},
): Finding {
  return { code, params, what, do: remedy };
}

const lookUs = 10_000_000;

/** Remembers since when each fault has been there, and tells the log of new ones. */
export class HealthKeeper {
  readonly #parts: { readonly clock: Clock; readonly log: Log; readonly look: () => Finding[] };
  #faults: readonly HealthFault[] = [];
  #timer: Timer | undefined;

  constructor(parts: { readonly clock: Clock; readonly log: Log; readonly look: () => Finding[] }) {
    this.#parts = parts;
  }

  /** Looks now, and every ten seconds from now on. */
  start(): void {
    this.faults();
    this.#timer = this.#parts.clock.after(lookUs, () => this.start());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /**
   * What is wrong now. Two with one code and one object are the same fault, also where the reason or
   * a number in it has changed meanwhile.
   */
  faults(): readonly HealthFault[] {
    const { clock, log, look } = this.#parts;
    const before = new Map(this.#faults.map((fault) => [identityOf(fault), fault]));
    this.#faults = look().map((finding) => {
      const sinceMs = before.get(identityOf(finding))?.sinceMs;
      if (sinceMs === undefined) {
        log.warn('fault', { code: finding.code, what: finding.what, do: finding.do });
      }
      return { ...finding, sinceMs: sinceMs ?? clock.wallMs() };
    });
    const now = new Set(this.#faults.map(identityOf));
    for (const [identity, { code, what }] of before) {
      if (!now.has(identity)) log.info('fault is over', { code, what });
    }
    return this.#faults;
  }
}

/** The code and what stands before the reason, without numbers. */
function identityOf({ code, what }: Finding): string {
  return `${code} ${what.split(': ')[0]?.replace(/^\d+|\d+ MiB/g, '')}`;
}
