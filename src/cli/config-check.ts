/** `latchctl config check`: everything that is wrong with a configuration file. */
import { ConfigError, exitCode } from '../errors.ts';
import type { Call, Command } from './command.ts';
import { readConfig } from './config-file.ts';

async function check({ words, values, file: usual, print }: Call): Promise<number> {
  const file = words[0] ?? usual;
  try {
    const { readers, locks } = readConfig(file);
    const lockNames = Object.keys(locks).filter((name) => Reflect.get(locks, name) !== undefined);
    const has = `${readers.length} readers, locks ${lockNames.join(' and ')}`;
    print(
      values.json ? JSON.stringify({ file, ok: true, problems: [] }) : `${file} is good: ${has}`,
    );
    return exitCode.ok;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problems, message } = error;
    print(values.json ? JSON.stringify({ file, ok: false, problems }) : message);
    return exitCode.config;
  }
}

export const configCommands: readonly Command[] = [
  {
    name: 'config check',
    args: '[FILE]',
    summary: 'everything that is wrong with the configuration; changes nothing',
    details: 'Exit status 78 when something is.',
    run: check,
  },
];
