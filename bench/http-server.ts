/** The real application beside an empty route, on one server; a process of its own. */

import { serve } from '@hono/node-server';
import { systemClock } from '../src/io/clock.ts';
import { createLog } from '../src/io/log.ts';
import type { PanelCommands } from '../src/ports/web.ts';
import { openAccounts } from '../src/store/accounts.ts';
import { openStore } from '../src/store/store.ts';
import { openStored } from '../src/store/stored.ts';
import { hashPassword } from '../src/web/accounts/password.ts';
import { createApp } from '../src/web/app.ts';
import { Notices } from '../src/web/notices.ts';
import { Outbound } from '../src/web/outbound/outbound.ts';
import { WebhookQueues } from '../src/web/outbound/webhook-queues.ts';
import { benchFolder, filledStore } from './fill.ts';
import { noBackups } from './no-backups.ts';

const defaults = {
  wiegand: { type: 'wiegand_26', representation: 'decimal' },
  openSeconds: { first: 5, second: 5 },
} as const;
const folder = benchFolder();
const writer = await filledStore(folder, 100_000);
await openAccounts(writer).set('admin', { role: 'admin', ...(await hashPassword('bench')) });
// A reader sees the databases that were there when it opened: the panel makes them all at its start.
openStored(writer, defaults);
const store = openStore(folder, 'reader');
const clock = systemClock();
const nothing = new Proxy({}, { get: () => () => Promise.resolve() }) as PanelCommands;
const shared = {
  ...openStored(store, defaults),
  refresh: () => store.refresh(),
  commands: nothing,
  notices: new Notices(),
  moves: new Notices(),
  frameNotices: new Notices(),
  log: createLog({ level: 'error', journald: false, clock, write: () => {} }),
  clock,
};
const outbound = new Outbound({ clock, allow: [] });
const { app } = createApp({
  ...shared,
  queues: new WebhookQueues({ ...shared, outbound, random: Math.random }),
  facts: {
    version: '0',
    commit: '',
    deviceName: 'bench',
    driver: 'chardev',
    timezone: 'UTC',
    locks: ['first'],
  },
  crash: () => {},
  ownFaults: () => [],
  backups: noBackups,
  hasInitialPassword: () => false,
});
app.get('/empty', (context) => context.body(null));
serve(
  {
    fetch: (request) => app.fetch(request, { local: false, remote: '127.0.0.1' }),
    port: 0,
    hostname: '127.0.0.1',
  },
  ({ port }) => process.send?.(port),
);
