import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { curlOf } from '../../src/web/docs/curl.ts';
import { limitsOf, membersOf } from '../../src/web/docs/docs-members.ts';
import { docsPage } from '../../src/web/docs/docs-page.ts';
import { exampleOf } from '../../src/web/docs/example.ts';
import type { JsonSchema } from '../../src/web/docs/json-schema.ts';
import { describeAll, operationOf } from '../support/walk.ts';
import { freshWeb } from '../support/web-app.ts';

/** Names of all opened and closed elements, in order; fails where they do not nest. */
function assertNested(page: string): void {
  const open: string[] = [];
  const empty = new Set(['meta', 'link', 'br', 'hr', 'img']);
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '').replace('<!doctype html>', '');
  for (const [whole, close, name = ''] of body.matchAll(/<(\/?)([a-z0-9]+)[^<>]*>/g)) {
    if (empty.has(name)) continue;
    if (close) assert.equal(open.pop(), name, `${whole} after ${open.join(' ')}`);
    else open.push(name);
  }
  assert.deepEqual(open, []);
}

test('the page tells every call, and nothing in it comes from elsewhere', async (t) => {
  const web = await freshWeb(t);
  const { status, headers, body: page } = await web.call('GET', '/docs');
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(
    headers.get('content-security-policy') ?? '',
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
  );
  assert.doesNotMatch(page, /<script|<img|<link|@import|url\(|\son[a-z]+=|\sstyle=|src=/);
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id);
  assert.deepEqual([...new Set(ids)], ids, 'no anchor stands twice');
  for (const href of links) {
    assert.ok(href === '/openapi.json' || ids.includes(href.slice(1)), `${href} leads somewhere`);
  }
  const api = describeAll(web);
  for (const { method, path, access } of web.routes) {
    const shown = page.includes(`id="${operationOf(api, method, path).operationId}"`);
    assert.equal(shown, access !== 'local', `${method} ${path}`);
  }
  assertNested(page);
});

test('over the socket the page has the technician’s calls too', async (t) => {
  const web = await freshWeb(t);
  const { body: page } = await web.call('GET', '/docs', { local: true });
  assert.match(page, /id="getControlStatus"/);
  assert.match(page, /--unix-socket data\/control.sock/);
});

test('headings stand in order, and one of the first rank', async (t) => {
  const { body: page } = await (await freshWeb(t)).call('GET', '/docs');
  const main = page.slice(page.indexOf('<main'));
  const ranks = [...main.matchAll(/<h([1-6])/g)].map(([, rank]) => Number(rank));
  assert.equal(page.match(/<h1/g)?.length, 1);
  for (const [index, rank] of ranks.slice(1).entries()) {
    assert.ok(rank <= (ranks[index] ?? 0) + 1 || rank === 2, `h${rank} after h${ranks[index]}`);
  }
});

test('whatever a declaration says is text on the page, never markup', async (t) => {
  const web = await freshWeb(t);
  const api = describeAll(web);
  const evil = `<script>alert(1)</script>&"'\`<b>\`**<i>**`;
  const poisoned: unknown = JSON.parse(JSON.stringify(api), (key, value) =>
    ['summary', 'description', 'title', 'pattern', 'version'].includes(key) &&
    typeof value === 'string'
      ? evil
      : value,
  );
  const page = String(await docsPage(poisoned as typeof api));
  assert.doesNotMatch(page, /<script|<b>|<i>/);
  assert.match(
    page,
    /&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&quot;&#39;<code>&lt;b&gt;<\/code>/,
  );
  assertNested(page);
});

test('members are told one by one, with the conditions under which they stand', () => {
  const window: JsonSchema = {
    oneOf: [
      {
        type: 'object',
        properties: { ever: { type: 'boolean', const: true } },
        required: ['ever'],
      },
      {
        type: 'object',
        properties: {
          ever: { type: 'boolean', const: false },
          to: { type: 'integer', minimum: 1, description: 'Unix seconds' },
        },
        required: ['ever', 'to'],
      },
    ],
  };
  const schema: JsonSchema = {
    type: 'object',
    properties: {
      window: { anyOf: [window, { type: 'null' }] },
      items: { type: 'array', items: { $ref: '#/components/schemas/Item' }, maxItems: 5 },
    },
    required: ['items'],
  };
  const named = {
    Item: { type: 'object' as const, properties: { id: { type: 'string' as const } } },
  };
  assert.deepEqual(membersOf(schema, named), [
    { name: 'window', type: 'object or null', required: false, says: '' },
    { name: 'window.ever', type: '`true`', required: true, says: 'Where `ever` is `true`' },
    { name: 'window.ever', type: '`false`', required: true, says: 'Where `ever` is `false`' },
    {
      name: 'window.to',
      type: 'integer',
      required: true,
      says: 'Where `ever` is `false`. Unix seconds. At least 1',
    },
    { name: 'items', type: 'list of object', required: true, says: 'At most 5 items' },
    { name: 'items[].id', type: 'string', required: false, says: '' },
  ]);
  assert.deepEqual(membersOf({ type: 'object', properties: {} }, {}), []);
});

test('a schema that holds itself has an end on the page', () => {
  const tree: JsonSchema = {
    type: 'object',
    properties: { child: { $ref: '#/components/schemas/Tree' } },
  };
  const members = membersOf(tree, { Tree: tree });
  assert.ok(members.length > 2 && members.length < 20);
  assert.match(JSON.stringify(exampleOf(tree, { Tree: tree }, true)), /^\{"child":.*null/);
});

test('limits are told in words', () => {
  const says = (schema: JsonSchema) => limitsOf(schema).join('. ');
  assert.equal(says({ minimum: 1, maximum: 40 }), '1 to 40');
  assert.equal(says({ minLength: 4, maxLength: 4 }), '4 characters');
  assert.equal(says({ maxItems: 3, default: [] }), 'At most 3 items. Default `[]`');
  assert.equal(says({ pattern: '^[01]+$' }), 'Pattern `^[01]+$`');
});

test('examples fit their schemas', () => {
  const example = (schema: JsonSchema, whole = false) => exampleOf(schema, {}, whole);
  assert.equal(example({ type: 'integer', minimum: 5 }), 5);
  assert.equal(example({ type: 'integer', maximum: 0 }), 0);
  assert.equal(example({ type: 'string', minLength: 6 }), 'textxx');
  assert.equal(example({ type: 'string', maxLength: 2 }), 'te');
  assert.equal(example({ enum: ['a', 'b'] }), 'a');
  assert.equal(example({ type: 'integer', default: 3 }), 3);
  assert.equal(example({ default: 3, examples: [4] }), 4);
  assert.equal(example({ anyOf: [{ type: 'null' }, { type: 'string' }] }), null);
  const object: JsonSchema = {
    type: 'object',
    properties: { a: { type: 'boolean' }, b: { type: 'array', items: { type: 'null' } } },
    required: ['a'],
  };
  assert.deepEqual(example(object), { a: true });
  assert.deepEqual(example(object, true), { a: true, b: [null] });
  assert.deepEqual(example({ type: 'array', items: { not: {} }, maxItems: 0 }), []);
});

test('the shell sends an example as it stands, whatever is in it', async (t) => {
  const api = describeAll(await freshWeb(t));
  const path = '/api/v1/access/identifier';
  const call = operationOf(api, 'POST', path);
  const schema: JsonSchema = { const: `it's "$PANEL" \`x\` \\` };
  const requestBody = { required: true, content: { 'application/json': { schema } } } as const;
  const command = curlOf('POST', path, { ...call, requestBody }, {});
  const script = `curl() { printf '%s\\n' "$@"; }; PANEL=http://p; TOKEN=t; ${command}`;
  const sent = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
  assert.deepEqual(sent, [
    ...['-X', 'POST', `http://p${path}`, '-H', 'Authorization: Bearer t', '-d'],
    JSON.stringify(schema.const),
  ]);
});

test('the description of the API is one copy for all, packed for those who take it so', async (t) => {
  const web = await freshWeb(t);
  for (const path of ['/docs', '/openapi.json']) {
    const ask = (headers: Record<string, string>) =>
      web.app.request(path, { headers }, { remote: '192.0.2.1', local: false });
    const plain = await ask({});
    const text = await plain.text();
    const tag = plain.headers.get('etag') ?? '';
    assert.match(tag, /^"[0-9a-f]{16}"$/);
    assert.equal(plain.headers.get('vary'), 'Accept-Encoding');
    assert.equal(plain.headers.get('cache-control'), 'no-cache');
    for (const [encoding, unpack] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const packed = await ask({ 'accept-encoding': encoding });
      assert.equal(packed.headers.get('content-encoding'), encoding);
      assert.equal(packed.headers.get('content-type'), plain.headers.get('content-type'));
      const bytes = Buffer.from(await packed.arrayBuffer());
      assert.ok(bytes.length < text.length / 4, `${bytes.length} bytes`);
      assert.equal(unpack(bytes).toString(), text);
    }
    const known = await ask({ 'if-none-match': tag });
    assert.deepEqual([known.status, await known.text()], [304, '']);
    const other = await ask({ 'if-none-match': '"0000000000000000"' });
    assert.equal(other.status, 200);
  }
});
