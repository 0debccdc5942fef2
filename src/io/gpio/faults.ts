/** What goes wrong with GPIO lines, said the same way by every driver, with what to do about it. */

import { Fault } from '../../errors.ts';

/** A chip as a technician sees it in `gpiodetect`. */
export interface ChipInfo {
  /** Kernel name, `gpiochip0`. */
  readonly name: string;
  /** Functional name, `pinctrl-bcm2711`; may be empty. */
  readonly label: string;
  /** Number of lines; offsets are 0 to `lines` - 1. */
  readonly lines: number;
}

/** `gpiochip0 [pinctrl-rp1] (54 lines), …`, as gpiodetect writes it. */
function listChips(chips: readonly ChipInfo[]): string {
  return chips.map(({ name, label, lines }) => `${name} [${label}] (${lines} lines)`).join(', ');
}

/** No chip has the configured name. `existing` is what there is instead. */
export function noChip(chip: string, existing: readonly ChipInfo[], why = ''): Fault {
  const remedy =
    existing.length > 0
      ? `Set gpio.chip to one of the chips of this machine, by label or name: ${listChips(existing)}.`
      : 'This machine shows no GPIO chip at all: check the board, its device tree and the kernel ' +
        '(gpiodetect must list something), or set gpio.driver to sim to try without hardware.';
  return new Fault('gpio-no-chip', `there is no GPIO chip '${chip}'${why && `: ${why}`}`, remedy);
}

/** The offset is not on the chip. */
export function noLine(chip: ChipInfo, line: number): Fault {
  return new Fault(
    'gpio-no-line',
    `line ${line} is not on ${chip.name} [${chip.label}], which has lines 0 to ${chip.lines - 1}`,
    `Correct line ${line} in the configuration: lines are offsets on the chip (BCM numbers on a ` +
      'Raspberry Pi), neither header pin numbers nor the numbers of /sys/class/gpio.',
  );
}

/** Somebody else holds the line. `holder` is the consumer the kernel names, if it names one. */
export function busyLine(
  chip: string,
  line: number,
  holder: string | undefined,
  cause?: unknown,
): Fault {
  const by = holder ? `'${holder}'` : 'another program or a kernel driver';
  return new Fault(
    'gpio-busy',
    `line ${line} of ${chip} is held by ${by}`,
    `End what holds line ${line} (gpioinfo shows it; 'sysfs' is a line left in /sys/class/gpio; a ` +
      'kernel driver is turned off in config.txt), or wire to a free line and configure that one.',
    cause,
  );
}

/** The system does not let this user at `what`, a path. */
export function denied(what: string, cause?: unknown): Fault {
  return new Fault(
    'gpio-denied',
    `no permission for ${what}`,
    `Let the user of latchd at ${what}: make it a member of group gpio (usermod -aG gpio USER), and ` +
      `in a systemd unit with DevicePolicy=closed set DeviceAllow=${what} rw.`,
    cause,
  );
}

/** A line that was open cannot be used any more. */
export function lostLine(what: string, cause?: unknown): Fault {
  return new Fault(
    'gpio-lost',
    `${what} cannot be used any more`,
    `Check that the GPIO chip is still there (gpiodetect) and read the kernel log (dmesg); then ` +
      'restart latchd.',
    cause,
  );
}
