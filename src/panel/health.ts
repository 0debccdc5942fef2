/** What is wrong with the panel, derived from what it says of itself, in this one place. */
import type { LockName } from '../door/model.ts';
import type { HealthFault } from '../ports/health.ts';
import type { PanelStatus } from '../ports/web.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import { unwritableFault } from './faults.ts';

/** Everything that health is derived from. */
export interface HealthFacts {
  readonly status: PanelStatus;
  /** Locks whose relay could not be driven the last time, and why. */
  readonly lockFaults: readonly { readonly lock: LockName; readonly why: string }[];
  /** Deaths of the web worker within the last hour. */
  readonly webDeathsLately: number;
  readonly logLinesLost: number;
}

/** A fault; without `sinceMs` one of which nobody has yet asked since when. */
type Finding = Omit<HealthFault, 'sinceMs'> & { readonly sinceMs?: number };

/** Deaths of the web worker in an hour that are too many. */
const manyDeaths = 3;

/** Faults in the order of their weight. Pure. */
export function findingsOf(facts: HealthFacts): Finding[] {
  return [
    ...lookedAt(facts),
    ...facts.status.faults.flatMap((fault) =>
      fault.code === unwritableFault.code ? [notWritten(facts.status, fault)] : [fault],
    ),
    ...droppedFindings(facts.status),
    ...otherFindings(facts),
  ];
}

function lookedAt(facts: HealthFacts): Finding[] {
  const { status, lockFaults } = facts;
  return [
    ...lockFaults.map(({ lock, why }) =>
      found('lock-fault', {
        what: `The relay of lock ${lock} cannot be driven: ${why}`,
        do: 'Check its wires and that no other program holds its line; the next grant tries again',
        params: { lock, why },
      }),
    ),
    ...status.readers.flatMap(({ name, away }) =>
      away === null
        ? []
        : [
            found('reader-away', {
              what: `Reader ${name} is away: ${away}`,
              do: 'Check its cable and device; restart latchd where its lines do not come back',
              params: { reader: name, why: away },
            }),
          ],
    ),
    ...status.readers.flatMap(({ name, faults }) =>
      faults.map((fault) =>
        found('reader-line-fault', {
          what: `Wires of reader ${name}: ${fault}`,
          do: 'Check D0, D1 and the common 0 V between reader and panel; latchctl watch shows the pulses',
          params: { reader: name, fault },
        }),
      ),
    ),
    ...status.inputs.flatMap(({ name, kind, away }) =>
      away === null
        ? []
        : [
            found('input-away', {
              what: `Input ${name} (${kind}) is away: ${away}`,
              do: 'Check its wires and that no other program holds its line; then restart latchd',
              params: { input: name, kind, why: away },
            }),
          ],
    ),
  ];
}

/** The fault of the store by the name that health has always had for it. */
function notWritten({ events }: PanelStatus, { sinceMs, do: remedy }: HealthFault): Finding {
  const what = `${events.waiting} events wait: they cannot be written`;
  return {
    code: 'events-not-written',
    params: { events: events.waiting },
    what,
    do: remedy,
    sinceMs,
  };
}

/** Also where the disk refuses nothing and is only too slow. */
function droppedFindings({ events: { dropped } }: PanelStatus): Finding[] {
  if (dropped === 0) return [];
  return [
    found('events-dropped', {
      what: `${dropped} events are lost: too many were waiting`,
      do: 'Make the disk writable again; the log then tells how many are missing',
      params: { events: dropped },
    }),
  ];
}

function otherFindings({ status, webDeathsLately, logLinesLost }: HealthFacts): Finding[] {
  return [
    ...(status.clockTrusted
      ? []
      : [
          found('clock-untrusted', {
            what: 'The clock was never set, or is behind the last event',
            do: 'Set the clock (timedatectl); where it once ran ahead and is right now: latchctl clock accept',
          }),
        ]),
    ...(webDeathsLately < manyDeaths
      ? []
      : [
          found('web-restarts', {
            what: 'The web worker has died several times within the hour',
            do: 'See the log for why; raise http.memory_mb where it ran out of memory',
          }),
        ]),
    ...(logLinesLost === 0
      ? []
      : [
          found('log-lines-lost', {
            what: 'Lines of the log are lost: nobody read them in time',
            do: 'Check the journal (journalctl --disk-usage); a restart of latchd forgets this',
          }),
        ]),
  ];
}

/** A fault for each damaged record. */
export function damageFindings(names: readonly string[]): Finding[] {
  return names.map((name) =>
    found('record-damaged', {
      what: `The record of ${name} is damaged and left out of lists`,
      do: 'Delete it over the API, or set it again; otherwise restore a backup',
      params: { record: name },
    }),
  );
}

function found(
  code: string,
  { params = {}, ...told }: Pick<Finding, 'what' | 'do' | 'params'>,
): Finding {
  return { code, params, ...told };
}

const lookUs = 10_000_000;

/** Remembers since when faults have been there, and tells the log of those that nobody else tells. */
export class HealthKeeper {
  readonly #parts: { readonly clock: Clock; readonly log: Log; readonly look: () => Finding[] };
  #faults: readonly HealthFault[] = [];
  /** Those that nobody else has told the log. */
  #told: ReadonlySet<string> = new Set();
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
    const findings = look();
    this.#faults = findings.map((finding) => {
      const sinceMs = finding.sinceMs ?? before.get(identityOf(finding))?.sinceMs;
      if (sinceMs === undefined) {
        log.warn('fault', { code: finding.code, what: finding.what, do: finding.do });
      }
      return { ...finding, sinceMs: sinceMs ?? clock.wallMs() };
    });
    const now = new Set(this.#faults.map(identityOf));
    for (const [identity, { code, what }] of before) {
      if (!now.has(identity) && this.#told.has(identity)) log.info('fault is over', { code, what });
    }
    const own = findings.filter(({ sinceMs }) => sinceMs === undefined);
    this.#told = new Set(own.map(identityOf));
    return this.#faults;
  }
}

/** The code and what stands before the reason, without numbers. */
function identityOf({ code, what }: Finding): string {
  return `${code} ${what.split(': ')[0]?.replace(/^\d+/, '')}`;
}
