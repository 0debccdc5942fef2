/**
 * One way to declare a call of the API. Who may use it is asked first, then path and query, then
 * the body; the handler sees only what has passed. The list of declarations is also what tests of
 * roles and the description of the API are made from.
 */
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Role } from '../ports/accounts.ts';
import type { Timer } from '../ports.ts';
import { errors, refuse } from './answer.ts';
import { type Checked, readBody, readText, tooLarge, bodyLimit as usualLimit } from './body.ts';
import { Gate } from './gate.ts';

/** What the server tells about a connection. */
interface Connection {
  /** Address of the client; empty when it is gone or local. */
  readonly remote: string;
  /** It came over the Unix socket: its user is the local administrator. */
  readonly local: boolean;
  /** Calls `run` when a body has been read for too long; absent: never. */
  readonly late?: (run: () => void) => Timer;
}

/** What hono hands to a handler besides the request. */
export type WebEnv = { Bindings: Connection };

/** Who asks. */
export interface Operator {
  readonly name: string;
  readonly role: Role;
  /** How they proved it, and what to forget when they log out. */
  readonly proof:
    | { readonly kind: 'local' }
    | { readonly kind: 'session'; readonly tokenHash: string }
    | { readonly kind: 'basic'; readonly key: string }
    | { readonly kind: 'key' };
}

/**
 * Who may call: anybody, `manager` and `admin`, `admin`, only the Unix socket, or an integration with
 * its API key, which opens nothing else.
 */
export type Access = 'open' | 'read' | 'admin' | 'local' | 'key';

/** Methods of this API. */
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a handler gets. */
interface Call<P, Q, B> {
  /** Of an open call that did not ask: `nobody`. */
  readonly who: Operator;
  readonly remote: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** A header of the request, by its name in lower case. */
  readonly header: (name: string) => string | null;
  /** The bytes that are sent, where the call declares `stream`; null: none are. */
  readonly stream: ReadableStream<Uint8Array> | null;
  /** Whether the client has gone meanwhile: what takes long may end. */
  readonly gone: () => boolean;
}

/** A good answer: status 200 with a body, another media type, `{}` with 202, or no body at all (204). */
export type Answers =
  | z.ZodType
  | {
      readonly media:
        | 'image/png'
        | 'text/html'
        | 'text/csv'
        | 'application/x-ndjson'
        | 'text/event-stream'
        | 'text/plain'
        | 'application/octet-stream';
    }
  | { readonly status: 202 | 204 };

/** Texts of refusals by status. */
type Refusals = { readonly [status: number]: readonly string[] };

/** A call as its file declares it; the types of the handler follow from the schemas. */
interface RouteSpec<P, Q, B> {
  readonly method: Method;
  /** With parameters as `{name}`, from the root. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** Of the texts in the path. */
  readonly params?: z.ZodType<P>;
  /** Of the texts in the query; those it does not know are ignored. */
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** The body is text of this type and no JSON; `body` checks it as one string. */
  readonly bodyMedia?: 'text/csv';
  /** Which of the shapes of `body` the query asks for; undefined: the body is not read. */
  readonly bodyOf?: (query: Q) => z.ZodType<B> | undefined;
  /** Media type of a body that the handler reads itself, as it comes; the query may replace it. */
  readonly stream?: 'application/octet-stream';
  /** Longest body, bytes; 1 MiB unless given. A handler that takes a `stream` counts for itself. */
  readonly bodyLimit?: number;
  readonly answers?: Answers;
  /**
   * Texts of the refusals with 400 that are this call's own: what its handler says, and what checks
   * written for its schemas say. The standard forms (`errors`) come with params, query and body.
   */
  readonly refuses?: readonly string[];
  /** Texts of its own refusals with another status. */
  readonly refusesWith?: Refusals;
  /** Body of an answer with 503 that is no refusal. */
  readonly unwell?: z.ZodType;
  /** What the pages leave open and how it is here. */
  readonly notes?: string;
  /** True: a GET that changes something, so that it answers no HEAD. Those of `admin` never do. */
  readonly acts?: boolean;
  readonly handler: (call: Call<P, Q, B>) => Response | Promise<Response>;
}

/** A declared call; `serve` does everything after access was granted. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyMedia: 'application/json' | 'text/csv';
  readonly stream?: 'application/octet-stream' | undefined;
  /** Longest body, bytes. */
  readonly bodyLimit: number;
  readonly answers: Answers | undefined;
  readonly refuses: readonly string[];
  readonly refusesWith: Refusals;
  readonly unwell: z.ZodType | undefined;
  readonly notes: string | undefined;
  /** Whether HEAD is answered as this GET. */
  readonly hasHead: boolean;
  readonly serve: (c: Context<WebEnv>, who: Operator) => Response | Promise<Response>;
}

/** Declares a call. */
export function route<P = undefined, Q = undefined, B = undefined>(
  spec: RouteSpec<P, Q, B>,
): Route {
  const { method, path, summary, access, params, query, body, stream, answers, notes } = spec;
  const { bodyLimit = usualLimit, bodyMedia = 'application/json', bodyOf = () => body } = spec;
  const read = bodyMedia === 'text/csv' ? readText : readBody;
  // One large body at a time: the objects made of it are many times its size.
  const largeBodies = new Gate(1);
  return {
    method,
    path,
    summary,
    access,
    params,
    query,
    body,
    stream,
    bodyMedia,
    bodyLimit,
    answers,
    notes,
    refuses: spec.refuses ?? [],
    refusesWith: spec.refusesWith ?? {},
    unwell: spec.unwell,
    hasHead: hasHead(spec),
    serve(c, who) {
      const checkedParams = checkTexts(params, () => c.req.param());
      if ('refusal' in checkedParams) return checkedParams.refusal;
      const checkedQuery = checkTexts(query, () => c.req.query());
      if ('refusal' in checkedQuery) return checkedQuery.refusal;
      const call = {
        who,
        remote: c.env.remote,
        params: checkedParams.value,
        query: checkedQuery.value,
        header: (name: string) => c.req.raw.headers.get(name),
        stream: stream === undefined ? null : c.req.raw.body,
        gone: () => c.req.raw.signal.aborted,
      };
      const refusal = method === 'GET' ? undefined : tooLarge(c.req.raw, bodyLimit);
      if (refusal) return refusal;
      const schema = bodyOf(checkedQuery.value);
      if (!schema) return spec.handler({ ...call, body: undefined as B });
      const answered = async () => {
        const checked = await read(c.req.raw, schema, bodyLimit, c.env.late);
        return 'refusal' in checked
          ? checked.refusal
          : spec.handler({ ...call, body: checked.value });
      };
      const mayBeLarge = bodyLimit > usualLimit && !isAnnouncedSmall(c.req.raw);
      return mayBeLarge ? largeBodies.run(answered) : answered();
    },
  };
}

/** HEAD is a GET without the body, except where a GET does something (it opens a door) or streams. */
function hasHead<P, Q, B>({ method, access, acts, answers }: RouteSpec<P, Q, B>): boolean {
  if (method !== 'GET' || acts || (access !== 'open' && access !== 'read')) return false;
  return !(answers && 'media' in answers && answers.media === 'text/event-stream');
}

function isAnnouncedSmall({ headers }: Request): boolean {
  const length = headers.get('content-length');
  return length !== null && Number(length) <= usualLimit;
}

/** Without a schema T is `undefined`: the type parameters of `route` fall back to it. */
function checkTexts<T>(
  schema: z.ZodType<T> | undefined,
  read: () => Record<string, string>,
): Checked<T> {
  if (!schema) return { value: undefined as T };
  const result = schema.safeParse(read());
  return result.success ? { value: result.data } : { refusal: refuse(400, errors.wrongParameters) };
}
