/** The simulated door: wires played by hand. These calls exist only with the `sim` driver. */
import { z } from 'zod';
import type { PanelCommands } from '../ports/web.ts';
import type { Clock } from '../ports.ts';
import { answer, done, errors, refuse } from './answer.ts';
import { type Route, route } from './route.ts';

/** How the web worker can be made to die, so that anybody can see the door go on. */
export type CrashKind = 'memory' | 'exception';

/** What the simulated door's calls work with. */
interface SimParts {
  readonly commands: Pick<PanelCommands, 'playPulses' | 'relays' | 'setInput' | 'outputs'>;
  readonly clock: Clock;
  /** Does not return. */
  readonly crash: (how: CrashKind) => void;
}

/** Lets the answer go out first. */
const crashDelayUs = 20_000;

const relay = z.strictObject({ energised: z.boolean() });

/** Calls under `/sim`. */
export function simRoutes({ commands, clock, crash }: SimParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/sim/readers/{name}/pulses',
      summary: 'Play the bits of a frame on the wires of a reader, in real time',
      access: 'open',
      params: z.object({ name: z.string() }),
      body: z.object({
        bits: z.string().regex(/^[01]{1,1024}$/),
        width_us: z.int().min(1).default(50),
        interval_us: z.int().min(50).max(100_000).default(1000),
      }),
      answers: { status: 202 },
      refusesWith: { 404: [errors.notFound] },
      notes:
        'It answers at once; the pulses then take their time. `width_us` must be less than ' +
        '`interval_us`. A reader that is not in the configuration is answered with 404.',
      async handler({ params: { name }, body: { bits, width_us, interval_us } }) {
        if (width_us >= interval_us) return refuse(400, errors.wrongBody);
        const played = await commands.playPulses(name, bits, width_us, interval_us);
        return played ? done(202) : refuse(404, errors.notFound);
      },
    }),
    route({
      method: 'GET',
      path: '/sim/locks',
      summary: 'The relay lines as they stand',
      access: 'open',
      answers: z.strictObject({ first: relay, second: relay }),
      handler: async () => answer(await commands.relays()),
    }),
    route({
      method: 'POST',
      path: '/sim/inputs/{name}',
      summary: 'Press a button, open a door: make an input active or inactive',
      access: 'open',
      params: z.object({ name: z.string() }),
      body: z.object({ active: z.boolean() }),
      answers: { status: 202 },
      refusesWith: { 404: [errors.notFound] },
      notes: 'An input that is not in the configuration is answered with 404.',
      async handler({ params: { name }, body: { active } }) {
        const set = await commands.setInput(name, active);
        return set ? done(202) : refuse(404, errors.notFound);
      },
    }),
    route({
      method: 'GET',
      path: '/sim/outputs',
      summary: 'LEDs and buzzers of readers as their lines stand, by `reader.part`',
      access: 'open',
      answers: z.record(z.string(), z.strictObject({ energised: z.boolean() })),
      handler: async () => answer(await commands.outputs()),
    }),
    route({
      method: 'POST',
      path: '/sim/web/crash',
      summary: 'Make the web worker run out of memory, or fail with an exception',
      access: 'open',
      body: z.object({ how: z.enum(['memory', 'exception']) }),
      answers: { status: 202 },
      notes: 'The door goes on, and the worker is started again.',
      handler({ body: { how } }) {
        clock.after(crashDelayUs, () => crash(how));
        return done(202);
      },
    }),
  ];
}

/** Fills the heap of this thread with live objects until it ends, or throws. */
export function crashThread(how: CrashKind): void {
  if (how === 'exception') throw new Error('asked for by /sim/web/crash');
  const held: number[][] = [];
  for (;;) held.push(new Array<number>(1000).fill(held.length));
}
