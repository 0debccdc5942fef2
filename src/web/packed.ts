/**
 * Bytes that many clients are sent: one copy for all of them, packed when it is first asked for. An
 * answer that is not read costs nothing then but its place in the line.
 */
import { hash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** How a body may be packed, best first. */
export const encodings = ['br', 'gzip'] as const;
/** One of them. */
export type Encoding = (typeof encodings)[number];

/** What is sent, in every packing. */
export interface Packed {
  readonly media: string;
  /** Strong, quoted, without what a packing adds to it. */
  readonly tag: string;
  /** The same array whenever it is asked for. */
  readonly body: (encoding: Encoding | 'identity') => Uint8Array<ArrayBuffer>;
}

/** Takes `bytes` to be sent as `media`. */
export function packed(bytes: Buffer, media: string): Packed {
  const bodies = new Map<Encoding | 'identity', Uint8Array<ArrayBuffer>>();
  return {
    media,
    tag: `"${hash('sha256', bytes).slice(0, 16)}"`,
    body(encoding) {
      const body = bodies.get(encoding) ?? new Uint8Array(packers[encoding](bytes));
      bodies.set(encoding, body);
      return body;
    },
  };
}

/** A header of a request, by its name in lower case. */
export type Asked = (name: string) => string | null;

/** The answer to whoever asks for it: 304 where the client has it already. */
export function sendPacked(
  { media, tag, body }: Packed,
  asked: Asked,
  headers: Record<string, string>,
): Response {
  const all = { ...headers, ETag: tag, Vary: 'Accept-Encoding' };
  if (asked('if-none-match')?.includes(tag)) {
    return new Response(null, { status: 304, headers: all });
  }
  const encoding = packedAs(asked('accept-encoding') ?? '');
  return new Response(body(encoding ?? 'identity'), {
    headers: { ...all, 'Content-Type': media, ...(encoding && { 'Content-Encoding': encoding }) },
  });
}

const packers: { readonly [encoding in Encoding | 'identity']: (bytes: Buffer) => Buffer } = {
  identity: (bytes) => bytes,
  // 9 of 11: the last steps cost a small board seconds and gain a percent.
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (bytes) => gzipSync(bytes, { level: 9 }),
};

/** The best packing that a client names and does not refuse (`;q=0`). */
function packedAs(accepted: string): Encoding | undefined {
  const named = accepted.split(',').map((part) => part.trim().toLowerCase());
  return encodings.find((encoding) =>
    named.some((part) => part.split(';')[0]?.trim() === encoding && !/;\s*q=0(\.0*)?$/.test(part)),
  );
}
