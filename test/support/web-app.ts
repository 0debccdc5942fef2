import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { clockAcceptedEvent } from '../../src/door/events/operator.ts';
import type { LockName, LoggedEvent, PanelEvent } from '../../src/door/model.ts';
import { systemClock } from '../../src/io/clock.ts';
import { Faults } from '../../src/panel/faults.ts';
import { Figures } from '../../src/panel/figures.ts';
import { damageFindings } from '../../src/panel/health.ts';
import type { DoorStatus, ModeRequest } from '../../src/ports/doors.ts';
import type { CloseRequest, EmergencyRequest } from '../../src/ports/locks.ts';
import type { OutboundRule, RemoteServerSetting } from '../../src/ports/remote.ts';
import type { OpenRequest, PanelCommands, PanelStatus } from '../../src/ports/web.ts';
import type { DriverName } from '../../src/ports.ts';
import { FrameHistory } from '../../src/reader/frame-history.ts';
import { openBackups } from '../../src/store/backups.ts';
import { EventLog } from '../../src/store/events.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { damagedIn, openStored } from '../../src/store/stored.ts';
import { digestOf, hashPassword } from '../../src/web/accounts/password.ts';
import { createApp, type WebApp } from '../../src/web/app.ts';
import { describeApi } from '../../src/web/docs/openapi.ts';
import { panelCommands } from '../../src/web/main-thread/commands.ts';
import { Notices } from '../../src/web/notices.ts';
import { Outbound } from '../../src/web/outbound/outbound.ts';
import { WebhookQueues } from '../../src/web/outbound/webhook-queues.ts';
import { Listener } from '../../src/web/server.ts';
import type { CrashKind } from '../../src/web/sim.ts';
import { type AnswerCheck, answerCheck } from './answers.ts';
import { FakeClock } from './clock.ts';
import { frontEnrolments } from './enrolment.ts';
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
  /** Machines that webhooks may be on; any ordinary one unless given. */
  readonly allow?: readonly OutboundRule[];
  /** Length of the event log. */
  readonly keep?: number;
}

/** Plain passwords of the two accounts that every fresh web has. */
export const passwords = { admin: 'secret', manager: 'look but do not touch' } as const;
/** scrypt is slow on purpose; once is enough for all tests of a file. */
const hashes = {
  admin: hashPassword(passwords.admin),
  manager: hashPassword(passwords.manager),
} as const;

/** A backup that every fresh web has, by its name. */
export const oneBackup = 'latchd-20260601T000000000Z-manual.backup';

export type FreshWeb = Awaited<ReturnType<typeof freshWeb>>;

/** The web over a real database, without a thread and without sockets; its clock stands still. */
export async function freshWeb(t: TestContext, options: WebOptions = {}) {
  const folder = options.folder ?? freshFolder(t);
  const store = openStore(folder, 'writer');
  const clock = new FakeClock();
  const log = memoryLog();
  const door = doorOver(store, clock, options);
  t.after(async () => {
    await door.eventLog.settled();
    await store.close();
  });
  for (const role of ['admin', 'manager'] as const) {
    await door.accounts.set(role, { role, ...(await hashes[role]) });
  }
  const crashes: CrashKind[] = [];
  const commands = { ...door.commands, ...options.commands };
  mkdirSync(`${folder}/backups`, { recursive: true });
  writeFileSync(`${folder}/backups/${oneBackup}`, 'not one that could be restored');
  const backups = openBackups({
    store,
    data: folder,
    folder: `${folder}/backups`,
    keep: 3,
    version: '1.2.3',
    clock,
    log,
  });
  const shared = { ...door, clock, log, commands, backups, refresh: () => store.refresh() };
  // No test asks for a name in the network.
  const outbound = new Outbound({ clock, allow: options.allow ?? [], resolve: async () => [] });
  const queues = new WebhookQueues({ ...shared, outbound, random: () => 1 });
  const web = createApp({
    ...shared,
    queues,
    facts: {
      version: '1.2.3',
      commit: 'abc',
      deviceName: 'gate',
      driver: options.driver ?? 'sim',
      timezone: 'Europe/Berlin',
      locks: options.locks ?? ['first', 'second'],
    },
    crash: (how) => crashes.push(how),
    ownFaults: () => damageFindings(damagedIn(door)).map((finding) => ({ ...finding, sinceMs: 1 })),
    hasInitialPassword: () => false,
  });
  const checkAnswer = checkOf(web);
  return {
    ...door,
    ...web,
    store,
    clock,
    log,
    crashes,
    queues,
    outbound,
    folder,
    checkAnswer,
    backups,

    /**
     * Sends a request past all sockets, as from `remote`; `body` as JSON unless it is text. The
     * answer must be as the API describes it.
     */
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
      const { status, headers } = response;
      const lasts = headers.get('content-type') === 'text/event-stream';
      if (lasts) await response.body?.cancel();
      const text = lasts ? '' : await response.text();
      checkAnswer({ method, target: path, local: local ?? false }, { status, headers, text });
      return { status, headers, body: bodyOf(headers, text) };
    },

    /** Every event so far, oldest first, once all are on the disk. */
    async recorded(): Promise<LoggedEvent[]> {
      await door.eventLog.settled();
      return door.events.query({ newestFirst: false, offset: 0, limit: 1000 }).events;
    },
  };
}

/** The description is written when it is first needed. */
function checkOf({ routes }: WebApp): AnswerCheck {
  let check: AnswerCheck | undefined;
  return (asked, answered) => {
    check ??= answerCheck(describeApi(routes, { version: '1.2.3', local: true }));
    return check(asked, answered);
  };
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies as they like.
function bodyOf(headers: Headers, text: string): any {
  if (text === '') return undefined;
  return headers.get('content-type') === 'application/json' ? JSON.parse(text) : text;
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
function doorOver(
  store: Store,
  clock: FakeClock,
  { locks = ['first', 'second'], keep = 10_000 }: WebOptions,
) {
  const stored = openStored(store, {
    wiegand: { type: 'wiegand_26', representation: 'decimal' },
    openSeconds: { first: 5, second: 3 },
  });
  const { identifiers, events, settings } = stored;
  const notices = new Notices();
  const moves = new Notices();
  const frameNotices = new Notices();
  const history = new FrameHistory();
  const eventLog = new EventLog(store, clock, keep, {
    appended: () => notices.event(),
    failed: () => undefined,
    recovered: () => undefined,
  });
  const opened: OpenRequest[] = [];
  const pulses: Pulses[] = [];
  const emergencies: EmergencyRequest[] = [];
  const closed: CloseRequest[] = [];
  const freeAccessSetBy: string[] = [];
  const remoteChanges: RemoteServerSetting[] = [];
  const modes: ModeRequest[] = [];
  const doorsSeen: DoorStatus[] = [];
  const inputsSet: boolean[] = [];
  const record = (event: PanelEvent) => eventLog.append(event);
  const { enrolments, front } = frontEnrolments({ ...stored, clock, record });
  const startedAgain: number[] = [];
  const faults = new Faults({ clock, log: memoryLog(), record });
  const status = (): PanelStatus => ({
    driver: 'sim',
    startedMs: 1,
    nowMs: clock.wallMs(),
    clockTrusted: true,
    readers: [],
    locks: [],
    events: { ...eventLog.state(), last: events.lastSeq() },
    identifiers: identifiers.count(),
    inputs: [],
    faults: faults.list(),
  });
  const commands = panelCommands({
    ...stored,
    record,
    enrolments,
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
      async closeLocks(request) {
        const known = request.locks.every((lock) => locks.includes(lock));
        if (known) closed.push(request);
        return known;
      },
      freeAccessChanged: (by) => void freeAccessSetBy.push(by),
    },
    wiegandChanged: () => undefined,
    remoteServerChanged: () => remoteChanges.push(settings.remoteServer()),
    lockStates: () => locks.map((name) => ({ name, energised: name === 'first' })),
    status,
    figures: () => ({
      ...new Figures().state(),
      status: status(),
      faults: [],
      webDeaths: 0,
      logLinesLost: 0,
      residentBytes: 1,
      loop: { p50: 0, p99: 0, max: 0 },
      disk: { freeBytes: 1e9, totalBytes: 2e9, readOnly: false },
    }),
    async acceptClock(by) {
      await eventLog.acceptClock(clockAcceptedEvent(by));
      return true;
    },
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
    frames: {
      frames: (reader, after, atMost) =>
        reader === 'front' ? history.after(after, atMost) : undefined,
    },
    clearLog: (tell) => eventLog.clear(tell),
    faults,
    startAgain: () => void startedAgain.push(clock.wallMs()),
  });
  return {
    ...stored,
    eventLog,
    notices,
    moves,
    frameNotices,
    history,
    commands,
    opened,
    pulses,
    emergencies,
    closed,
    freeAccessSetBy,
    remoteChanges,
    enrolments,
    front,
    modes,
    doorsSeen,
    inputsSet,
    faults,
    startedAgain,
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
export async function serve(t: TestContext, web: FreshWeb): Promise<string> {
  const [clock, { log }] = [systemClock(), web];
  const app = checkedApp(t, web);
  return new Promise((resolve) => {
    const place = { kind: 'network', host: '127.0.0.1', port: 0 } as const;
    const listener = new Listener({ app, log, clock }, place, resolve);
    t.after(() => listener.close());
  });
}

/** The application, whose answers must be as the API describes them, or the test fails at its end. */
function checkedApp(t: TestContext, { app, checkAnswer }: FreshWeb): FreshWeb['app'] {
  const wrong: unknown[] = [];
  t.after(() => assert.deepEqual(wrong, []));
  const fetch: typeof app.fetch = async (request, env, context) => {
    const response = await app.fetch(request, env, context);
    const { status, headers } = response;
    const isJson = headers.get('content-type') === 'application/json';
    const { pathname, search } = new URL(request.url);
    const asked = { method: request.method, target: pathname + search, local: false };
    try {
      const text = isJson ? await response.clone().text() : '';
      checkAnswer(asked, { status, headers, text });
    } catch (error) {
      wrong.push(error);
    }
    return response;
  };
  return Object.assign(Object.create(app), { fetch });
}

/** An answer of `GET path` has the shape that its call declares. */
export function assertShape({ routes }: FreshWeb, path: string, body: unknown): void {
  const declared = routes.find((one) => one.method === 'GET' && one.path === path);
  assert.ok(declared?.answers && 'parse' in declared.answers, path);
  assert.deepEqual(declared.answers.parse(body), body);
}
