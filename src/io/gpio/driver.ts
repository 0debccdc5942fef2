/** Chooses the GPIO driver, and brings relays to rest for `latchd --rest`. */

import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { describeError, Fault } from '../../errors.ts';
import type { Clock, DriverName, GpioDriver, Log, RelayLine } from '../../ports.ts';
import { lostLine } from './faults.ts';
import { loadOnoff } from './onoff.ts';
import { SimDriver } from './sim.ts';
import { sysfsRoot } from './sysfs.ts';

/** `gpio.driver` of the configuration. */
type DriverChoice = DriverName | 'auto';

interface DriverDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Chips that the configuration names; those of the `sim` driver. */
  readonly chips: readonly string[];
}

/**
 * Opens the driver that was chosen. `auto` is `chardev` where a GPIO character device answers version
 * 2 of its interface, else `onoff` where sysfs GPIO is there; never `sim`. Logs which, why, and what
 * the driver cannot promise.
 * @throws Fault `gpio-no-driver` when there is none, or its package cannot be loaded.
 */
export async function openDriver(choice: DriverChoice, deps: DriverDeps): Promise<GpioDriver> {
  const { driver, why } =
    choice === 'auto'
      ? await chooseDriver(deps)
      : { driver: await load(choice, deps), why: 'configured' };
  deps.log.info('GPIO driver chosen', { driver: driver.name, why });
  for (const caveat of driver.caveats) deps.log.warn(caveat, { driver: driver.name });
  return driver;
}

function load(name: DriverName, { clock, log, chips }: DriverDeps): Promise<GpioDriver> {
  switch (name) {
    case 'chardev':
      return loadChardev(clock);
    case 'onoff':
      return loadOnoff(clock, log);
    case 'sim':
      return Promise.resolve(new SimDriver(clock, chips));
  }
}

/** Loaded only when wanted: its packages hold native code, which may be missing for a processor. */
async function loadChardev(clock: Clock): Promise<GpioDriver> {
  try {
    const { ChardevDriver } = await import('./chardev.ts');
    return new ChardevDriver(clock);
  } catch (error) {
    throw new Fault(
      'gpio-no-driver',
      'packages koffi and @serialport/bindings-cpp, of driver chardev, cannot be loaded',
      'Run npm ci in the directory of latchd on this machine (they come prebuilt for arm, arm64 and ' +
        'x64), or set gpio.driver to onoff.',
      error,
    );
  }
}

async function chooseDriver(deps: DriverDeps): Promise<{ driver: GpioDriver; why: string }> {
  const chardev = await tryChardev(deps);
  if (chardev.driver !== undefined) return chardev;
  const onoff = await tryOnoff(deps);
  if (onoff.driver !== undefined) return { ...onoff, why: `${onoff.why}; ${chardev.why}` };
  throw new Fault(
    'gpio-no-driver',
    `no GPIO driver works here: ${chardev.why}; ${onoff.why}`,
    'Check that the user of latchd may open /dev/gpiochip0 (group gpio; DeviceAllow= in the unit), ' +
      'that gpiodetect lists the chip of the board and that Linux is 5.10 or later (uname -r). To ' +
      'try without hardware set gpio.driver to sim.',
  );
}

type Attempt =
  | { readonly driver: GpioDriver; readonly why: string }
  | { readonly driver?: undefined; readonly why: string };

async function tryChardev({ clock }: DriverDeps): Promise<Attempt> {
  try {
    const driver = await loadChardev(clock);
    const { answersV2, surveyChips } = await import('./chips.ts');
    const { chips, refused } = surveyChips();
    const able = chips.filter(answersV2);
    const list = (some: typeof chips) =>
      some.map((chip) => `${chip.name} [${chip.label}]`).join(', ');
    if (able.length > 0) return { driver, why: `version 2 answers on ${list(able)}` };
    if (chips.length > 0) return { why: `chardev: no version 2 on ${list(chips)}` };
    return { why: `chardev: ${refused.join(', ') || 'there is no /dev/gpiochip*'}` };
  } catch (error) {
    return { why: `chardev: ${describeError(error)}` };
  }
}

async function tryOnoff({ clock, log }: DriverDeps): Promise<Attempt> {
  try {
    accessSync(join(sysfsRoot, 'export'), constants.W_OK);
    return { driver: await loadOnoff(clock, log), why: `${sysfsRoot} is there` };
  } catch (error) {
    return { why: `onoff: ${describeError(error)}` };
  }
}

/** What became of one relay; without a fault it is at rest. */
interface RestResult {
  readonly relay: string;
  readonly fault?: Fault;
}

/**
 * Drives every relay to rest and lets it go, whatever becomes of the others: a line that is held by
 * somebody else is reported and the next one is done.
 */
export function restRelays(driver: GpioDriver, lines: readonly RelayLine[]): RestResult[] {
  return lines.map((line) => {
    try {
      const relay = driver.openRelay(line);
      const isEnergised = relay.isEnergised();
      relay.close();
      if (!isEnergised) return { relay: line.name };
      return { relay: line.name, fault: lostLine(`relay ${line.name} (it stays energised)`) };
    } catch (error) {
      const fault = error instanceof Fault ? error : lostLine(`relay ${line.name}`, error);
      return { relay: line.name, fault };
    }
  });
}
