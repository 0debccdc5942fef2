/** Doors over HTTP: how they stand, how they are watched, and their modes. */
import { z } from 'zod';
import { doorRefusals } from '../door/door-refusals.ts';
import { doorModes } from '../door/lock.ts';
import { type LockName, lockNames } from '../door/model.ts';
import { sensorModes } from '../door/wired.ts';
import type { SensorSetting } from '../ports/doors.ts';
import type { SettingReader } from '../ports/store.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { answer, done, emptyAnswer, errors, refuse } from './answer.ts';
import { noLock } from './control.ts';
import { type Route, route } from './route.ts';

/** What the calls on doors work with. */
interface DoorParts {
  readonly settings: SettingReader;
  readonly commands: Pick<
    PanelCommands,
    'setSensor' | 'setExitButton' | 'setDoorMode' | 'doorModes' | 'doors'
  >;
  /** Locks that this panel has. */
  readonly locks: readonly LockName[];
  readonly log: Log;
}

const noSensor = 'This panel has no door sensor';
const longestSeconds = 3600;
/** Answered for `opening_delay` until one has been set: then each door has its own. */
const freshDelay = 30;

/** Everything about doors. */
export function doorRoutes(parts: DoorParts): Route[] {
  return [
    statusRoute(parts),
    ...sensorRoutes(parts),
    ...exitButtonRoutes(parts),
    ...modeRoutes(parts),
    controlRoute(parts),
  ];
}

function statusRoute({ settings, commands }: DoorParts): Route {
  return route({
    method: 'GET',
    path: '/api/v1/access/door/status',
    summary: 'Whether the door is open, for how many seconds, and whether that is too long',
    access: 'read',
    query: z.object({ lock: z.enum(['1', '2']).optional() }),
    answers: z.strictObject({
      is_timeout_exceed: z.boolean(),
      status: z.enum(['open', 'closed']),
      opentime: z.int().min(0),
      mode: z.enum(sensorModes),
    }),
    refuses: [noSensor],
    notes:
      'The pages know one door. `lock`, which is ours, names the door of lock 1 or 2; without it ' +
      'the answer is of the first door that has a contact. `opentime` is 0 while it is closed.',
    async handler({ query: { lock } }) {
      const doors = await commands.doors();
      const door = doors
        .toSorted((a, b) => lockNames.indexOf(a.lock) - lockNames.indexOf(b.lock))
        .find((one) => lock === undefined || one.lock === lockNames[Number(lock) - 1]);
      if (!door) return refuse(400, noSensor);
      return answer({
        is_timeout_exceed: door.held,
        status: door.open ? 'open' : 'closed',
        opentime: door.openSeconds,
        mode: settings.sensor().mode,
      });
    },
  });
}

const sensorMembers = {
  enable: z.boolean(),
  mode: z.enum(sensorModes),
  opening_delay: z.int().min(1).max(longestSeconds),
  repeating_message_delay: z.int().min(1).max(longestSeconds),
  repeating_message_enable: z.boolean(),
};

function sensorRoutes({ settings, commands, log }: DoorParts): Route[] {
  const path = '/api/v1/access/door/sensor';
  const notes =
    'One setting for the contacts of all doors. `opening_delay`: seconds that a door may stand ' +
    'open; until it is set, each door has that of the configuration, and 30 is answered. `enable`: ' +
    'whether a door that stands open longer is told; doors that are forced, opened and closed are ' +
    'told always. `repeating_message_enable`: whether it is told again every ' +
    '`repeating_message_delay` seconds. `mode` is kept and answered and changes nothing. ';
  return [
    route({
      method: 'GET',
      path,
      summary: 'How door contacts are watched',
      access: 'read',
      answers: z.strictObject(sensorMembers),
      notes,
      handler() {
        const sensor = settings.sensor();
        return answer({
          enable: sensor.enabled,
          mode: sensor.mode,
          opening_delay: sensor.openingDelaySeconds ?? freshDelay,
          repeating_message_delay: sensor.repeatSeconds,
          repeating_message_enable: sensor.repeats,
        });
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set how door contacts are watched',
      access: 'admin',
      body: z.object({
        ...z.object(sensorMembers).partial().shape,
        repeating_message_enabled: z.boolean().optional(),
      }),
      answers: emptyAnswer,
      notes:
        `${notes}What is absent stays as it is. \`repeating_message_enabled\`, which a client ` +
        'sends, means `repeating_message_enable`, and counts where that is absent.',
      async handler({ body, who }) {
        const repeats = body.repeating_message_enable ?? body.repeating_message_enabled;
        // Read only where something is absent: a whole one may replace one that is damaged.
        const old = () => settings.sensor();
        const openingDelaySeconds = body.opening_delay ?? old().openingDelaySeconds;
        const value: SensorSetting = {
          enabled: body.enable ?? old().enabled,
          mode: body.mode ?? old().mode,
          ...(openingDelaySeconds !== undefined && { openingDelaySeconds }),
          repeats: repeats ?? old().repeats,
          repeatSeconds: body.repeating_message_delay ?? old().repeatSeconds,
        };
        await commands.setSensor(value);
        log.info('door sensor set', { by: who.name, on: value.enabled });
        return done();
      },
    }),
  ];
}

function exitButtonRoutes({ settings, commands, log }: DoorParts): Route[] {
  const path = '/api/v1/access/exit/button/toggle';
  const shape = { enable: z.boolean() };
  const notes =
    'The pages name this call and not its body; `enable` is ours. It is kept and answered and ' +
    'changes nothing: no software keeps an exit button from opening.';
  return [
    route({
      method: 'GET',
      path,
      summary: 'The switch of the exit buttons, as it was set',
      access: 'read',
      answers: z.strictObject(shape),
      notes,
      handler: () => answer({ enable: settings.exitButton() }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the switch of the exit buttons, which stay on',
      access: 'admin',
      body: z.object(shape),
      answers: emptyAnswer,
      notes,
      async handler({ body: { enable }, who }) {
        await commands.setExitButton(enable);
        log.info('exit button switch set', { by: who.name, on: enable });
        return done();
      },
    }),
  ];
}

const modeRequest = z.object({ lock: z.enum([...lockNames, 'all']), mode: z.enum(doorModes) });

/** What only the Unix socket serves. */
function controlRoute({ commands, locks }: DoorParts): Route {
  return route({
    method: 'POST',
    path: '/control/mode',
    summary: 'Set the mode of a door, or of all: `normal`, `free` or `blocked`',
    access: 'local',
    body: modeRequest,
    answers: emptyAnswer,
    refuses: lockNames.map(noLock),
    refusesWith: { 409: doorRefusals },
    async handler({ body: { lock, mode }, who }) {
      const named = lock === 'all' ? locks : [lock];
      const set = await commands.setDoorMode({ locks: named, mode, by: who.name });
      return set ? done() : refuse(400, noLock(lock));
    },
  });
}

function modeRoutes({ commands, locks, log }: DoorParts): Route[] {
  const path = '/api/v1/access/door/mode';
  const mode = z.enum(doorModes);
  return [
    route({
      method: 'GET',
      path,
      summary: 'The mode of each door',
      access: 'read',
      answers: z.strictObject({
        modes: z.array(z.strictObject({ lock: z.enum(lockNames), mode })),
      }),
      handler: async () => answer({ modes: await commands.doorModes() }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Set the mode of a door, or of all: `normal`, `free` or `blocked`',
      access: 'admin',
      body: modeRequest,
      answers: emptyAnswer,
      refuses: [errors.wrongBody],
      refusesWith: { 409: doorRefusals },
      notes:
        'An addition of latchd. `free`: the door stands open for everybody. `blocked`: no identifier, no ' +
        'command and no free access opens it; an exit button, fire and an emergency do. A close ' +
        'makes a free door normal. Modes outlast a restart unless `door.mode_after_restart` is ' +
        '`normal`. With an interlock no door is ever free (409). While events cannot be written and ' +
        '`events.when_unwritable` is `refuse`, none becomes free (503); nor does one whose mode ' +
        'the disk refuses to keep. Blocked and normal hold at once whatever the disk says.',
      async handler({ body, who }) {
        const named = body.lock === 'all' ? locks : [body.lock];
        const set = await commands.setDoorMode({ locks: named, mode: body.mode, by: who.name });
        if (!set) return refuse(400, errors.wrongBody);
        log.info('door mode set', { by: who.name, mode: body.mode, lock: named.join(',') });
        return done();
      },
    }),
  ];
}
