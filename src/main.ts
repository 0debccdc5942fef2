#!/usr/bin/env node
/**
 * The command `latchd`. It loads the rooms only to run them: `--rest`, which the unit runs after
 * every death of the panel, must not wait for what it does not use.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Config, chipsOf, loadConfig, outputsOf, relayLines } from './config.ts';
import { ConfigError, describeError, errnoOf, exitCode, Fault } from './errors.ts';
import { systemClock } from './io/clock.ts';
import { openDriver, restRelays } from './io/gpio/driver.ts';
import { openLog } from './io/open-log.ts';
import { openServiceManager } from './io/systemd.ts';
import type { Clock, Log } from './ports.ts';
import { runUntilStopped, within } from './start/lifecycle.ts';

const usage = `latchd: the daemon of a door panel

  latchd --config FILE          run until SIGTERM
  latchd --config FILE --rest   drive every configured relay to rest and exit
  latchd --version
`;

async function main(): Promise<void> {
  // Codes, hashes and who came when are nobody else's business.
  process.umask(0o027);
  // Whoever read it has gone. The door goes on without.
  process.stderr.on('error', () => {});
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      rest: { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.version) return void process.stdout.write(`${version()}\n`);
  if (values.help) return void process.stdout.write(usage);
  if (!values.config) {
    process.stderr.write(usage);
    process.exitCode = exitCode.usage;
    return;
  }
  const config = loadConfig(values.config);
  const clock = systemClock(config.clock.timezone);
  const output = await openLog(config.log.level, clock, process.env);
  const { log } = output;
  if (values.rest) return rest(config, clock, log);
  const manager = await openServiceManager(process.env, process.pid);
  const world = { version: version(), clock, manager, ...output };
  const { start } = await import('./start/compose.ts');
  await runUntilStopped({
    start: (startAgain, restable) => start(config, { ...world, startAgain, restable }),
    log,
    stopping: () => manager.stopping(),
    end(status) {
      void within(clock, output.flushed()).then(() => process.exit(status));
    },
  });
}

async function rest(config: Config, clock: Clock, log: Log): Promise<void> {
  const driver = await openDriver(config.gpio.driver, { clock, log, chips: chipsOf(config) });
  const others = outputsOf(config).map(({ wire }) => wire);
  for (const { relay, fault } of restRelays(driver, [...relayLines(config), ...others])) {
    if (!fault) {
      log.info('at rest', { lock: relay });
      continue;
    }
    log.error(fault.message, { lock: relay, code: fault.code, do: fault.remedy });
    process.exitCode = exitCode.fault;
  }
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version }: { version: string } = JSON.parse(text);
  return version;
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(exitCode.config);
  }
  if (errnoOf(error)?.startsWith('ERR_PARSE_ARGS')) {
    process.stderr.write(`latchd: ${describeError(error)}\n${usage}`);
    process.exit(exitCode.usage);
  }
  const remedy = error instanceof Fault ? ` (${error.remedy})` : '';
  process.stderr.write(`latchd: ${describeError(error)}${remedy}\n`);
  process.exit(error instanceof Fault ? exitCode.fault : exitCode.bug);
});
