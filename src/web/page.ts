/** `GET /`: the page for people, which asks the same API as everybody else. */
import type { Hono } from 'hono';
import { errors, refuse } from './answer.ts';
import { sendPacked } from './packed.ts';
import type { PageFile, PageFiles } from './page-files.ts';
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

function send(file: PageFile, asked: Headers): Response {
  return sendPacked(file, (name) => asked.get(name), {
    ...pageHeaders,
    'Cache-Control': file.forGood ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
}
