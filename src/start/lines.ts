/** Opens the lines of readers, inputs, LEDs and buzzers that the configuration names. */

import { sideOf } from '../config/areas.ts';
import { enrolmentRules } from '../config/enrolment.ts';
import { keypadOf, serialReaderOf } from '../config/readers.ts';
import { type Config, inputsOf, outputsOf } from '../config.ts';
import { lockNames } from '../door/model.ts';
import { openSerial } from '../io/serial.ts';
import type { Feedback } from '../panel/feedback.ts';
import type { Panel, PanelParts } from '../panel.ts';
import type { Clock, GpioDriver, Log } from '../ports.ts';
import { type KeyParts, removeWithHolders } from '../web/main-thread/commands-keys.ts';

/** What becomes of cards that are taken for the list, as the API would change it. */
export function enrolmentOf({ enrolment }: Config, stored: KeyParts): PanelParts['enrolment'] {
  return {
    ...enrolmentRules(enrolment),
    list: {
      add: (fields) => stored.identifiers.create(fields),
      remove: async (uid) => (await removeWithHolders(stored, [uid])).length > 0,
    },
  };
}

/** @throws Fault of the driver for a line that cannot be had. */
export function openWired(
  config: Config,
  driver: GpioDriver,
  { panel, feedback }: { readonly panel: Panel; readonly feedback: Feedback },
  log: Log,
): void {
  for (const { reader, part, wire } of outputsOf(config)) {
    const { locks = lockNames } = config.readers.find(({ name }) => name === reader) ?? {};
    feedback.add(reader, locks, part, driver.openRelay(wire));
  }
  for (const input of inputsOf(config)) {
    const sink = panel.inputs.add(input);
    sink.attach(driver.openInput(input.wire, sink));
    const { name, chip, line } = input.wire;
    log.info('input watched', { input: name, kind: input.kind, chip, line });
  }
}

/** Opens the readers. Wires first: a serial line is waited for, a wire must be there. */
export function openReaders(
  config: Config,
  driver: GpioDriver,
  panel: Panel,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): void {
  for (const reader of config.readers) {
    const { name, wiegand, formats, frame_gap_ms, locks, repeat_ms, keypad, mode } = reader;
    if (!wiegand) continue;
    const side = sideOf(reader, config.areas);
    const sink = panel.addReader({
      name,
      locks: locks ?? lockNames,
      repeatUs: repeat_ms * 1000,
      ...(formats && { formats }),
      ...(frame_gap_ms !== undefined && { gapUs: frame_gap_ms * 1000 }),
      ...(side && { side }),
      ...(keypad && { keypad: keypadOf(keypad, mode) }),
    });
    const chip = wiegand.chip ?? config.gpio.chip;
    sink.attach(driver.openReader({ name, chip, d0: wiegand.d0, d1: wiegand.d1 }, sink));
    log.info('reader watched', { reader: name, chip, d0: wiegand.d0, d1: wiegand.d1 });
  }
  for (const setup of config.readers) {
    const { name, serial, locks = lockNames, repeat_ms } = setup;
    if (!serial) continue;
    const { line, reads } = serialReaderOf(serial);
    const side = sideOf(setup, config.areas);
    const reader = panel.addSerialReader({
      name,
      locks,
      reads,
      repeatUs: repeat_ms * 1000,
      ...(side && { side }),
    });
    reader.attach(openSerial(line, reader, clock));
    log.info('reader watched', { reader: name, path: line.path, kind: reads.kind });
  }
  panel.watchLines();
}
