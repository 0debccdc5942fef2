/** The configuration file that a command works with. */
import { existsSync } from 'node:fs';
import { type Config, loadConfig } from '../config.ts';
import { ConfigError } from '../errors.ts';

/** @throws ConfigError, also with how to name the file where it is not there. */
export function readConfig(file: string): Config {
  if (existsSync(file)) return loadConfig(file);
  const sentence = `there is no file ${file}; name it with --config or $LATCHD_CONFIG`;
  throw new ConfigError([{ path: '', sentence }]);
}
