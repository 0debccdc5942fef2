/** Opens the lines of inputs, LEDs and buzzers that the configuration names. */
import { type Config, inputsOf, outputsOf } from './config.ts';
import { lockNames } from './door/model.ts';
import type { Feedback } from './feedback.ts';
import type { Panel } from './panel.ts';
import type { GpioDriver, Log } from './ports.ts';

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
