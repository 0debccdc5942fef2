/** The file to which the first start writes the password of admin. It goes when that is changed. */
import { existsSync, rmSync } from 'node:fs';
import { describeError } from '../../errors.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';

/** Whether it is there. */
export function hasInitialPassword(folder: string): boolean {
  return existsSync(fileIn(folder));
}

/** `setPassword` that deletes the file once it is of no use. */
export function forgettingInitial(
  setPassword: PanelCommands['setPassword'],
  folder: string,
  log: Log,
): PanelCommands['setPassword'] {
  return async (name, ...rest) => {
    const isSet = await setPassword(name, ...rest);
    if (isSet && name === 'admin') remove(fileIn(folder), log);
    return isSet;
  };
}

function remove(file: string, log: Log): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    log.warn('the file of the first password stays', { file, why: describeError(error) });
  }
}

const fileIn = (folder: string) => `${folder}/initial-password`;
