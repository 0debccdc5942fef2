/**
 * GPIO in sysfs: finds the number that a line has there. Numbers start at a base that differs from
 * kernel to kernel (512 or 571 since Linux 6.6), so the configuration names a chip and an offset.
 * Documentation/admin-guide/gpio/sysfs.rst of the kernel.
 */

import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type ChipInfo, noChip, noLine } from './faults.ts';

export const sysfsRoot = '/sys/class/gpio';

interface SysfsChip extends ChipInfo {
  /** `gpiochip512`, by its base. */
  readonly sysfsName: string;
  /** Where the entry of /sys/class/gpio really is. */
  readonly directory: string;
  /** Number of the chip's line 0. */
  readonly base: number;
}

function readText(...path: string[]): string {
  return readFileSync(join(...path), 'utf8').trim();
}

/** The entries of a directory, none if it is not there. */
function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A kernel without GPIO, or without sysfs, has no chips; who needs one is told so by its name.
    return [];
  }
}

function isChipName(name: string): boolean {
  return /^gpiochip\d+$/.test(name);
}

function describeChip(sysfsName: string): SysfsChip {
  const directory = realpathSync(join(sysfsRoot, sysfsName));
  // <device>/gpio/gpiochip512 is the chip of <device>/gpiochip0, after which the character device is
  // called; where a device has several chips they cannot be told apart, and the sysfs name remains.
  const siblings = entries(dirname(dirname(directory))).filter(isChipName);
  const [name] = siblings.length === 1 ? siblings : [sysfsName];
  return {
    name: name ?? sysfsName,
    sysfsName,
    directory,
    label: readText(directory, 'label'),
    base: Number(readText(directory, 'base')),
    lines: Number(readText(directory, 'ngpio')),
  };
}

/**
 * The number in /sys/class/gpio of a line, its chip given by label, by the name or path of its
 * character device, or by its name or path in sysfs.
 * @throws Fault `gpio-no-chip`, `gpio-no-line`.
 */
export function lineNumber(wanted: string, line: number): number {
  const chips = entries(sysfsRoot).filter(isChipName).map(describeChip);
  const path = wanted.startsWith('/') ? realPath(wanted) : undefined;
  const matches: ((chip: SysfsChip) => boolean)[] =
    path === undefined
      ? [(c) => c.name === wanted, (c) => c.label === wanted, (c) => c.sysfsName === wanted]
      : [(c) => c.directory === path, (c) => path === `/dev/${c.name}`];
  const found = matches.map((match) => chips.filter(match)).find(({ length }) => length > 0) ?? [];
  const [chip, second] = found;
  if (chip === undefined) throw noChip(wanted, chips);
  if (second !== undefined) throw noChip(wanted, chips, 'several chips have this label');
  if (line < 0 || line >= chip.lines) throw noLine(chip, line);
  return chip.base + line;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Without character devices /dev/gpiochip0 may still be meant as a name.
    return join(dirname(path), basename(path));
  }
}
