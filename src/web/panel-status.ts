/** How the panel has been doing, over the network and for the technician. */
import { z } from 'zod';
import { doorModes } from '../door/lock.ts';
import { lockNames } from '../door/model.ts';
import { inputKinds, readerKinds } from '../door/wired.ts';
import type { PanelCommands, PanelStatus } from '../ports/web.ts';
import { answer, done, emptyAnswer, refuse } from './answer.ts';
import type { Facts } from './info.ts';
import { type Route, route } from './route.ts';

/** What these calls work with. */
export interface StatusParts {
  readonly commands: Pick<PanelCommands, 'status' | 'acceptClock'>;
  readonly facts: Facts;
}

const neverSet = 'The clock was never set';

const natural = z.int().min(0);
const moment = z.number().nullable();

/** `PanelStatus` with the facts of this latchd. */
const status = z.strictObject({
  driver: z.enum(['chardev', 'onoff', 'sim']),
  startedMs: natural,
  nowMs: z.number(),
  clockTrusted: z.boolean(),
  readers: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(readerKinds),
      keypad: z.boolean(),
      away: z.string().nullable().meta({ description: 'Why its lines are gone; null: present' }),
      formats: z.array(z.string()),
      credentials: natural,
      misreads: natural,
      glitches: natural,
      lostEdges: natural,
      lastFrameMs: z.number().nullable(),
      faults: z
        .array(z.string())
        .meta({ description: 'Faults of its wires that there are now, by name' }),
      faultCounts: z.record(z.string(), natural).meta({ description: 'How often each has begun' }),
      ignoredFrames: natural.meta({ description: 'Not believed because of a fault' }),
      untoldMisreads: natural.meta({ description: 'Without an event of their own' }),
    }),
  ),
  locks: z.array(
    z.strictObject({
      name: z.enum(lockNames),
      relay: z.enum(['strike', 'magnet']),
      energised: z.boolean(),
      released: z.boolean(),
      mode: z.enum(doorModes),
      opensAtMs: moment,
      grantUntilMs: moment,
      emergencyUntilMs: moment,
      exitUntilMs: moment,
      freeAccess: z.boolean(),
      toggled: z.boolean(),
      fire: z.boolean(),
    }),
  ),
  inputs: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(inputKinds),
      active: z.boolean(),
      away: z.string().nullable().meta({ description: 'Why its line is gone; null: present' }),
    }),
  ),
  events: z.strictObject({
    waiting: natural.meta({ description: 'Not yet on the disk' }),
    dropped: natural,
    failing: z.boolean(),
    last: natural,
  }),
  identifiers: natural,
  faults: z.array(
    z.strictObject({ code: z.string(), what: z.string(), do: z.string(), sinceMs: z.number() }),
  ),
  version: z.string(),
  commit: z.string(),
  deviceName: z.string(),
});

/** What clients are told: the status with the facts of this latchd. */
type ShownStatus = PanelStatus & Pick<Facts, 'version' | 'commit' | 'deviceName'>;

/** The status as the answers write it. */
export async function shownStatus({ commands, facts }: StatusParts): Promise<ShownStatus> {
  const { version, commit, deviceName } = facts;
  return { ...(await commands.status()), version, commit, deviceName };
}

/** The same answer for two kinds of client. */
export function statusRoutes(parts: StatusParts): Route[] {
  const one = (path: string, access: 'read' | 'local') =>
    route({
      method: 'GET',
      path,
      summary: 'How the panel has been doing',
      access,
      answers: status,
      notes: 'Times are Unix milliseconds; counts are those since the start.',
      handler: async () => answer(await shownStatus(parts)),
    });
  const { commands } = parts;
  const accept = route({
    method: 'POST',
    path: '/control/clock/accept',
    summary: 'Believe the clock as it is now, where it once ran ahead',
    access: 'local',
    answers: emptyAnswer,
    refuses: [neverSet],
    notes: 'An event tells who did it. A clock before 2025 was never set and is not believed.',
    handler: async ({ who }) =>
      (await commands.acceptClock(who.name)) ? done() : refuse(400, neverSet),
  });
  return [one('/api/v1/panel/status', 'read'), one('/control/status', 'local'), accept];
}
