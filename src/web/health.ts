/** Health and metrics: what is wrong, and what has been going on. */
import { z } from 'zod';
import type { PanelFigures } from '../ports/figures.ts';
import type { HealthFault } from '../ports/health.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Clock } from '../ports.ts';
import { answer, written } from './answer.ts';
import type { Facts } from './info.ts';
import { metricsText } from './metrics.ts';
import { type Route, route } from './route.ts';

/** What these calls work with. */
interface HealthParts {
  readonly commands: Pick<PanelCommands, 'figures'>;
  readonly clock: Clock;
  readonly facts: Facts;
  /** Faults that this thread knows of. */
  readonly ownFaults: () => readonly HealthFault[];
}

/** With these the door does not do its work, or not for long. */
const grave: readonly string[] = [
  'lock-fault',
  'events-not-written',
  'disk-full',
  'disk-read-only',
];
/** Whoever asks without a login is answered from what was known so lately. */
const knownUs = 1_000_000;

const short = z.strictObject({ status: z.enum(['ok', 'degraded', 'failing']) });
type Health = z.output<typeof short>['status'];

/** `ok`, `degraded`, or `failing` where the door does not do its work. */
export function healthOf(
  faults: readonly Pick<HealthFault, 'code'>[],
  readers: readonly { readonly away: string | null }[],
): Health {
  const noReader = readers.length > 0 && readers.every(({ away }) => away !== null);
  if (noReader || faults.some(({ code }) => grave.includes(code))) return 'failing';
  return faults.length > 0 ? 'degraded' : 'ok';
}

/** `/health`, `/api/v1/panel/health` and `/metrics`. */
export function healthRoutes(parts: HealthParts): Route[] {
  const known = knownFor(parts, knownUs);
  const seen = (figures: PanelFigures) => {
    const faults = [...figures.faults, ...parts.ownFaults()];
    return { status: healthOf(faults, figures.status.readers), faults };
  };
  return [
    route({
      method: 'GET',
      path: '/health',
      summary: 'Whether the panel is well, for those who watch machines; needs no login',
      access: 'open',
      answers: short,
      unwell: short,
      notes:
        '`failing`, answered with 503: a relay cannot be driven, every reader is away, or nothing ' +
        'can be written. `degraded`: another fault, which `GET /api/v1/panel/health` tells.',
      async handler() {
        const { status } = seen(await known());
        return answer({ status }, status === 'failing' ? 503 : 200);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/panel/health',
      summary: 'What is wrong with the panel, since when, and what to do',
      access: 'read',
      answers: z.strictObject({
        ...short.shape,
        faults: z.array(
          z.strictObject({
            code: z.string(),
            params: z.record(z.string(), z.union([z.string(), z.number()])).meta({
              description: 'Of what it is, and its figures, by name: for texts of other languages',
            }),
            what: z.string(),
            do: z.string(),
            since: z.number().meta({ description: 'Unix milliseconds' }),
          }),
        ),
      }),
      notes: 'Faults are looked for every ten seconds and whenever somebody asks.',
      async handler() {
        const { status, faults } = seen(await parts.commands.figures());
        const shown = faults.map(({ sinceMs, params = {}, ...fault }) => ({
          ...fault,
          params,
          since: sinceMs,
        }));
        return answer({ status, faults: shown });
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      summary: 'Figures for Prometheus, in its text format 0.0.4',
      access: 'read',
      answers: { media: 'text/plain' },
      notes: 'Counters are those since the start of latchd.',
      async handler() {
        const figures = await parts.commands.figures();
        const { faults } = seen(figures);
        const text = metricsText({ ...figures, faults }, parts.facts);
        return written(text, 'text/plain; version=0.0.4; charset=utf-8');
      },
    }),
  ];
}

/** The figures, asked for at most once in `maxUs`, however many ask. */
function knownFor({ commands, clock }: HealthParts, maxUs: number): () => Promise<PanelFigures> {
  let known: Promise<PanelFigures> | undefined;
  let askedUs = 0;
  return () => {
    if (known && clock.monoUs() - askedUs < maxUs) return known;
    askedUs = clock.monoUs();
    known = commands.figures();
    return known;
  };
}
