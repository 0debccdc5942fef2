/** `latchctl doctor`: what is wrong here, and what to do about it; also when latchd is down. */
import { spawnSync } from 'node:child_process';
import { release } from 'node:os';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { ConfigError, describeError } from '../errors.ts';
import type { Client } from './client.ts';
import type { Call, Command, Print } from './command.ts';
import { readConfig } from './config-file.ts';
import { examineMachine, type Finding } from './doctor-machine.ts';
import { oneLine } from './words.ts';

const statusSchema = z.object({
  driver: z.string(),
  version: z.string(),
  clockTrusted: z.boolean(),
  readers: z.array(
    z.object({
      name: z.string(),
      away: z.string().nullable(),
      credentials: z.number(),
      misreads: z.number(),
      lostEdges: z.number(),
    }),
  ),
  inputs: z.array(z.object({ name: z.string(), away: z.string().nullable() })),
  events: z.object({ failing: z.boolean(), waiting: z.number(), dropped: z.number() }),
});

/** What a running latchd says of itself. */
export function examinePanel(answer: unknown): Finding[] {
  const { driver, version, clockTrusted, readers, inputs, events } = statusSchema.parse(answer);
  const gone = [...readers, ...inputs].filter(({ away }) => away !== null);
  return [
    { check: 'latchd', state: 'ok', found: `version ${version} runs with driver ${driver}` },
    clockTrusted
      ? { check: 'clock of the door', state: 'ok', found: 'trusted' }
      : {
          check: 'clock of the door',
          state: 'fail',
          found: 'NOT trusted',
          remedy: 'set the clock: time-limited identifiers are refused until then',
        },
    events.failing
      ? {
          check: 'event log',
          state: 'fail',
          found: `${events.waiting} wait for the disk`,
          remedy: 'see disk and mounted below',
        }
      : { check: 'event log', state: 'ok', found: 'is written' },
    ...gone.map(
      ({ name, away }): Finding => ({
        check: `wire ${name}`,
        state: 'fail',
        found: oneLine(away ?? ''),
        remedy: 'plug it, or check chip and line in the configuration',
      }),
    ),
    ...readers.flatMap(readerFindings),
  ];
}

const healthSchema = z.object({
  faults: z.array(z.object({ code: z.string(), what: z.string(), do: z.string() })),
});
/** Faults that other checks find. */
const foundElsewhere: readonly string[] = [
  ...['reader-away', 'input-away', 'events-not-written', 'clock-untrusted'],
  ...['disk-low', 'disk-full', 'disk-read-only'],
];

/** What a running latchd says is wrong, as far as no other check says so: damaged records, say. */
export function examineHealth(answer: unknown): Finding[] {
  return healthSchema
    .parse(answer)
    .faults.filter(({ code }) => !foundElsewhere.includes(code))
    .map(({ code, what, do: remedy }) => ({
      check: oneLine(code),
      state: 'fail',
      found: oneLine(what),
      remedy: oneLine(remedy),
    }));
}

function readerFindings({
  name,
  credentials,
  misreads,
  lostEdges,
}: z.output<typeof statusSchema>['readers'][number]): Finding[] {
  const check = `reader ${name}`;
  if (misreads === 0 && lostEdges === 0) {
    return [{ check, state: 'ok', found: `${credentials} read, none misread` }];
  }
  const found = `${credentials} read, ${misreads} misread, ${lostEdges} edges lost since the start`;
  const remedy = `latchctl watch ${name} --last 32 says what the wires do`;
  return [{ check, state: 'warn', found, remedy }];
}

async function askPanel(client: Client): Promise<Finding[]> {
  try {
    const panel = examinePanel(await client.json('GET', '/control/status'));
    return [...panel, ...examineHealth(await client.json('GET', '/api/v1/panel/health'))];
  } catch (error) {
    const found = oneLine(describeError(error));
    const remedy = 'systemctl status latchd; journalctl -u latchd -n 50';
    return [{ check: 'latchd', state: 'fail', found, remedy }];
  }
}

/** The service manager's view, where there is one. */
function unit(): Finding[] {
  const wanted = 'LoadState,ActiveState,WatchdogUSec,NRestarts';
  const { status, stdout } = spawnSync('systemctl', ['show', 'latchd', `--property=${wanted}`], {
    encoding: 'utf8',
    timeout: 5_000,
  });
  if (status !== 0 || typeof stdout !== 'string') return [];
  return examineUnit(stdout);
}

/** What `systemctl show` says of the unit. */
export function examineUnit(text: string): Finding[] {
  const facts = new Map(text.split('\n').map((line) => line.split('=', 2) as [string, string]));
  if (facts.get('LoadState') !== 'loaded') {
    const remedy = 'scripts/install makes it: without it nobody starts latchd again';
    return [{ check: 'unit', state: 'warn', found: 'latchd.service is not installed', remedy }];
  }
  const state = facts.get('ActiveState') ?? '';
  const restarts = Number(facts.get('NRestarts') ?? 0);
  const found = `latchd.service is ${state}, ${restarts} restarts`;
  const remedy = 'journalctl -u latchd says why; systemctl enable --now latchd';
  const watchdog = facts.get('WatchdogUSec');
  const isWatched = watchdog !== undefined && watchdog !== '0' && watchdog !== 'infinity';
  return [
    state === 'active' && restarts === 0
      ? { check: 'unit', state: 'ok', found }
      : { check: 'unit', state: state === 'active' ? 'warn' : 'fail', found, remedy },
    isWatched
      ? { check: 'watchdog', state: 'ok', found: `ends a hung latchd after ${watchdog}` }
      : {
          check: 'watchdog',
          state: 'warn',
          found: 'off',
          remedy: 'WatchdogSec= in the unit: a hung latchd may keep a lock open',
        },
  ];
}

async function doctor({ client, values, file, print }: Call): Promise<number> {
  const findings = await findAll(file, client);
  const isWell = findings.every(({ state }) => state !== 'fail');
  if (values.json) print(JSON.stringify({ ok: isWell, checks: findings }));
  else printFindings(findings, print);
  return isWell ? 0 : 1;
}

async function findAll(file: string, client: Call['client']): Promise<Finding[]> {
  let config: Config;
  try {
    config = readConfig(file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [first = ''] = error.message.split('\n');
    const found = first.includes(file) ? first : `${file}: ${first}`;
    const remedy = `latchctl config check ${file} says all that is wrong`;
    return [{ check: 'config', state: 'fail', found, remedy }];
  }
  const machine = { root: '/', release: release(), node: process.version, nowMs: Date.now() };
  return [
    { check: 'config', state: 'ok', found: file },
    ...(await askPanel(client())),
    ...unit(),
    ...examineMachine(config, machine),
  ];
}

const marks = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL', unknown: '?   ' } as const;

function printFindings(findings: readonly Finding[], print: Print): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, state, found, remedy } of findings) {
    print(`${marks[state]}  ${check.padEnd(width)}  ${found}`);
    if (remedy !== undefined) print(`      ${' '.repeat(width)}  do: ${remedy}`);
  }
}

export const doctorCommands: readonly Command[] = [
  {
    name: 'doctor',
    summary: 'checks wiring, kernel, clock, disk and permissions, and says what to do',
    details: 'Works also when latchd is down. Exit status 1 when something failed. Best with sudo.',
    run: doctor,
  },
];
