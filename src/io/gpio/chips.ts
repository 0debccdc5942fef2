/** Finds GPIO character devices by label, name or path, and asks the kernel about lines. */

import { closeSync, openSync, readdirSync, realpathSync } from 'node:fs';
import { errnoOf, Fault } from '../../errors.ts';
import { ioctl } from '../libc.ts';
import { busyLine, type ChipInfo, denied, noChip, noLine } from './faults.ts';
import {
  chipInfoBytes,
  decodeChipInfo,
  decodeLineFd,
  decodeLineInfo,
  encodeLineInfo,
  request,
} from './uapi.ts';

/** A character device that answered. */
export interface Chip extends ChipInfo {
  /** `/dev/gpiochip0` */
  readonly path: string;
}

/** What became of one device: it answered, or why it did not. */
type Probe = { readonly chip: Chip } | { readonly path: string; readonly error: unknown };

function withDevice<Result>(path: string, use: (fd: number) => Result): Result {
  const fd = openSync(path, 'r+');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function probe(path: string): Probe {
  try {
    const info = Buffer.alloc(chipInfoBytes);
    withDevice(path, (fd) => ioctl(fd, request.chipInfo, info));
    return { chip: { path, ...decodeChipInfo(info) } };
  } catch (error) {
    return { path, error };
  }
}

/** Every device once: a Raspberry Pi 5 has /dev/gpiochip4 as a second name of gpiochip0. */
function probeAll(): Probe[] {
  const names = readdirSync('/dev').filter((name) => /^gpiochip\d+$/.test(name));
  const paths = new Set(names.sort().map((name) => realPath(`/dev/${name}`)));
  return [...paths].map(probe);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist: the probe says so.
    return path;
  }
}

function answering(probes: readonly Probe[]): Chip[] {
  return probes.flatMap((found) => ('chip' in found ? [found.chip] : []));
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(errnoOf(error) ?? '');
}

/**
 * The chip with this name (`gpiochip0`), path, or label (`pinctrl-rp1`).
 * @throws Fault `gpio-no-chip` with the chips there are, `gpio-denied` when it may be one that this
 * user cannot open.
 */
export function findChip(wanted: string): Chip {
  const path = /^gpiochip\d+$/.test(wanted) ? `/dev/${wanted}` : wanted;
  return path.startsWith('/') ? chipAt(wanted, path) : chipLabelled(wanted);
}

function chipAt(wanted: string, path: string): Chip {
  const found = probe(realPath(path));
  if ('chip' in found) return found.chip;
  if (isDenied(found.error)) throw denied(found.path, found.error);
  throw noChip(wanted, answering(probeAll()), errnoOf(found.error));
}

function chipLabelled(label: string): Chip {
  const probes = probeAll();
  const chips = answering(probes);
  const [chip, second] = chips.filter((found) => found.label === label);
  if (chip !== undefined && second === undefined) return chip;
  if (chip !== undefined) throw noChip(label, chips, 'several chips have this label');
  for (const found of probes) {
    if ('error' in found && isDenied(found.error)) throw denied(found.path, found.error);
  }
  throw noChip(label, chips);
}

/** @throws Fault `gpio-no-line` when the offset is beyond the chip. */
export function checkLine(chip: ChipInfo, line: number): void {
  if (line < 0 || line >= chip.lines) throw noLine(chip, line);
}

/**
 * Asks the kernel for the lines of an encoded request.
 * @returns the descriptor of the request.
 * @throws Fault `gpio-busy` naming the line and its holder, `gpio-denied`, `gpio-unsupported`.
 */
export function requestLines(chip: Chip, lines: readonly number[], asked: Buffer): number {
  try {
    withDevice(chip.path, (fd) => ioctl(fd, request.getLine, asked));
    return decodeLineFd(asked);
  } catch (error) {
    throw requestFault(chip, lines, error);
  }
}

function requestFault(chip: Chip, lines: readonly number[], error: unknown): Fault {
  if (isDenied(error)) return denied(chip.path, error);
  if (!answersV2(chip)) return tooOld(chip, error);
  for (const line of lines) {
    const { used, consumer } = lineInfo(chip, line);
    if (used) return busyLine(chip.name, line, consumer, error);
  }
  if (errnoOf(error) === 'EBUSY') return busyLine(chip.name, lines[0] ?? 0, undefined, error);
  return new Fault(
    'gpio-unsupported',
    `${chip.name} [${chip.label}] refuses line ${lines.join(' and ')} (${errnoOf(error)})`,
    `Use lines of ${chip.name} that can be outputs for relays, and inputs with interrupts for ` +
      'readers; those of an I2C or USB expander often cannot.',
    error,
  );
}

function lineInfo(chip: Chip, line: number): { used: boolean; consumer: string } {
  const info = encodeLineInfo(line);
  withDevice(chip.path, (fd) => ioctl(fd, request.lineInfo, info));
  return decodeLineInfo(info);
}

function tooOld(chip: Chip, cause: unknown): Fault {
  return new Fault(
    'gpio-unsupported',
    `the kernel does not offer version 2 of the GPIO interface on ${chip.path}`,
    'Use Linux 5.10 or later (uname -r), or set gpio.driver to onoff.',
    cause,
  );
}

/** Whether the kernel knows version 2 of the interface on this chip. */
export function answersV2(chip: Chip): boolean {
  try {
    lineInfo(chip, 0);
    return true;
  } catch {
    // EINVAL before Linux 5.10; whatever else it is, this chip is of no use to us.
    return false;
  }
}

/** Every chip that this user can open, and why not for the others; for the choice of a driver. */
export function surveyChips(): { chips: Chip[]; refused: string[] } {
  const probes = probeAll();
  return {
    chips: answering(probes),
    refused: probes.flatMap((found) =>
      'chip' in found ? [] : [`${found.path}: ${errnoOf(found.error) ?? 'unknown'}`],
    ),
  };
}
