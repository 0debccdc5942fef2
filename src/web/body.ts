/** JSON bodies: read within their limit, checked, and refused in the words of the panel API. */
import type { z } from 'zod';
import type { Timer } from '../ports.ts';
import { errors, refuse } from './answer.ts';

/** Longest body, bytes, unless a call allows more. */
export const bodyLimit = 1024 * 1024;
/**
 * Values in a body longer than that, at most. Each becomes an object of the web's heap, many times
 * the size of its text; ten thousand identifiers with everything there is are half as many.
 */
const valuesAtMost = 600_000;

/** Either what was asked for, or the answer that refuses it. */
export type Checked<T> = { readonly value: T } | { readonly refusal: Response };

/** Refuses a body whose announced length is beyond the limit. */
export function tooLarge(request: Request, limit: number): Response | undefined {
  const length = Number(request.headers.get('content-length') ?? 0);
  return length > limit ? refuse(413, errors.tooLarge) : undefined;
}

/**
 * Reads a body as a JSON object, whatever its Content-Type says, and checks it. Members that the
 * schema does not know are ignored. The first problem, in the order of the schema, is the one told.
 * An optional schema lets the body be absent.
 * @param late calls back when the client has been waited for too long.
 */
export async function readBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  limit: number,
  late?: (run: () => void) => Timer,
): Promise<Checked<T>> {
  const read = await readInTime(request, limit, late);
  if ('refusal' in read) return read;
  const bytes = read.value;
  if (bytes?.length === 0) {
    const none = schema.safeParse(undefined);
    if (none.success) return { value: none.data };
  }
  if (bytes && bytes.length > bodyLimit && valuesIn(bytes) > valuesAtMost) {
    return { refusal: refuse(413, errors.tooLarge) };
  }
  const raw = bytes && parseObject(bytes);
  if (!raw) return { refusal: refuse(400, errors.wrongBody) };
  const result = schema.safeParse(raw, { reportInput: true });
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  return { refusal: refuse(400, issue ? problem(issue) : errors.wrongBody) };
}

/** The whole body, undefined when the client went away before its end; or why it is not waited for. */
async function readInTime(
  request: Request,
  limit: number,
  late: ((run: () => void) => Timer) | undefined,
): Promise<Checked<Uint8Array | undefined>> {
  let timer: Timer | undefined;
  const reading = readBytes(request, limit);
  const tooSlow = new Promise<'too-slow'>((resolve) => {
    timer = late?.(() => resolve('too-slow'));
  });
  const bytes = await Promise.race([reading, tooSlow]);
  timer?.cancel();
  if (bytes === 'too-slow') return { refusal: refuse(408, errors.tooSlow) };
  if (bytes === 'too-large') return { refusal: refuse(413, errors.tooLarge) };
  return { value: bytes };
}

/** Reads a body as text, whatever its Content-Type says, and checks it. */
export async function readText<T>(
  request: Request,
  schema: z.ZodType<T>,
  limit: number,
  late?: (run: () => void) => Timer,
): Promise<Checked<T>> {
  const read = await readInTime(request, limit, late);
  if ('refusal' in read) return read;
  const result = schema.safeParse(read.value && decoded(read.value));
  return result.success ? { value: result.data } : { refusal: refuse(400, errors.notText) };
}

/** Undefined for what is not well-formed UTF-8. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The whole body; undefined when the client went away before its end. */
async function readBytes(
  request: Request,
  limit: number,
): Promise<Uint8Array | 'too-large' | undefined> {
  try {
    // Node's parser holds a body to its announced length; without one, only counting does.
    const announced = request.headers.has('content-length');
    if (announced && !request.headers.has('transfer-encoding')) {
      return new Uint8Array(await request.arrayBuffer());
    }
    return await readCounted(request.body, limit);
  } catch {
    return undefined;
  }
}

async function readCounted(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array | 'too-large'> {
  const chunks: Uint8Array[] = [];
  const reader = body?.getReader();
  for (let size = 0; reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    // The rest stays unread: cancelling would close the connection before the answer is out.
    if (size > limit) return 'too-large';
    chunks.push(value);
  }
  return Buffer.concat(chunks);
}

/** About how many values a JSON text has: each but the first follows one of these characters. */
function valuesIn(bytes: Uint8Array): number {
  const [comma, bracket, brace] = [0x2c, 0x5b, 0x7b];
  let values = 1;
  for (const byte of bytes) if (byte === comma || byte === bracket || byte === brace) values += 1;
  return values;
}

/** Undefined for anything but a JSON object in well-formed UTF-8. */
function parseObject(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(decoded(bytes) ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The error text for a problem. A check of ours (`custom`) brings its whole text as message. */
function problem(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  const param = issue.path.findLast((part) => typeof part === 'string') ?? '';
  const value = culprit(issue);
  if (value === undefined) return errors.noValue(param);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return choiceProblem(issue, param);
  return isWrongType(issue, value) ? errors.wrongType(param) : errors.wrongBody;
}

/** Of several shapes, the problem of the first whose type the value has; where none has: the type. */
function choiceProblem(issue: z.core.$ZodIssueInvalidUnion, param: string): string {
  const firsts = issue.errors.flatMap(([first]) => first ?? []);
  const fitting = firsts.find((one) => one.path.length > 0 || !isWrongType(one, one.input));
  if (!fitting) return errors.wrongType(param);
  return problem({ ...fitting, path: [...issue.path, ...fitting.path] });
}

function culprit(issue: z.core.$ZodIssue): unknown {
  if (issue.code !== 'invalid_union' || issue.errors.length > 0) return issue.input;
  // Of an object told apart by one member, zod reports the object; the path names the member.
  const member = issue.path.at(-1);
  const { input } = issue;
  if (typeof input !== 'object' || input === null || member === undefined) return input;
  return Reflect.get(input, member);
}

function isWrongType(issue: z.core.$ZodIssue, value: unknown): boolean {
  switch (issue.code) {
    case 'invalid_type':
      // A number beyond all range (1e999) is a number still.
      return typeof value !== 'number' || Number.isFinite(value);
    case 'invalid_union':
      return typeof value !== typeof ('options' in issue ? issue.options?.[0] : undefined);
    case 'not_multiple_of':
      // A fraction where a whole number is asked for.
      return true;
    case 'invalid_value':
      return typeof value !== typeof issue.values[0];
    default:
      return false;
  }
}
