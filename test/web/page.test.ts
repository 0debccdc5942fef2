import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { mountPage } from '../../src/web/page.ts';
import { readPage } from '../../src/web/page-files.ts';
import { freshWeb } from '../support/web-app.ts';

/** What the build wrote. */
const files = readPage(new URL('../../../dist/page/', import.meta.url));
const limitBytes = 120_000;

test('the whole page is less than 120 kB, compressed', () => {
  const sizes = [...files].map(([path, { body }]) => [body('gzip').length, path] as const);
  const sum = sizes.reduce((all, [size]) => all + size, 0);
  const largest = sizes.sort(([a], [b]) => b - a).slice(0, 5);
  assert.ok(sum < limitBytes, `${sum} bytes; the largest: ${JSON.stringify(largest)}`);
});

async function served(t: Parameters<typeof freshWeb>[0]) {
  const { app } = await freshWeb(t);
  mountPage(app, files);
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.request(path, { method, headers }, { remote: '192.0.2.1', local: false });
  return ask;
}

test('every file is served under a policy that lets nothing else in', async (t) => {
  const ask = await served(t);
  const names = [...files.keys()].map((path) => path.replace(/^\/page\/[0-9a-f]{16}/, '/page'));
  assert.deepEqual(names, ['/', '/page/icon.svg', '/page/main.js', '/page/page.css']);
  for (const [path] of files) {
    const { status, headers } = await ask(path);
    assert.equal(status, 200, path);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]) {
      assert.ok(policy.split('; ').includes(part), `${path}: ${part}`);
    }
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin');
    assert.equal(headers.get('set-cookie'), null);
  }
});

test('browsers keep files for good, and ask for the page itself by its tag', async (t) => {
  const ask = await served(t);
  const index = await ask('/');
  assert.equal(index.headers.get('cache-control'), 'no-cache');
  const tag = index.headers.get('etag') ?? '';
  const again = await ask('/', { 'if-none-match': `W/${tag}, "other"` });
  assert.equal(again.status, 304);
  assert.equal(await again.text(), '');
  const html = await index.text();
  const [style = ''] = /\/page\/[0-9a-f]{16}\/page\.css/.exec(html) ?? [];
  const { headers } = await ask(style);
  assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
  for (const [, path = ''] of html.matchAll(/(?:href|src)="(\/page\/[^"]+)"/g)) {
    assert.ok(files.has(path), path);
  }
  assert.doesNotMatch(html, /<script>|<style|\son\w+=|https?:/);
});

test('files come packed as the client can take them', async (t) => {
  const ask = await served(t);
  const bytes = async (accepted: string) => {
    const answer = await ask('/', { 'accept-encoding': accepted });
    const body = Buffer.from(await answer.arrayBuffer());
    return { encoding: answer.headers.get('content-encoding'), body };
  };
  const plain = await bytes('');
  assert.equal(plain.encoding, null);
  const gzip = await bytes('gzip, deflate');
  assert.equal(gzip.encoding, 'gzip');
  assert.deepEqual(gunzipSync(gzip.body), plain.body);
  const br = await bytes('gzip, deflate, br');
  assert.equal(br.encoding, 'br');
  assert.deepEqual(brotliDecompressSync(br.body), plain.body);
  assert.equal((await bytes('br;q=0, gzip;q=0.0')).encoding, null);
});

test('nothing but these files is served, and only to be read', async (t) => {
  const ask = await served(t);
  const base = [...files.keys()].find((path) => path.endsWith('/main.js')) ?? '';
  for (const path of [
    base.replace('main.js', '../../main.js'),
    base.replace('main.js', '%2e%2e/%2e%2e/main.js'),
    base.replace('main.js', ''),
    base.replace('main.js', 'index.html'),
    '/page/0000000000000000/main.js',
    '/page',
  ]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  const post = await ask('/', {}, 'POST');
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD']);
  const head = await ask('/', {}, 'HEAD');
  assert.deepEqual([head.status, await head.text()], [200, '']);
});
