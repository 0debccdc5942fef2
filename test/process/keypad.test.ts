import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { keyBits } from '../support/keys.ts';
import { freshFolder } from '../support/store.ts';

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
readers: [{ name: front, wiegand: { d0: 17, d1: 27 }, keypad: { kind: burst_8, between_keys_ms: 60000 }, mode: code }]
locks: { first: { line: 22, open_seconds: 1 } }
attempts: { tries: 2, within_seconds: 3600, blocked_seconds: 3600 }
duress: last_digit_plus_one
`;

interface Page {
  readonly list_items: readonly { readonly name: { readonly key: string } }[];
}

async function type(daemon: Daemon, text: string): Promise<void> {
  for (const key of text) await daemon.present('front', keyBits(key, 8));
}

test('codes at the keypad of a running panel; who is blocked is so after a kill', async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder, config);
  const created = await daemon.api('POST', '/api/v1/access/identifier', {
    identifier_owner: { name: 'Ann', type: 'owner' },
    identifier_type: 'inputCode',
    identifier_number: '073519',
    lock: 'first',
  });
  assert.equal(created.status, 200);
  await type(daemon, '073519#');
  assert.match(
    await daemon.line(/ granted /),
    /reader=front type=inputCode owner=Ann uid=1 lock=first$/,
  );
  let seen = daemon.lines.length;
  await type(daemon, '073510#');
  await daemon.line(/ duress reader=front owner=Ann/, seen);
  for (const wrong of ['073511#', '073512#']) {
    seen = daemon.lines.length;
    await type(daemon, wrong);
    await daemon.line(/ refused .*reason=wrong-code/, seen);
  }
  await daemon.line(/ too many wrong codes reader=front /);
  // Once the event is on the disk, so is what was written before it.
  const newest = () => daemon.api<Page>('GET', '/api/v1/log/items?sort_type=desc&limit=1');
  while ((await newest()).json.list_items[0]?.name.key !== 'reader_is_blocked');
  await daemon.kill();
  const again = await startDaemon(t, folder, config);
  await type(again, '073519#');
  await again.line(/ refused .*reason=too-many-attempts/);
  const lines = [...daemon.lines, ...again.lines].join('\n');
  assert.equal(lines.includes('07351'), false);
});
