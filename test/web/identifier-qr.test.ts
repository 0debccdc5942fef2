import assert from 'node:assert/strict';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { asAdmin, asManager, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const base = '/api/v1/access/identifier';
const uuid = '123e4567-e89b-42d3-a456-426614174000';

async function picture(web: FreshWeb, query = '', auth = asManager) {
  const path = `${base}/item/1/qr${query}`;
  const response = await web.app.request(
    path,
    { headers: { authorization: auth } },
    { remote: '192.0.2.1', local: false },
  );
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** What a phone would read in a picture. */
function decoded(png: PNG): string | undefined {
  return jsQR.default(new Uint8ClampedArray(png.data), png.width, png.height)?.data;
}

async function withQr(t: Parameters<typeof freshWeb>[0]): Promise<FreshWeb> {
  const web = await freshWeb(t);
  const body = cardBody(uuid.toUpperCase(), { identifier_type: 'qr' });
  await web.call('POST', base, { auth: asAdmin, body });
  return web;
}

test('the picture of a QR identifier reads as its number, in every size', async (t) => {
  const web = await withQr(t);
  for (const [query, size] of [
    ['', 320],
    ['?size=128', 128],
    ['?size=1000&locale=en', 1000],
  ] as const) {
    const { response, bytes } = await picture(web, query);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'image/png');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    const png = PNG.sync.read(bytes);
    assert.deepEqual([png.width, png.height], [size, size]);
    assert.equal(decoded(png), uuid);
  }
});

test('a picture with a stain on it still reads', async (t) => {
  const png = PNG.sync.read((await picture(await withQr(t))).bytes);
  for (let y = 100; y < 150; y += 1) {
    const at = (y * png.width + 200) * 4;
    png.data.fill(0x80, at, at + 50 * 4);
  }
  assert.equal(decoded(png), uuid);
});

test('anything but a QR identifier has no picture', async (t) => {
  const web = await freshWeb(t);
  await web.call('POST', base, { auth: asAdmin, body: cardBody('1') });
  for (const uid of ['1', '2', '0', '99999999999']) {
    const { status, body } = await web.call('GET', `${base}/item/${uid}/qr`, { auth: asAdmin });
    assert.deepEqual([status, body], [400, { error: 'Wrong Identifier uid' }]);
  }
  for (const query of ['size=127', 'size=1025', 'size=x', 'size=']) {
    const { status, body } = await web.call('GET', `${base}/item/1/qr?${query}`, { auth: asAdmin });
    assert.deepEqual([status, body], [400, { error: 'Wrong or missing parameters' }]);
  }
});
