/**
 * Figures as text for Prometheus, exposition format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats). Names follow its conventions: base
 * units, `_total` for counters.
 */
import type { Histogram, PanelFigures } from '../ports/figures.ts';
import type { Facts } from './info.ts';

type Labels = { readonly [name: string]: string };
type Sample = readonly [labels: Labels, value: number];

/** The whole page. */
export function metricsText(
  figures: PanelFigures,
  { version, commit, driver }: Pick<Facts, 'version' | 'commit' | 'driver'>,
): string {
  const { status, disk, loop } = figures;
  const { events } = status;
  const alone = (value: number): Sample[] => [[{}, value]];
  return [
    gauge('latchd_build_info', 'What runs here; always 1.', [[{ version, commit, driver }, 1]]),
    gauge('latchd_start_time_seconds', 'When latchd was started, Unix time.', [
      [{}, status.startedMs / 1000],
    ]),
    ...passageMetrics(figures),
    ...readerMetrics(figures),
    ...lockMetrics(figures),
    gauge('latchd_events_waiting', 'Events not yet on the disk.', alone(events.waiting)),
    gauge('latchd_events_dropped', 'Events lost while the disk refuses.', alone(events.dropped)),
    gauge('latchd_events_last', 'Number of the newest event.', alone(events.last)),
    gauge('latchd_identifiers', 'Identifiers stored.', alone(status.identifiers)),
    gauge('latchd_clock_trusted', 'Whether the clock can be believed.', [
      [{}, Number(status.clockTrusted)],
    ]),
    gauge('latchd_fault', 'Faults there are now, by code.', faultSamples(figures)),
    gauge(
      'latchd_event_loop_delay_seconds',
      'How late the loop of the door has run since the start.',
      [
        [{ quantile: '0.5' }, loop.p50],
        [{ quantile: '0.99' }, loop.p99],
        [{ quantile: '1' }, loop.max],
      ],
    ),
    counter(
      'latchd_web_worker_deaths_total',
      'Deaths of the web worker.',
      alone(figures.webDeaths),
    ),
    counter('latchd_log_lines_lost_total', 'Lines that nobody read.', alone(figures.logLinesLost)),
    gauge('latchd_resident_memory_bytes', 'Resident memory.', alone(figures.residentBytes)),
    gauge('latchd_disk_free_bytes', 'Free on the disk of the database.', alone(disk.freeBytes)),
    gauge('latchd_disk_size_bytes', 'Size of the disk of the database.', alone(disk.totalBytes)),
  ].join('');
}

function passageMetrics({ grants, refusals, decision }: PanelFigures): string[] {
  return [
    counter('latchd_grants_total', 'Presentations granted.', [[{}, grants]]),
    counter(
      'latchd_refusals_total',
      'Presentations refused, by reason.',
      Object.entries(refusals).map(([reason, count]) => [{ reason }, count]),
    ),
    histogram(
      'latchd_decision_seconds',
      'From the last edge of a card to the end of its decision, relay included.',
      decision,
    ),
  ];
}

function readerMetrics({ status: { readers } }: PanelFigures): string[] {
  const of = (read: (reader: (typeof readers)[number]) => number): Sample[] =>
    readers.map((one) => [{ reader: one.name }, read(one)]);
  return [
    gauge(
      'latchd_reader_up',
      'Whether the lines of a reader are there.',
      of(({ away }) => Number(away === null)),
    ),
    counter(
      'latchd_credentials_total',
      'Credentials read.',
      of((one) => one.credentials),
    ),
    counter(
      'latchd_misreads_total',
      'Frames that were no credential.',
      of((one) => one.misreads),
    ),
    counter(
      'latchd_glitches_total',
      'Edges too close to the one before.',
      of((one) => one.glitches),
    ),
    counter(
      'latchd_lost_edges_total',
      'Edges that the kernel threw away.',
      of((one) => one.lostEdges),
    ),
  ];
}

function lockMetrics({ status: { locks, inputs } }: PanelFigures): string[] {
  return [
    gauge(
      'latchd_lock_released',
      'Whether a lock is released.',
      locks.map(({ name, released }) => [{ lock: name }, Number(released)]),
    ),
    gauge(
      'latchd_lock_energised',
      'Whether the relay of a lock is energised.',
      locks.map(({ name, energised }) => [{ lock: name }, Number(energised)]),
    ),
    gauge(
      'latchd_input_active',
      'Whether an input is active.',
      inputs.map(({ name, kind, active }) => [{ input: name, kind }, Number(active)]),
    ),
  ];
}

function faultSamples({ faults }: PanelFigures): Sample[] {
  const counts = new Map<string, number>();
  for (const { code } of faults) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => [{ code }, count]);
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return family(name, help, 'gauge', lines(name, samples));
}

function counter(name: string, help: string, samples: readonly Sample[]): string {
  return family(name, help, 'counter', lines(name, samples));
}

function histogram(name: string, help: string, { bounds, counts, sum }: Histogram): string {
  let below = 0;
  const buckets = counts.map((count, index): Sample => {
    below += count;
    return [{ le: numberText(bounds[index] ?? Number.POSITIVE_INFINITY) }, below];
  });
  const text = [
    lines(`${name}_bucket`, buckets),
    lines(`${name}_sum`, [[{}, sum]]),
    lines(`${name}_count`, [[{}, below]]),
  ].join('');
  return family(name, help, 'histogram', text);
}

/** A family without samples is left out. */
function family(name: string, help: string, type: string, text: string): string {
  return text === '' ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${text}`;
}

function lines(name: string, samples: readonly Sample[]): string {
  return samples
    .map(([labels, value]) => `${name}${labelText(labels)} ${numberText(value)}\n`)
    .join('');
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return String(value);
}
