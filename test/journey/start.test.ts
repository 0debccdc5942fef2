/** Starts that do not come through. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { parseConfig } from '../../src/config.ts';
import { start } from '../../src/start/compose.ts';
import { openSettings } from '../../src/store/settings.ts';
import { openStore } from '../../src/store/store.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';
import { freshFolder } from '../support/store.ts';

/** The data of a panel whose first door was free when it ended. */
async function freeDoor(t: TestContext): Promise<string> {
  const folder = freshFolder(t);
  const store = openStore(folder, 'writer');
  const settings = openSettings(store, {
    wiegand: { type: 'wiegand_26', representation: 'decimal' },
    openSeconds: { first: 5, second: 5 },
  });
  await settings.setDoorModes({ first: 'free' });
  await store.close();
  return folder;
}

function world() {
  const log = memoryLog();
  const rests: (() => void)[] = [];
  return {
    version: '0',
    clock: new FakeClock(),
    log,
    rests,
    flushed: async () => undefined,
    linesLost: () => 0,
    manager: {
      watchdogUs: undefined,
      ready: () => undefined,
      alive: () => undefined,
      stopping: () => undefined,
    },
    startAgain: () => undefined,
    restable: (rest: () => void) => rests.push(rest),
    /** What was said of the locks. */
    said: () =>
      log.entries.flatMap(({ text }) =>
        /^(released|at rest|locks are at rest|the relay cannot be driven)$/.test(text)
          ? [text]
          : [],
      ),
  };
}

const config = (folder: string, rest: string) => ({
  ...parseConfig(`gpio: { driver: sim }\nlocks: { first: { line: 22 } }\n${rest}`),
  data: folder,
});

test('a door that is free is opened only when every line is, and a failed start leaves it at rest', async (t) => {
  const given = world();
  const wired = 'inputs: [{ name: exit, kind: exit_button, line: 5, locks: [first] }';
  const taken = `${wired}, { name: door, kind: door_contact, line: 64, locks: [first] }]`;
  await assert.rejects(start(config(await freeDoor(t), taken), given), { code: 'gpio-no-line' });
  assert.deepEqual(given.said(), ['locks are at rest']);
});

test('a start that fails once a door was opened brings it to rest', async (t) => {
  const given = world();
  const folder = await freeDoor(t);
  // Where the password of the first start is to be written.
  mkdirSync(`${folder}/initial-password`);
  const { LATCHD_ADMIN_PASSWORD: password } = process.env;
  delete process.env.LATCHD_ADMIN_PASSWORD;
  t.after(() => {
    if (password !== undefined) process.env.LATCHD_ADMIN_PASSWORD = password;
  });
  await assert.rejects(start(config(folder, ''), given), { code: 'ERR_FS_EISDIR' });
  assert.deepEqual(given.said(), ['released', 'locks are at rest']);
});

test('a start that is stopped meanwhile opens nothing any more', async (t) => {
  const given = world();
  const starting = start(config(await freeDoor(t), ''), {
    ...given,
    restable(rest) {
      given.rests.push(rest);
      // While the store is opened.
      queueMicrotask(rest);
    },
  });
  await assert.rejects(starting, { code: 'gpio-lost' });
  assert.deepEqual(given.said(), ['locks are at rest']);
});
