import type { TestContext } from 'node:test';
import type { LockName, LoggedEvent } from '../../src/door/model.ts';
import { systemClock } from '../../src/io/clock.ts';
import type { DriverName } from '../../src/ports.ts';
import type { DoorStatus, ModeRequest } from '../../src/ports-doors.ts';
import type { CloseRequest, EmergencyRequest } from '../../src/ports-locks.ts';
import type { OpenRequest, PanelCommands } from '../../src/ports-web.ts';
import { EventLog } from '../../src/store/events.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { createApp } from '../../src/web/app.ts';
import { panelCommands } from '../../src/web/commands.ts';
import { Notices } from '../../src/web/notices.ts';
import { digestOf, hashPassword } from '../../src/web/password.ts';
import { Listener } from '../../src/web/server.ts';
import type { CrashKind } from '../../src/web/sim.ts';
import { FakeClock } from './clock.ts';
import { memoryLog } from './log.ts';
import { freshFolder } from './store.ts';

/** Pulses that were asked for. */
export interface Pulses {
  readonly reader: string;
  readonly bits: string;
  readonly widthUs: number;
  readonly intervalUs: number;
}

/** How a web differs from the usual. */
export interface WebOptions {
  readonly driver?: DriverName;
  readonly locks?: readonly LockName[];
  /** Of the database; a fresh one unless given. */
  readonly folder?: string;
  /** Stands in for the commands that it has. */
  readonly commands?: Partial<PanelCommands>;
}

/** Plain passwords of the two accounts that every fresh web has. */
export const passwords = { admin: 'secret', manager: 'look but do not touch' } as const;
/** scrypt is slow on purpose; once is enough for all tests of a file. */
const hashes = {
  admin: hashPassword(passwords.admin),
  manager: hashPassword(passwords.manager),
} as const;

export type FreshWeb = Awaited<ReturnType<typeof freshWeb>>;

/** The web over a real database, without a thread and without sockets; its clock stands still. */
export async function freshWeb(t: TestContext, options: WebOptions = {}) {
  const store = openStore(options.folder ?? freshFolder(t), 'writer');
  const clock = new FakeClock();
  const log = memoryLog();
  const door = doorOver(store, clock, options.locks ?? ['first', 'second']);
  t.after(async () => {
    await door.eventLog.settled();
    await store.close();
  });
  for (const role of ['admin', 'manager'] as const) {
    await door.accounts.set(role, { role, ...(await hashes[role]) });
  }
  const crashes: CrashKind[] = [];
  const web = createApp({
    ...door,
    ...{ clock, log },
    commands: { ...door.commands, ...options.commands },
    refresh: () => store.refresh(),
    facts: {
      version: '1.2.3',
      commit: 'abc',
      deviceName: 'gate',
      driver: options.driver ?? 'sim',
      locks: options.locks ?? ['first', 'second'],
    },
    crash: (how) => crashes.push(how),
  });
  return {
    ...door,
    ...web,
    ...{ store, clock, log, crashes },

    /** Sends a request past all sockets, as from `remote`; `body` as JSON unless it is text. */
    async call(method: string, path: string, { auth, body, remote, local }: CallOptions = {}) {
      const response = await web.app.request(
        path,
        {
          method,
          ...(auth !== undefined && { headers: { authorization: auth } }),
          ...(body !== undefined && {
            body: typeof body === 'string' ? body : JSON.stringify(body),
          }),
        },
        { remote: remote ?? '192.0.2.1', local: local ?? false },
      );
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },

    /** Every event so far, oldest first, once all are on the disk. */
    async recorded(): Promise<LoggedEvent[]> {
      await door.eventLog.settled();
      return door.events.query({ newestFirst: false, offset: 0, limit: 1000 }).events;
    },
  };
}

/** How a request differs from a plain one from the network. */
export interface CallOptions {
  /** The `Authorization` header. */
  readonly auth?: string;
  readonly body?: unknown;
  readonly remote?: string;
  readonly local?: boolean;
}

/** The main thread's side over a real database; locks and wires are only written down. */
function doorOver(store: Store, clock: FakeClock, locks: readonly LockName[]) {
  const stored = openStored(store, {
    wiegand: { type: 'wiegand_26', representation: 'decimal' },
    openSeconds: { first: 5, second: 3 },
  });
  const { identifiers, events } = stored;
  const notices = new Notices();
  const eventLog = new EventLog(store, clock, 10_000, {
    appended: () => notices.event(),
    failed: () => undefined,
    recovered: () => undefined,
  });
  const opened: OpenRequest[] = [];
  const pulses: Pulses[] = [];
  const emergencies: EmergencyRequest[] = [];
  const closed: CloseRequest[] = [];
  const freeAccessSetBy: string[] = [];
  const modes: ModeRequest[] = [];
  const doorsSeen: DoorStatus[] = [];
  const inputsSet: boolean[] = [];
  const commands = panelCommands({
    ...stored,
    record: (event) => eventLog.append(event),
    open(request) {
      const known = request.locks.every((lock) => locks.includes(lock));
      if (known) opened.push(request);
      return known;
    },
    door: {
      openEmergency(request) {
        const known = request.locks.every(({ lock }) => locks.includes(lock));
        if (known) emergencies.push(request);
        return known;
      },
      closeLocks(request) {
        const known = request.locks.every((lock) => locks.includes(lock));
        if (known) closed.push(request);
        return known;
      },
      freeAccessChanged: (by) => void freeAccessSetBy.push(by),
    },
    wiegandChanged: () => undefined,
    lockStates: () => locks.map((name) => ({ name, energised: name === 'first' })),
    status: () => ({
      driver: 'sim',
      startedMs: 1,
      nowMs: clock.wallMs(),
      clockTrusted: true,
      readers: [],
      locks: [],
      events: { ...eventLog.state(), last: events.lastSeq() },
      identifiers: identifiers.count(),
      inputs: [],
    }),
    doors: {
      modes: {
        async set(request) {
          const known = request.locks.every((lock) => locks.includes(lock));
          if (known) modes.push(request);
          return known;
        },
      },
      inputs: { doors: () => doorsSeen, sensorChanged: () => undefined },
      locks: { states: () => locks.map((name) => ({ name, mode: 'normal' })) },
    },
    outputs: () => ({ 'front.green': { energised: true } }),
    player: {
      setInput(name, active) {
        if (name !== 'front') return false;
        inputsSet.push(active);
        return true;
      },
      play(reader, bits, widthUs, intervalUs) {
        if (reader !== 'front') return false;
        pulses.push({ reader, bits, widthUs, intervalUs });
        return true;
      },
    },
  });
  return {
    ...{ ...stored, eventLog, notices, commands, opened, pulses },
    ...{ emergencies, closed, freeAccessSetBy, modes, doorsSeen, inputsSet },
  };
}

/** The header of HTTP Basic. */
export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

export const asAdmin = basic('admin', passwords.admin);
export const asManager = basic('manager', passwords.manager);

/** The path of a login, digest in the case given. */
export function loginPath(name: string, password: string, digest = digestOf(password)): string {
  return `/api/v1/login?username=${encodeURIComponent(name)}&password=${digest}`;
}

/** A body that creates a card; `rest` replaces members. */
export function cardBody(number: string, rest: object = {}) {
  return {
    identifier_owner: { name: 'Ann', type: 'owner' },
    identifier_type: 'card',
    identifier_number: number,
    lock: 'first',
    ...rest,
  };
}

/** Serves the web on 127.0.0.1, at a free port. @returns its address. */
export async function serve(t: TestContext, { app, log }: FreshWeb): Promise<string> {
  const clock = systemClock();
  return new Promise((resolve) => {
    const place = { kind: 'network', host: '127.0.0.1', port: 0 } as const;
    const listener = new Listener({ app, log, clock }, place, resolve);
    t.after(() => listener.close());
  });
}
