/** `GET /`: the page for people, which asks the same API as everybody else. */
import type { Hono } from 'hono';
import { errors, refuse } from './answer.ts';
import { type Encoding, encodings, type PageFile, type PageFiles } from './page-files.ts';
import type { WebEnv } from './route.ts';

/** Nothing from elsewhere, nothing inline, no frame around it; pictures may be made by the page. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const pageHeaders = {
  'Content-Security-Policy': policy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  Vary: 'Accept-Encoding',
} as const;

/** Serves exactly these files. */
export function mountPage(app: Hono<WebEnv>, files: PageFiles): void {
  for (const [path, file] of files) {
    app.all(path, ({ req }) => {
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        return refuse(405, errors.wrongMethod, { Allow: 'GET, HEAD' });
      }
      return send(file, req.raw.headers);
    });
  }
}

function send({ media, tag, forGood, body }: PageFile, asked: Headers): Response {
  const headers = {
    ...pageHeaders,
    ETag: tag,
    'Cache-Control': forGood ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  if (asked.get('if-none-match')?.includes(tag))
    return new Response(null, { status: 304, headers });
  const encoding = packedAs(asked.get('accept-encoding') ?? '');
  return new Response(body(encoding ?? 'identity'), {
    headers: {
      ...headers,
      'Content-Type': media,
      ...(encoding && { 'Content-Encoding': encoding }),
    },
  });
}

/** The best packing that a client names and does not refuse (`;q=0`). */
function packedAs(accepted: string): Encoding | undefined {
  const named = accepted.split(',').map((part) => part.trim().toLowerCase());
  return encodings.find((encoding) =>
    named.some((part) => part.split(';')[0]?.trim() === encoding && !/;\s*q=0(\.0*)?$/.test(part)),
  );
}
