import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import type { PanelEvent } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import type { PanelCommands } from '../../src/ports/web.ts';
import {
  commandsAtOnce,
  remoteCommands,
  serveCommands,
  tellEvent,
  tellListening,
  tellReady,
  tellStop,
} from '../../src/web/channel/channel.ts';
import { freshWeb } from '../support/web-app.ts';
import { watchedLog } from '../support/web-watch.ts';

/** Both ends of a channel, with what they heard. */
function join(t: TestContext, commands: PanelCommands) {
  const { port1: main, port2: worker } = new MessageChannel();
  t.after(() => main.close());
  const log = watchedLog();
  const heard: unknown[] = [];
  let answered = 0;
  serveCommands(main, commands, {
    log: log.log,
    listening: (url) => heard.push(url),
    ready: (ask) => ask(7, { type: 'card', number: '1850186' }),
    remoteAnswer: (id, answer) => heard.push({ id, answer }),
    pong: () => heard.push('pong'),
  });
  const remote = remoteCommands(worker, {
    log: log.log,
    answered: () => {
      answered += 1;
    },
    event: (seq) => heard.push(seq),
    moved: () => heard.push('moved'),
    frame: () => heard.push(-1),
    stop: () => heard.push('stop'),
    remoteQuestion: async (question) => {
      heard.push(question);
      return { failure: 'timeout' };
    },
  });
  return { main, worker, log, heard, remote, answered: () => answered };
}

test('every command crosses, with its arguments and its result', async (t) => {
  const web = await freshWeb(t);
  const { remote, answered } = join(t, web.commands);
  const owner = { name: 'Ann', type: 'owner' } as const;
  const card = { type: 'card', number: '7', owner, lock: 'first' } as const;
  assert.deepEqual(await remote.createIdentifier(card), { uid: 1 });
  assert.deepEqual(await remote.createIdentifier(card), { conflict: 'duplicate' });
  const limited = { ...card, passes: { max: 2, left: 2 }, window: { fromS: 1, toS: 2 } };
  assert.equal(await remote.updateIdentifier(1, limited), undefined);
  assert.deepEqual(web.identifiers.get(1), { uid: 1, ...limited });
  assert.equal(await remote.resetPasses(9), 'unknown-uid');
  assert.deepEqual(await remote.removeIdentifiers([1, 2]), [1]);
  await remote.setWiegand({ type: 'wiegand_34', representation: 'hex' });
  assert.equal(web.settings.wiegand().type, 'wiegand_34');
  await remote.setOpenSeconds('second', 9);
  assert.equal(web.settings.openSeconds('second'), 9);
  assert.equal(await remote.openLocks({ locks: ['first'], by: 'admin' }), true);
  const event: PanelEvent = {
    category: 'info',
    priority: 'low',
    key: 'k',
    text: 't',
    model: { deep: [{ a: null }] },
  };
  await remote.record(event);
  const [recorded] = await web.recorded();
  assert.deepEqual(recorded?.model, event.model);
  const account = { role: 'manager', salt: 'c2FsdA==', hash: 'aGFzaA==' } as const;
  assert.equal(await remote.addAccount('guard', account, 'admin'), true);
  assert.deepEqual(web.accounts.get('guard'), account);
  const session = { account: 'guard', expiresMs: 5 };
  assert.equal(await remote.addSession('hash', session, 1, account), true);
  assert.equal(web.accounts.session('hash')?.expiresMs, 5);
  await remote.removeSession('hash');
  assert.equal(web.accounts.session('hash'), undefined);
  assert.equal((await remote.status()).identifiers, 0);
  assert.equal(await remote.playPulses('front', '01', 50, 1000), true);
  assert.equal((await remote.relays()).first.energised, true);
  await remote.changeLockSettings({ locks: { first: { delaySeconds: 3 } } });
  assert.equal(web.settings.delaySeconds('first'), 3);
  await remote.setFreeAccess({ enabled: true, spans: [] }, 'boss');
  assert.deepEqual(web.settings.freeAccess(), { enabled: true, spans: [] });
  const emergency = { locks: [{ lock: 'first', seconds: 5 }], by: 'x' } as const;
  assert.equal(await remote.openEmergency(emergency), true);
  assert.equal(await remote.closeLocks({ locks: ['first'], by: 'x' }), true);
  assert.deepEqual([web.emergencies, web.closed.length], [[emergency], 1]);
  assert.equal(answered(), 19);
  // What was recorded here, and the account that was added.
  assert.equal(await remote.clearLog('admin'), 2);
  assert.equal(await remote.clearIdentifiers('admin'), 0);
  assert.equal(answered(), 21);
});

test('a fault arrives as the fault it was, a bug as an error and in the log', async (t) => {
  const web = await freshWeb(t);
  const disk = new Error('ENOSPC');
  const { remote, log } = join(t, {
    ...web.commands,
    status: () =>
      Promise.reject(new Fault('store-unwritable', 'it cannot be written', 'make room', disk)),
    relays: () => {
      throw new TypeError('a bug');
    },
    // A result that cannot cross threads is a bug as well, and no end of the main thread.
    openLocks: () => Promise.resolve((() => true) as unknown as boolean),
  });
  await assert.rejects(remote.status(), (error) => {
    assert.ok(error instanceof Fault);
    assert.deepEqual(
      [error.code, error.message, error.remedy],
      ['store-unwritable', 'it cannot be written', 'make room'],
    );
    assert.deepEqual((error.cause as Error).message, 'ENOSPC');
    return true;
  });
  await assert.rejects(remote.relays(), { name: 'Error', message: 'a bug' });
  await assert.rejects(remote.openLocks({ locks: [], by: 'x' }), /could not be cloned/);
  assert.deepEqual(
    log.entries.map(({ level, fields }) => [level, fields.command]),
    [
      ['error', 'relays'],
      ['error', 'openLocks'],
    ],
  );
  // Arguments that cannot cross fail where they come from.
  const bad = { key: () => 0 } as unknown as PanelEvent;
  await assert.rejects(remote.record(bad), /could not be cloned/);
});

test('of a flood only so many commands are at the door at once', async (t) => {
  const web = await freshWeb(t);
  let underWay = 0;
  let most = 0;
  const { remote } = join(t, {
    ...web.commands,
    openLocks: async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return true;
    },
  });
  const request = { locks: ['first'], by: 'x' } as const;
  const answers = await Promise.all(Array.from({ length: 500 }, () => remote.openLocks(request)));
  assert.equal(answers.filter(Boolean).length, 500);
  assert.equal(most, commandsAtOnce);
});

test('a question crosses to the worker that is ready, and its answer back', async (t) => {
  const web = await freshWeb(t);
  const { worker, heard, remote } = join(t, web.commands);
  tellReady(worker);
  while (heard.length < 2) await remote.status();
  assert.deepEqual(heard, [
    { type: 'card', number: '1850186' },
    { id: 7, answer: { failure: 'timeout' } },
  ]);
});

test('notices cross both ways, and what is unknown is a warning', async (t) => {
  const web = await freshWeb(t);
  const { main, worker, log, heard, remote } = join(t, web.commands);
  tellEvent(main, 42);
  tellStop(main);
  tellListening(worker, 'http://x');
  await remote.status();
  assert.deepEqual(new Set(heard), new Set([42, 'stop', 'http://x']));

  for (const nonsense of [
    null,
    'text',
    { kind: 'other' },
    { kind: 'call', id: 1, command: 'constructor', args: [] },
    { kind: 'call', id: 1, command: '__proto__', args: [] },
    { kind: 'call', id: 1, command: 'status', args: 'x' },
    // Nothing but a whole verdict can open a door.
    { kind: 'remote-answer', id: 1, answer: { handled: true, granted: true } },
    { kind: 'remote-answer', id: 1, answer: { handled: true, granted: 1, lockNumber: 1 } },
    { kind: 'remote-answer', id: 1, answer: { handled: true, granted: true, lockNumber: 9 } },
    { kind: 'remote-answer', id: 1 },
  ]) {
    worker.postMessage(nonsense);
    assert.equal((await log.next('unknown')).level, 'warn');
  }
  for (const nonsense of [null, { kind: 'result' }, { kind: 'fault', id: 1 }]) {
    main.postMessage(nonsense);
    assert.equal((await log.next('unknown')).level, 'warn');
  }
  // An answer to nothing is no harm.
  main.postMessage({ kind: 'result', id: 99, value: 1 });
  assert.equal((await remote.status()).driver, 'sim');
});
