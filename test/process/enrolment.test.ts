import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { bits26, cliScript, type Daemon, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

const config = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
readers:
  - name: front
    wiegand: { d0: 17, d1: 27 }
    led: { line: 5 }
locks: { first: { line: 22, open_seconds: 1 } }
enrolment: { seconds: 300, owner_name: "New at {reader}", owner_type: guest, valid_days: 7 }
`;
const path = '/api/v1/access/enrolment';
const master = 4711;

interface Items {
  readonly list_items: readonly {
    readonly identifier_number: string;
    readonly identifier_owner: { readonly name: string; readonly type: string };
  }[];
}

/** Presents a card and waits for the line of the log that fits. */
async function show(daemon: Daemon, card: number, pattern: RegExp): Promise<string> {
  const seen = daemon.lines.length;
  await daemon.present('front', bits26(card));
  return daemon.line(pattern, seen);
}

test('the master card of a running panel takes cards; a kill ends that, and what was added stays', async (t) => {
  const folder = freshFolder(t);
  const daemon = await startDaemon(t, folder, config);
  const set = '/api/v1/access/general/unlock/card/master';
  assert.equal((await daemon.api('POST', set, { master_card: String(master) })).status, 200);
  await show(daemon, master, / cards are taken for the list .*by="?master card/);
  await show(daemon, 100, / taken for the list reader=front type=card outcome=added uid=1$/);
  await show(daemon, 101, / taken for the list reader=front type=card outcome=added uid=2$/);
  await show(daemon, 100, / outcome=known uid=1$/);
  const { json } = await daemon.api<Items>('GET', '/api/v1/access/identifier/items');
  assert.deepEqual(
    json.list_items.map(({ identifier_number, identifier_owner }) => [
      identifier_number,
      identifier_owner,
    ]),
    ['100', '101'].map((number) => [number, { name: 'New at front', type: 'guest' }]),
  );
  assert.equal(daemon.lines.filter((line) => / released /.test(line)).length, 0);
  await daemon.kill();
  const again = await startDaemon(t, folder, config);
  assert.deepEqual((await again.api('GET', `${path}?reader=front`)).json, { state: 'none' });
  await show(again, 100, / granted .*owner="?New at front/);
  await show(again, 102, / refused .*reason=unknown-credential/);
});

test('latchctl enrol shows the cards as they come, and ends it', async (t) => {
  const daemon = await startDaemon(t, freshFolder(t), config);
  const words = ['--config', daemon.configFile, 'enrol', 'front'];
  const tool = spawn(process.execPath, [cliScript, ...words, 'add', '2', '--seconds', '60']);
  t.after(() => tool.kill());
  tool.stderr.pipe(process.stderr);
  const lines = createInterface({ input: tool.stdout })[Symbol.asyncIterator]();
  const ended = once(tool, 'exit');
  assert.equal(
    (await lines.next()).value,
    'present up to 2 cards at front now; they open nothing. It waits 60 s for each; Ctrl-C ends it',
  );
  for (const [card, uid] of [
    [100, 1],
    [101, 2],
  ] as const) {
    await daemon.present('front', bits26(card));
    assert.equal((await lines.next()).value, `card ${card}: added, uid ${uid}`);
  }
  assert.equal((await lines.next()).value, 'ended: all cards have come, 2 added');
  assert.deepEqual(await ended, [0, null]);
  await daemon.api('POST', path, { reader: 'front' });
  const stop = spawn(process.execPath, [cliScript, ...words, 'stop']);
  assert.deepEqual(await once(stop, 'exit'), [0, null]);
  const { json } = await daemon.api<{ readonly why: string }>('GET', `${path}?reader=front`);
  assert.equal(json.why, 'command');
  const broken = spawn(process.execPath, [cliScript, ...words, 'report', '5']);
  await once(createInterface({ input: broken.stdout }), 'line');
  broken.kill('SIGINT');
  assert.deepEqual(await once(broken, 'exit'), [0, null]);
  const { json: now } = await daemon.api<{ readonly state: string }>('GET', `${path}?reader=front`);
  assert.equal(now.state, 'ended');
  const wrong = spawn(process.execPath, [cliScript, ...words, 'open']);
  assert.deepEqual(await once(wrong, 'exit'), [64, null]);
});
