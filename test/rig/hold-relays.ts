/**
 * A panel in little, to be ended by the tests: holds both relays energised and a reader open until
 * SIGTERM, then closes them and is expected to come to its end by itself.
 *
 * usage: node hold-relays.js DRIVER
 */

import { openDriver } from '../../src/io/gpio/driver.ts';
import { EdgeRecorder } from '../contract/edge-recorder.ts';
import { memoryLog } from '../support/log.ts';
import { clock } from './guest.ts';
import { chip, first, left, second } from './panel-lines.ts';

const choice = process.argv[2] === 'onoff' ? 'onoff' : 'chardev';
const driver = await openDriver(choice, { clock, log: memoryLog(), chips: [chip] });
const opened = [
  driver.openReader(left, new EdgeRecorder()),
  ...[first, second].map((line) => {
    const relay = driver.openRelay(line);
    relay.set(true);
    return relay;
  }),
];
process.once('SIGTERM', () => {
  for (const line of opened) line.close();
});
process.stdout.write('held\n');
