/** Answers of the API: bodies and headers. A refusal is an answer like any other, not an error. */

import { z } from 'zod';
import { type Asked, type Packed, sendPacked } from './packed.ts';

/** Shape of an answer to a call whose body the pages leave open. */
export const emptyAnswer = z.strictObject({});

/** Shape of an answer that names what was created. */
export const uidAnswer = z.strictObject({ uid: z.int().min(-1) });

/** On every answer: nothing is cached, framed, sniffed or run; no other origin may read it. */
const securityHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
} as const;

const jsonHeaders = { 'Content-Type': 'application/json', ...securityHeaders } as const;

/** Error texts of the panel API, word for word (its pages on identifiers). */
export const errors = {
  wrongBody: 'Wrong JSON body',
  noValue: (param: string) => `Wrong JSON body: no value for \`${param}\``,
  wrongType: (param: string) => `Wrong JSON body: value \`${param}\` was of the wrong type`,
  wrongParameters: 'Wrong or missing parameters',
  missedParameters: 'Required parameters missed',
  wrongLogin: 'Wrong login or password',
  logIn: 'Log In',
  notAdmin: 'Administrator rights required',
  wrongUid: 'Wrong Identifier uid',
  duplicate: 'Identifier with that type and number already exist',
  wrongWindow: 'Date `from` must be greater than `to`',
  noFaces: 'You cannot create face_id identifier on this panel',
  masterCode: 'Cannot create identifier with the same input code number as master code',
  masterCard: 'Cannot create identifier with same card number as master card',
  // Of the pages on apartments.
  wrongIdentifierUid: 'Wrong identifier uid',
  wrongApartmentUid: 'Wrong apartment uid',
  wrongAddress: 'Wrong Logical Address',
  alreadyUnbound: 'Identifier already unbound',
  attachedElsewhere: 'Identifier uid is already attached to another apartment',
  // An addition of latchd.
  notFound: 'Not found',
  wrongMethod: 'Method not allowed',
  notText: 'The body is not text in UTF-8',
  tooLarge: 'Request body is too large',
  tooSlow: 'Request timeout',
  tooManyAttempts: 'Too many attempts',
  internal: 'Internal error',
  wrongProfileUid: 'Wrong Timeprofile uid',
  tooManyProfiles: 'Too many time profiles',
  unauthorized: 'Unauthorized',
  tooManyHeaders: 'Too many header fields',
} as const;

/** An answer with a JSON body. */
export function answer(body: unknown, status = 200, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: headers ? { ...jsonHeaders, ...headers } : jsonHeaders,
  });
}

/** An answer to a call whose body the pages leave open. */
export function done(status = 200): Response {
  return answer({}, status);
}

/** A refusal: `{"error": text}`. */
export function refuse(status: number, error: string, headers?: Record<string, string>): Response {
  return answer({ error }, status, headers);
}

/**
 * 401. The challenge names Bearer only: a browser that was offered Basic would keep the password
 * and send it with every request that any page makes.
 */
export function logInFirst(): Response {
  return refuse(401, errors.logIn, { 'WWW-Authenticate': 'Bearer' });
}

/** 429 with the whole seconds after which trying again makes sense. */
export function tryLater(delayUs: number): Response {
  const seconds = Math.max(1, Math.ceil(delayUs / 1e6));
  return refuse(429, errors.tooManyAttempts, { 'Retry-After': String(seconds) });
}

/** A stream of JSON values, one a line. */
export function lines(stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, {
    headers: { 'Content-Type': 'application/x-ndjson', ...securityHeaders },
  });
}

/** A table as text, to be saved as a file. */
export function csv(stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, {
    headers: { 'Content-Type': 'text/csv; charset=utf-8', ...securityHeaders },
  });
}

/** Server-sent events. A proxy on the way is asked to keep none of them back. */
export function eventStream(stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/event-stream',
      'X-Accel-Buffering': 'no',
      ...securityHeaders,
    },
  });
}

/** A table to be saved under a name. */
export function csvFile(stream: ReadableStream<Uint8Array>, name: string): Response {
  return new Response(stream, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}"`,
      ...securityHeaders,
    },
  });
}

/** A file to be saved under `name`, which is plain ASCII. */
export function download(stream: ReadableStream, bytes: number, name: string): Response {
  return new Response(stream, {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(bytes),
      'Content-Disposition': `attachment; filename="${name}"`,
      ...securityHeaders,
    },
  });
}

/** 204: done, and nothing to say. */
export function noContent(): Response {
  return new Response(null, { status: 204, headers: securityHeaders });
}

/** A picture. */
export function picture(png: Uint8Array<ArrayBuffer>): Response {
  return new Response(png, { headers: { 'Content-Type': 'image/png', ...securityHeaders } });
}

/** An answer that was written before: `text` of the type `media`. */
export function written(text: string, media: string): Response {
  return new Response(text, { headers: { 'Content-Type': media, ...securityHeaders } });
}

/**
 * What is the same for everybody who asks: clients keep it, and ask each time whether it still holds.
 * `headers` replace those of every answer.
 */
export function shared(file: Packed, asked: Asked, headers: Record<string, string> = {}): Response {
  return sendPacked(file, asked, { ...securityHeaders, 'Cache-Control': 'no-cache', ...headers });
}
