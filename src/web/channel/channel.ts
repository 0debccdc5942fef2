/**
 * The message channel between the door (main thread) and the web (worker). Commands go in, their
 * results and notices of new events come out. All messages are plain data.
 */
import { z } from 'zod';
import type { RemoteQuestion } from '../../door/remote.ts';
import { describeError, Fault } from '../../errors.ts';
import type { RemoteAnswer } from '../../ports/remote.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { Gate } from '../gate.ts';
import { answerKinds, asData, settle, type Waiting } from './channel-answer.ts';
import { commandNames, isCommand } from './command-names.ts';

/** One end: a `Worker`, its `parentPort`, or a `MessagePort`. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Commands under way at once; others wait in the worker, so a flood never piles up at the door. */
export const commandsAtOnce = 32;

const remoteAnswer: z.ZodType<RemoteAnswer> = z.union([
  z.strictObject({ handled: z.literal(false) }),
  z.strictObject({ handled: z.literal(true), granted: z.literal(false) }),
  z.strictObject({
    handled: z.literal(true),
    granted: z.literal(true),
    lockNumber: z.int().min(0).max(8),
  }),
  z.strictObject({ failure: z.string() }),
]);

const toMain = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('call'),
    id: z.number(),
    command: z.string().refine(isCommand),
    args: z.array(z.unknown()),
  }),
  z.object({ kind: z.literal('listening'), url: z.string() }),
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('pong') }),
  z.object({ kind: z.literal('remote-answer'), id: z.number(), answer: remoteAnswer }),
]);

const toWorker = z.discriminatedUnion('kind', [
  ...answerKinds,
  z.object({ kind: z.literal('event'), seq: z.number() }),
  z.object({ kind: z.literal('moved') }),
  z.object({ kind: z.literal('frame') }),
  z.object({ kind: z.literal('ping') }),
  z.object({ kind: z.literal('stop') }),
  z.object({
    kind: z.literal('remote-question'),
    id: z.number(),
    type: z.enum(['card', 'input_code', 'qr']),
    number: z.string(),
  }),
]);

type ToMain = z.output<typeof toMain>;
type ToWorker = z.output<typeof toWorker>;
type Call = Extract<ToMain, { kind: 'call' }>;

/** What the main thread does with the messages that are no commands. */
interface MainHooks {
  readonly log: Log;
  /** The web answers at this address now. */
  listening(url: string): void;
  /** The worker takes questions now; `ask` hands it one. */
  ready(ask: (id: number, question: RemoteQuestion) => void): void;
  /** What the remote access server said to question `id`. */
  remoteAnswer(id: number, answer: RemoteAnswer): void;
  /** The worker has answered `tellPing`. */
  pong(): void;
}

/** Main side: carries out the commands that come over `port` and sends their results back. */
export function serveCommands(port: Port, commands: PanelCommands, hooks: MainHooks): void {
  async function carryOut({ id, command, args }: Call): Promise<void> {
    try {
      const value: unknown = await Reflect.apply(commands[command], commands, args);
      port.postMessage({ kind: 'result', id, value } satisfies ToWorker);
    } catch (error) {
      if (!(error instanceof Fault)) {
        const stack = error instanceof Error ? error.stack : undefined;
        hooks.log.error('a command of the web failed', {
          command,
          why: describeError(error),
          stack,
        });
      }
      port.postMessage(asData(id, error));
    }
  }

  port.on('message', (message) => {
    const parsed = toMain.safeParse(message);
    if (!parsed.success) return hooks.log.warn('the web worker sent something unknown');
    const { data } = parsed;
    if (data.kind === 'call') void carryOut(data);
    else if (data.kind === 'listening') hooks.listening(data.url);
    else if (data.kind === 'ready') hooks.ready(ask);
    else if (data.kind === 'pong') hooks.pong();
    else hooks.remoteAnswer(data.id, data.answer);
  });

  function ask(id: number, { type, number }: RemoteQuestion): void {
    port.postMessage({ kind: 'remote-question', id, type, number } satisfies ToWorker);
  }
}

/** Tells the worker that an event has reached the log. */
export function tellEvent(port: Port, seq: number): void {
  port.postMessage({ kind: 'event', seq } satisfies ToWorker);
}

/** Tells the worker that a lock or an input stands otherwise than before. */
export function tellMoved(port: Port): void {
  port.postMessage({ kind: 'moved' } satisfies ToWorker);
}

/** Tells the worker that a reader has a frame more. */
export function tellFrame(port: Port): void {
  port.postMessage({ kind: 'frame' } satisfies ToWorker);
}

/** Asks the worker whether its loop turns. */
export function tellPing(port: Port): void {
  port.postMessage({ kind: 'ping' } satisfies ToWorker);
}

/** Asks the worker to finish. */
export function tellStop(port: Port): void {
  port.postMessage({ kind: 'stop' } satisfies ToWorker);
}

/** Tells the main thread where the web answers. */
export function tellListening(port: Port, url: string): void {
  port.postMessage({ kind: 'listening', url } satisfies ToMain);
}

/** Tells the main thread that questions to the remote access server are taken. */
export function tellReady(port: Port): void {
  port.postMessage({ kind: 'ready' } satisfies ToMain);
}

/** What the worker does with the messages that are no results. */
interface WorkerHooks {
  readonly log: Log;
  /** A command has been answered: what is read next must show it. */
  answered(): void;
  /** An event has reached the log. */
  event(seq: number): void;
  /** A lock or an input stands otherwise than before. */
  moved(): void;
  /** A reader has a frame more. */
  frame(): void;
  /** The panel stops. */
  stop(): void;
  /** Asks the remote access server; never rejects. */
  remoteQuestion(question: RemoteQuestion): Promise<RemoteAnswer>;
}

/**
 * Worker side: commands that are carried out by the main thread.
 * @returns commands that throw the Fault that the main thread threw; an Error for a bug there.
 */
export function remoteCommands(port: Port, hooks: WorkerHooks): PanelCommands {
  const gate = new Gate(commandsAtOnce);
  const waiting = new Map<number, Waiting>();
  let lastId = 0;

  port.on('message', (message) => {
    const parsed = toWorker.safeParse(message);
    if (!parsed.success) hooks.log.warn('the main thread sent something unknown');
    else if (parsed.data.kind === 'event') hooks.event(parsed.data.seq);
    else if (parsed.data.kind === 'moved') hooks.moved();
    else if (parsed.data.kind === 'frame') hooks.frame();
    else if (parsed.data.kind === 'ping') port.postMessage({ kind: 'pong' } satisfies ToMain);
    else if (parsed.data.kind === 'stop') hooks.stop();
    else if (parsed.data.kind === 'remote-question') void bringAnswer(parsed.data);
    else {
      const call = waiting.get(parsed.data.id);
      waiting.delete(parsed.data.id);
      hooks.answered();
      if (call) settle(call, parsed.data);
    }
  });

  async function bringAnswer({ id, type, number }: Question): Promise<void> {
    const answer = await hooks.remoteQuestion({ type, number });
    port.postMessage({ kind: 'remote-answer', id, answer } satisfies ToMain);
  }

  function ask(command: keyof PanelCommands, args: unknown[]): Promise<unknown> {
    return gate.run(
      () =>
        new Promise((resolve, reject) => {
          lastId += 1;
          port.postMessage({ kind: 'call', id: lastId, command, args } satisfies ToMain);
          waiting.set(lastId, { resolve, reject });
        }),
    );
  }

  return stub(ask);
}

type Question = Extract<ToWorker, { kind: 'remote-question' }>;

/** Every command by name. Both ends are compiled from the same `PanelCommands`. */
function stub(ask: (command: keyof PanelCommands, args: unknown[]) => Promise<unknown>) {
  const names = Object.keys(commandNames).filter(isCommand);
  return Object.fromEntries(
    names.map((name) => [name, (...args: unknown[]) => ask(name, args)]),
  ) as unknown as PanelCommands;
}
