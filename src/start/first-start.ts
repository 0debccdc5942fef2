/** What the first start makes: all that no two panels may share. */
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import { lockNames } from '../door/model.ts';
import type { Log } from '../ports.ts';
import { makeFirstLevels } from '../store/access-levels.ts';
import type { openStored } from '../store/stored.ts';
import { hashPassword } from '../web/accounts/password.ts';

/** The first start makes what no two panels may share: serial number and password. */
export async function firstStart(
  config: Config,
  { settings, accounts, accessLevels }: ReturnType<typeof openStored>,
  log: Log,
): Promise<void> {
  if (settings.serial() === undefined) await settings.setSerial(randomUUID());
  await makeFirstLevels(
    accessLevels,
    lockNames.filter((name) => config.locks[name]),
  );
  if (accounts.names().length > 0) return;
  const given = process.env.LATCHD_ADMIN_PASSWORD;
  const password = given || randomBytes(12).toString('base64url');
  if (!given) {
    const file = `${config.data}/initial-password`;
    // A new file: one that is there may be open to others, or lead elsewhere.
    rmSync(file, { force: true });
    writeFileSync(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
    log.info('first start: the password of admin was written to a file', { file });
  }
  await accounts.set('admin', { role: 'admin', ...(await hashPassword(password)) });
}
