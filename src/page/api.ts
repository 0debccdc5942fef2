/** Calls of the panel's API: the same that everybody else has. */
import { md5 } from './md5.ts';
import type { Session } from './session.ts';
import type { Signal } from './signal.ts';

/** Why a call was not answered as it should be. */
export type Failure =
  /** Nobody answered, or the connection broke. */
  | 'unreachable'
  | 'timeout'
  /** The session is over, and nobody signed in again. */
  | 'signed-out'
  | 'not-allowed'
  | 'throttled'
  | 'not-found'
  /** The panel says why: `message`. */
  | 'refused'
  /** The panel could not: `message` says what failed. */
  | 'fault';

/** A call that failed. `message` is the panel's own sentence where there is one. */
export class CallError extends Error {
  readonly failure: Failure;
  /** When to try again, where the panel says so. */
  readonly waitSeconds: number | undefined;

  constructor(failure: Failure, message = '', waitSeconds?: number) {
    super(message);
    this.failure = failure;
    this.waitSeconds = waitSeconds;
  }
}

/** Query of an address; what is undefined is left out. */
export type Query = { readonly [name: string]: string | number | undefined };

/** What a call may be given. */
interface CallOptions {
  readonly query?: Query;
  /** Ends it, without an error that anybody needs to see. */
  readonly signal?: AbortSignal;
  /** Longest wait for the answer; 15 s for reads and 30 s for the rest unless given. */
  readonly timeoutMs?: number;
}

/** Methods that change something. Some of the panel's `GET`s open a door. */
type ActMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The panel, as a view sees it. All throw `CallError`, or `AbortError` when `signal` fires. */
export interface Api {
  /** Asks for something. Tried again when nobody answers: never for a call that does something. */
  read<T>(path: string, options?: CallOptions): Promise<T>;
  /** Does something, once. Texts and files go as they are, all else as JSON. */
  act<T = unknown>(
    method: ActMethod,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<T>;
  /** Asks for a file or a picture. */
  file(path: string, options?: CallOptions): Promise<Blob>;
  /** The answer as it comes, for streams; without a time limit once it has begun. */
  open(path: string, options?: CallOptions): Promise<Response>;
  /**
   * Changes the password of an account, which ends every session of it, and signs in with the new
   * one. @throws CallError `refused` for a wrong old password, `signed-out` without a new sign-in.
   */
  changePassword(name: string, old: string, fresh: string): Promise<Session>;
}

/** What calls rest on. */
interface ApiParts {
  readonly session: Signal<Session | undefined>;
  /** Asks somebody to sign in again; false: nobody did. */
  readonly signInAgain: () => Promise<boolean>;
}

const readMs = 15_000;
const actMs = 30_000;
/** Waits before a read is tried again. */
const retryMs = [300, 1500] as const;

/** What is made of an answer; the time limit lasts until it is made. */
type Taken<T> = (response: Response) => Promise<T>;

/** The API of the panel that this page came from. */
export function openApi({ session, signInAgain }: ApiParts): Api {
  function asked<T>(path: string, init: RequestInit, options: CallOptions, take: Taken<T>) {
    const token = session.get()?.token;
    const authorization = token && { headers: { authorization: `Bearer ${token}` } };
    const limitMs = options.timeoutMs ?? (init.method ? actMs : readMs);
    const address = withQuery(path, options.query);
    return ask(address, { ...init, ...authorization }, options.signal, limitMs, take);
  }

  async function called<T>(
    path: string,
    init: RequestInit,
    options: CallOptions,
    take: Taken<T>,
  ): Promise<T> {
    const used = session.get();
    try {
      return await asked(path, init, options, take);
    } catch (error) {
      if (!(error instanceof CallError && error.failure === 'signed-out')) throw error;
      // Whoever signed in while this call was under way is not asked once more.
      const isRenewed = session.get() !== used;
      if (!isRenewed && !(await signInAgain())) throw error;
      return asked(path, init, options, take);
    }
  }

  async function read<T>(path: string, options: CallOptions, take: Taken<T>): Promise<T> {
    for (const waitMs of retryMs) {
      try {
        return await called(path, {}, options, take);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await pause(waitMs, options.signal);
      }
    }
    return called(path, {}, options, take);
  }

  return {
    read: (path, options = {}) => read(path, options, (response) => response.json()),
    file: (path, options = {}) => read(path, options, (response) => response.blob()),
    open: (path, options = {}) => called(path, {}, options, async (response) => response),
    act(method, path, body, options = {}) {
      const isRaw = typeof body === 'string' || body instanceof Blob;
      const init = {
        method,
        ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
      };
      return called(path, init, options, async (response) =>
        response.status === 204 ? undefined : response.json(),
      );
    },
    async changePassword(name, old, fresh) {
      const path = `/api/v1/security/password/${encodeURIComponent(name)}`;
      const body = JSON.stringify({ old_password: old, new_password: fresh });
      await asked(path, { method: 'POST', body }, {}, async () => undefined);
      return signIn(name, md5(fresh));
    },
  };
}

/**
 * Signs in. @throws CallError `refused` for a wrong name or password.
 * @param digest MD5 of the password.
 */
export function signIn(username: string, digest: string): Promise<Session> {
  const address = withQuery('/api/v1/login', { username, password: digest });
  return ask(address, {}, undefined, readMs, async (response) => {
    const { token, account_type: role } = await response.json();
    return { name: username, role, token };
  });
}

async function ask<T>(
  address: string,
  init: RequestInit,
  until: AbortSignal | undefined,
  limitMs: number,
  take: Taken<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = () => controller.abort(until?.reason);
  until?.addEventListener('abort', stop, { once: true });
  if (until?.aborted) stop();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    controller.abort();
  }, limitMs);
  try {
    const { signal } = controller;
    const response = await fetch(address, {
      ...init,
      signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    return await take(await checked(response));
  } catch (error) {
    if (until?.aborted || error instanceof CallError) throw error;
    throw new CallError(isLate ? 'timeout' : 'unreachable');
  } finally {
    clearTimeout(timer);
  }
}

async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  const text = await response
    .json()
    .then(({ error }: { error?: unknown }) => (typeof error === 'string' ? error : ''))
    .catch(() => '');
  const waitSeconds = Number(response.headers.get('retry-after')) || undefined;
  throw new CallError(failureOf(response.status), text, waitSeconds);
}

function failureOf(status: number): Failure {
  const known: { readonly [status: number]: Failure } = {
    401: 'signed-out',
    403: 'not-allowed',
    404: 'not-found',
    429: 'throttled',
  };
  return known[status] ?? (status >= 500 ? 'fault' : 'refused');
}

function isPassing(error: unknown): boolean {
  return error instanceof CallError && error.failure === 'unreachable';
}

function withQuery(path: string, query: Query = {}): string {
  const named = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return named.length > 0 ? `${path}?${new URLSearchParams(named)}` : path;
}

/** Resolves after `ms`; rejects when `until` fires before. */
export function pause(ms: number, until?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(until?.reason);
    };
    const timer = setTimeout(() => {
      until?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (until?.aborted) stop();
    else until?.addEventListener('abort', stop, { once: true });
  });
}
