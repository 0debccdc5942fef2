import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bits26, cardBody, type Daemon, startDaemon } from '../support/daemon.ts';
import { em4100Bytes } from '../support/em4100.ts';
import { keyBits } from '../support/keys.ts';
import { plugDevice } from '../support/pty.ts';
import { freshFolder } from '../support/store.ts';

const rounds = Number(process.env.LATCHD_ROUNDS ?? 4);
const code = '073519';
const [wiegandCard, serialCard, newCard] = [100, 1850186, 300];

interface Page {
  readonly list_items: readonly {
    readonly name: { readonly key: string };
    readonly info: { readonly model: { readonly reader?: string; readonly input?: string } };
  }[];
}

/** Does `act` so many times, each when the line that the one before calls for has come. */
async function each(daemon: Daemon, pattern: RegExp, act: (round: number) => Promise<void>) {
  for (let round = 0; round < rounds; round += 1) {
    const seen = daemon.lines.length;
    await act(round);
    await daemon.line(pattern, seen);
  }
}

test('codes, cards, packets, buttons and enrolment at once, while the API is busy: each is told once', async (t) => {
  const device = await plugDevice(t);
  const daemon = await startDaemon(
    t,
    freshFolder(t),
    `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
readers:
  - { name: pad, wiegand: { d0: 1, d1: 2 }, keypad: { kind: burst_8, between_keys_ms: 60000 }, led: { line: 3 } }
  - { name: side, wiegand: { d0: 4, d1: 5 } }
  - { name: desk, wiegand: { d0: 6, d1: 7 } }
  - { name: gate, serial: { path: ${device.path}, kind: em4100 } }
locks: { first: { line: 22, open_seconds: 0.1 }, second: { line: 23, open_seconds: 0.1 } }
inputs:
  - { name: exit, kind: exit_button, line: 8, debounce_ms: 0, locks: [second] }
`,
  );
  const identifiers = '/api/v1/access/identifier';
  for (const body of [
    cardBody(code, { identifier_type: 'inputCode' }),
    cardBody(String(wiegandCard)),
    cardBody(String(serialCard)),
  ]) {
    assert.equal((await daemon.api('POST', identifiers, body)).status, 200);
  }
  const enrol = { reader: 'desk', mode: 'add', cards: rounds, seconds: 300 };
  assert.equal((await daemon.api('POST', '/api/v1/access/enrolment', enrol)).status, 200);

  let isOver = false;
  let calls = 0;
  async function busy(first: number): Promise<void> {
    for (let number = first; !isOver; number += 1) {
      const made = await daemon.api('POST', identifiers, cardBody(String(number)));
      const listed = await daemon.api('GET', `${identifiers}/items?limit=50`);
      assert.deepEqual([made.status, listed.status], [200, 200]);
      calls += 2;
    }
  }
  const load = [10_000, 20_000].map(busy);
  const press = (active: boolean) => daemon.api('POST', '/sim/inputs/exit', { active });
  await Promise.all([
    each(daemon, / granted reader=pad type=inputCode /, async () => {
      for (const key of `${code}#`) await daemon.present('pad', keyBits(key, 8));
    }),
    each(daemon, / granted reader=side /, () => daemon.present('side', bits26(wiegandCard))),
    each(daemon, / granted reader=gate /, async () => device.send(em4100Bytes(serialCard))),
    each(daemon, / for the list reader=desk .*outcome=added/, (round) =>
      daemon.present('desk', bits26(newCard + round)),
    ),
    each(daemon, / exit button input=exit /, async () => {
      await press(false);
      await press(true);
    }),
  ]);
  isOver = true;
  await Promise.all(load);
  assert.ok(calls > 0);

  const pages: Page['list_items'][number][] = [];
  // An event that is asked for once the last line is out may be on its way to the disk still.
  while (!pages.some(({ name }) => name.key === 'enrolment_ended') || count() < 5 * rounds) {
    const { json } = await daemon.api<Page>('GET', '/api/v1/log/items?limit=1000');
    pages.splice(0, pages.length, ...json.list_items);
  }
  function count(): number {
    return pages.filter(({ name }) => /granted|exit_btn|card_added/.test(name.key)).length;
  }
  const told = (key: RegExp, from: string) =>
    pages.filter(
      ({ name, info: { model } }) =>
        key.test(name.key) && [model.reader, model.input].includes(from),
    ).length;
  for (const reader of ['pad', 'side', 'gate'])
    assert.equal(told(/granted/, reader), rounds, reader);
  assert.equal(told(/card_added/, 'desk'), rounds);
  assert.equal(told(/exit_btn/, 'exit'), rounds);
  assert.equal(told(/denied|misread|lost/, 'pad') + told(/denied|misread/, 'side'), 0);
  assert.equal(told(/granted|denied/, 'desk') + told(/denied|misread|lost/, 'gate'), 0);
  assert.equal([...daemon.lines, JSON.stringify(pages)].join().includes(code), false);
});
