/** What `latchctl doctor` looks at without latchd: the files by which Linux tells about itself. */
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, chipsOf } from '../config.ts';
import { describeError, errnoOf } from '../errors.ts';

/** What one look found. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly found: string;
  /** What to do about it; absent where all is well. */
  readonly remedy?: string;
}

/** The machine. */
interface Machine {
  /** `/`, or a folder that stands for it in a test. */
  readonly root: string;
  readonly release: string;
  readonly node: string;
  readonly nowMs: number;
}

/** All checks of the machine, in the order in which a technician would go. */
export function examineMachine(config: Config, machine: Machine): Finding[] {
  return [
    nodeVersion(machine),
    kernel(config, machine),
    ...chips(config, machine),
    ...strictGpiod(config, machine),
    ...lineLevels(config, machine),
    ...serialPorts(config, machine),
    ...disk(config, machine),
    ...clock(machine),
    ...firstPassword(config),
  ];
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10));
  return a > major || (a === major && b >= minor);
}

function nodeVersion({ node }: Machine): Finding {
  if (atLeast(node, 20, 19)) return { check: 'node', state: 'ok', found: node };
  return { check: 'node', state: 'fail', found: node, remedy: 'install Node 20.19 or later' };
}

function kernel({ gpio }: Config, { release }: Machine): Finding {
  const found = `Linux ${release}, driver ${gpio.driver}`;
  if (atLeast(release, 5, 10) || gpio.driver === 'onoff' || gpio.driver === 'sim') {
    return { check: 'kernel', state: 'ok', found };
  }
  const remedy = 'the driver chardev needs Linux 5.10; upgrade, or set gpio.driver to onoff';
  return { check: 'kernel', state: gpio.driver === 'chardev' ? 'fail' : 'warn', found, remedy };
}

/** A file's text; undefined where there is none, or it may not be read. */
function read({ root }: Machine, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function isUsable(path: string): true | string {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    return errnoOf(error) ?? describeError(error);
  }
}

function chips(config: Config, { root }: Machine): Finding[] {
  if (config.gpio.driver === 'sim') return [];
  return chipsOf(config).map((chip): Finding => {
    const check = `chip ${chip}`;
    const isName = /^gpiochip[0-9]+$/.test(chip);
    if (!isName && !chip.startsWith('/')) {
      const found = 'named by its label, which latchd looks for when it starts';
      return { check, state: 'unknown', found };
    }
    const path = join(root, isName ? `/dev/${chip}` : chip);
    const usable = isUsable(path);
    if (usable === true) return { check, state: 'ok', found: path };
    const isThere = usable !== 'ENOENT';
    return {
      check,
      state: 'fail',
      found: `${path}: ${usable}`,
      remedy: isThere
        ? 'use sudo, or join the group gpio'
        : 'ls /dev/gpiochip*; then set gpio.chip: a label (pinctrl-rp1, pinctrl-bcm2711) works everywhere',
    };
  });
}

/*
 * Kernels of Raspberry Pi have this parameter in the drivers of both kinds of chip (raspberrypi/linux,
 * pull requests 6117 and 6150). `dtparam=strict_gpiod` puts `pinctrl_bcm2835.persist_gpio_outputs=n` on
 * the kernel's command line (the device tree's `__overrides__`).
 */
const persistFiles = ['pinctrl_bcm2835', 'pinctrl_rp1'].map(
  (module) => `/sys/module/${module}/parameters/persist_gpio_outputs`,
);

/** Kernels of the Pi keep the level of a line whose owner died, unless told otherwise. */
function strictGpiod({ gpio }: Config, machine: Machine): Finding[] {
  const model = read(machine, '/proc/device-tree/model') ?? '';
  if (gpio.driver === 'sim' || !model.startsWith('Raspberry Pi')) return [];
  const check = 'strict_gpiod';
  const kept = persistFiles.map((path) => read(machine, path)?.trim());
  const persists = kept.find((value) => value !== undefined);
  if (persists === 'N') return [{ check, state: 'ok', found: 'a freed line comes to rest' }];
  const boot = ['/boot/firmware/config.txt', '/boot/config.txt'].map((path) => read(machine, path));
  if (boot.some((text) => /^\s*dtparam=(?:.*,)?strict_gpiod\b/m.test(text ?? ''))) {
    if (persists === undefined) return [{ check, state: 'ok', found: 'set in config.txt' }];
    const found = 'set in config.txt, but not in force';
    return [{ check, state: 'fail', found, remedy: 'restart the board' }];
  }
  const remedy =
    'add dtparam=strict_gpiod to config.txt and restart the board; else a lock stays open when latchd is killed';
  return [{ check, state: 'fail', found: 'a freed line keeps its level', remedy }];
}

/** D0 and D1 rest high; what is low is shorted, unpowered or has no pull-up. */
function lineLevels(config: Config, machine: Machine): Finding[] {
  if (config.gpio.driver === 'sim') return [];
  const text = read(machine, '/sys/kernel/debug/gpio');
  const check = 'line levels';
  if (text === undefined) {
    const remedy = 'use sudo: /sys/kernel/debug/gpio is for root';
    return [{ check, state: 'unknown', found: 'may not be seen', remedy }];
  }
  const levels = levelsIn(text);
  if (levels.size === 0) {
    const remedy = 'lines show while latchd holds them: start it';
    return [{ check, state: 'unknown', found: 'no line is held by anybody', remedy }];
  }
  return config.readers.flatMap(({ name, wiegand }) =>
    wiegand
      ? (['d0', 'd1'] as const).flatMap((wire): Finding[] => {
          const level = levels.get(wiegand[wire]);
          const which = `${name} ${wire.toUpperCase()} (line ${wiegand[wire]})`;
          if (level === undefined) return [];
          if (level === 'hi') return [{ check: which, state: 'ok', found: 'rests high' }];
          const remedy =
            'measure it: a reader rests at 5 V, behind the level shifter at 3.3 V; look for a short, a missing pull-up, a reader without power';
          return [{ check: which, state: 'fail', found: 'is low', remedy }];
        })
      : [],
  );
}

/** Levels by offset on their chip, of the lines that somebody holds. */
export function levelsIn(text: string): Map<number, 'hi' | 'lo'> {
  const levels = new Map<number, 'hi' | 'lo'>();
  let base = 0;
  for (const line of text.split('\n')) {
    const first = /^gpiochip\d+: (?:GPIOs|gpios) (\d+)-\d+/.exec(line)?.[1];
    if (first !== undefined) base = Number(first);
    const [, number, level] = /^ *gpio-(\d+) .*\) (?:in|out) +(hi|lo)\b/.exec(line) ?? [];
    if (number === undefined) continue;
    const offset = Number(number) - base;
    // Of several chips, the first is the one of the header.
    if (!levels.has(offset)) levels.set(offset, level === 'hi' ? 'hi' : 'lo');
  }
  return levels;
}

function serialPorts({ readers }: Config, { root }: Machine): Finding[] {
  return readers.flatMap(({ name, serial }): Finding[] => {
    if (!serial) return [];
    const check = `serial ${name}`;
    const usable = isUsable(join(root, serial.path));
    if (usable === true) return [{ check, state: 'ok', found: serial.path }];
    const remedy =
      usable === 'ENOENT'
        ? 'plug it, or set its path: ls /dev/serial/by-id'
        : 'use sudo, or join the group dialout';
    return [{ check, state: 'fail', found: `${serial.path}: ${usable}`, remedy }];
  });
}

const leastFreeMb = 100;

function disk({ data }: Config, machine: Machine): Finding[] {
  try {
    const freeMb = Math.floor(freeBytes(data) / 1024 / 1024);
    const size = Number.isFinite(freeMb) ? `${freeMb} MiB` : 'an unknown size';
    const found = `${size} free in ${data}`;
    const remedy = `make room: below ${leastFreeMb} MiB writes may be refused`;
    const space: Finding =
      freeMb >= leastFreeMb
        ? { check: 'disk', state: 'ok', found }
        : { check: 'disk', state: 'fail', found, remedy };
    return [space, readOnly(data, machine), permissions(data)];
  } catch (error) {
    const isDenied = errnoOf(error) === 'EACCES';
    const remedy = isDenied
      ? 'use sudo, or join the group latchd'
      : 'latchd makes it at its first start';
    const found = `${data}: ${describeError(error)}`;
    return [{ check: 'disk', state: isDenied ? 'unknown' : 'fail', found, remedy }];
  }
}

/**
 * Bytes free for latchd, as it counts them itself: what is kept back for root is root's to use, and
 * latchd runs as the owner of its folder, whoever asks here. A file system that does not say how much
 * there is has room.
 */
function freeBytes(data: string): number {
  const { bsize, blocks, bfree, bavail } = statfsSync(data);
  if (blocks === 0) return Number.POSITIVE_INFINITY;
  return bsize * (statSync(data).uid === 0 ? bfree : bavail);
}

function readOnly(data: string, machine: Machine): Finding {
  const mounts = (read(machine, '/proc/mounts') ?? '').split('\n').map((line) => line.split(' '));
  const under = mounts.filter(
    ([, place = '']) => place === '/' || data === place || data.startsWith(`${place}/`),
  );
  const [mount] = under.sort(([, a = ''], [, b = '']) => b.length - a.length);
  const [device = '', place = '', , flags = ''] = mount ?? [];
  const check = 'mounted';
  if (!flags.split(',').includes('ro')) {
    return { check, state: 'ok', found: place === '' ? 'writable' : `${place} is writable` };
  }
  const remedy = `the file system may be damaged: journalctl -k, then mount -o remount,rw ${place}, or a new card`;
  return { check, state: 'fail', found: `${device} on ${place} is read-only`, remedy };
}

function permissions(data: string): Finding {
  const mode = statSync(data).mode & 0o777;
  const found = `${data} has mode 0${mode.toString(8)}`;
  if ((mode & 0o007) === 0) return { check: 'permissions', state: 'ok', found };
  const remedy = `chmod o= ${data}: codes and hashes are nobody else's business`;
  return { check: 'permissions', state: 'warn', found, remedy };
}

/** 2024-01-01: no machine that runs this lives before. */
const earliestMs = 1_704_067_200_000;

function clock(machine: Machine): Finding[] {
  const found = new Date(machine.nowMs).toISOString();
  const check = 'clock';
  if (machine.nowMs < earliestMs) {
    const remedy = 'set it: timedatectl set-time, and give the board a network or an RTC';
    return [{ check, state: 'fail', found, remedy }];
  }
  if (existsSync(join(machine.root, '/run/systemd/timesync/synchronized'))) {
    return [{ check, state: 'ok', found: `${found}, synchronised` }];
  }
  const hasRtc = existsSync(join(machine.root, '/sys/class/rtc/rtc0'));
  const remedy = hasRtc
    ? 'compare it with a watch; timedatectl tells more'
    : 'no RTC: after a power cut the clock is wrong until a time server answers; timedatectl';
  return [{ check, state: 'warn', found: `${found}, not synchronised as far as seen`, remedy }];
}

function firstPassword({ data }: Config): Finding[] {
  const file = join(data, 'initial-password');
  if (!existsSync(file)) return [];
  const remedy = `latchctl user password admin, then rm ${file}`;
  const found = 'the first password still lies in a file';
  return [{ check: 'password', state: 'warn', found, remedy }];
}
