import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ReaderStatus } from '../../src/ports/web.ts';
import { formatByName } from '../../src/reader/formats.ts';
import { Framer } from '../../src/reader/frame.ts';
import { tokenFor } from '../support/walk.ts';
import { asAdmin, asManager, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/readers/front/frames';
const wiegand26 = formatByName('wiegand_26');

/** A frame of the reader `front`; without `open`, of a keypad. */
function play({ history, frameNotices, clock }: FreshWeb, bits: string, open = true): void {
  const formats = wiegand26 ? [wiegand26] : [];
  const framer = new Framer(formats, 1_000_000, (edges) => history.edges(edges));
  for (const [index, bit] of [...bits].entries()) {
    framer.push(bit === '1' ? 1 : 0, 1_000 * (index + 1), () => undefined);
  }
  const frame = framer.expire(1e9);
  assert.ok(frame);
  if (open) history.keep(frame, clock.wallMs(), formats);
  else history.keepSecret(clock.wallMs());
  frameNotices.event();
}

const statusOfFront: ReaderStatus = {
  name: 'front',
  kind: 'wiegand',
  keypad: false,
  away: null,
  formats: ['wiegand_26'],
  credentials: 1,
  misreads: 2,
  glitches: 3,
  lostEdges: 4,
  lastFrameMs: 5,
  faults: [],
  faultCounts: {},
  ignoredFrames: 0,
  untoldMisreads: 0,
};

test('readers are listed with their kind, formats and state', async (t) => {
  const away: ReaderStatus = { ...statusOfFront, name: 'gate', kind: 'qr', away: 'unplugged' };
  const plain = await freshWeb(t);
  const status = {
    ...(await plain.commands.status()),
    readers: [statusOfFront, away],
  };
  const web = await freshWeb(t, { commands: { status: async () => status } });
  const { status: code, body } = await web.call('GET', '/api/v1/readers', { auth: asManager });
  assert.equal(code, 200);
  assert.deepEqual(body.list_items, [
    { ...statusOfFront, status: 'watched' },
    { ...away, status: 'away' },
  ]);
});

test('frames are listed; those of a keypad say nothing but that they were', async (t) => {
  const web = await freshWeb(t);
  play(web, '0110');
  play(web, '1011', false);
  play(web, '11');
  const { body } = await web.call('GET', path, { auth: asAdmin });
  assert.deepEqual(
    body.list_items.map((item: { bits?: string }) => item.bits),
    ['0110', undefined, '11'],
  );
  assert.deepEqual(body.list_items[1], { id: 2, atMs: web.clock.wallMs(), secret: true });
  assert.equal(body.list_items[0].edges[3].atUs, 3_000);
  const last = await web.call('GET', `${path}?last=1`, { auth: asAdmin });
  assert.deepEqual(last.body.list_items, body.list_items.slice(2));
  for (const [target, status] of [
    [`${path}?last=0`, 400],
    [`${path}?last=33`, 400],
    ['/api/v1/readers/garden/frames', 404],
    ['/api/v1/readers/garden/frames/stream', 404],
    [`${path}/stream?after=x`, 400],
  ] as const) {
    assert.equal((await web.call('GET', target, { auth: asAdmin })).status, status, target);
  }
  assert.equal((await web.call('GET', path, { auth: asManager })).status, 403);
});

/** Opens the stream. @returns a way to read the next event, and to leave. */
async function follow(t: TestContext, web: FreshWeb, query = '', auth = asAdmin) {
  const response = await web.app.request(
    `${path}/stream${query}`,
    { headers: { authorization: auth } },
    { remote: '192.0.2.1', local: false },
  );
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body?.getReader();
  assert.ok(reader);
  t.after(() => reader.cancel());
  const decoder = new TextDecoder();
  const next = async () => {
    const { value } = await reader.read();
    return value && decoder.decode(value);
  };
  assert.equal(await next(), ': frames follow\n\n');
  return { next, leave: () => reader.cancel() };
}

const idsIn = (text: string | undefined) =>
  [...(text ?? '').matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

test('frames are streamed as they come, from now on or from where one left', async (t) => {
  const web = await freshWeb(t);
  play(web, '1');
  const live = await follow(t, web);
  const waiting = live.next();
  play(web, '0110');
  const text = (await waiting) ?? '';
  const [, data = ''] = /^event: frame\nid: 2\ndata: (.*)\n\n$/.exec(text) ?? [];
  const [, item] = (await web.call('GET', path, { auth: asAdmin })).body.list_items;
  assert.deepEqual(JSON.parse(data), item);
  const again = await follow(t, web, '?after=0');
  assert.deepEqual(idsIn(await again.next()), [1, 2]);
  // Of before a restart of the panel: all there are.
  const older = await follow(t, web, '?after=99');
  assert.deepEqual(idsIn(await older.next()), [1, 2]);
});

test('a stream says now and then that it is there, and ends with its session', async (t) => {
  const web = await freshWeb(t);
  const auth = await tokenFor(web, 'admin', 60_000);
  const live = await follow(t, web, '', auth);
  const waiting = live.next();
  await new Promise(setImmediate);
  web.clock.advance(15e6);
  assert.equal(await waiting, ': still here\n\n');
  await web.call('GET', '/api/v1/logout', { auth });
  const end = live.next();
  await new Promise(setImmediate);
  play(web, '1');
  assert.equal(await end, undefined);
});

test('streams are limited, and one that was left makes room', async (t) => {
  const web = await freshWeb(t);
  const open = await Promise.all(Array.from({ length: 16 }, () => follow(t, web)));
  const refused = await web.call('GET', `${path}/stream`, { auth: asAdmin });
  assert.equal(refused.status, 429);
  await open[0]?.leave();
  await follow(t, web);
});
