import type { EdgeSink } from '../../src/ports.ts';
import type { freshDoor } from './door.ts';

const keys = '0123456789*#';

/** The bits of a key on the wires. */
export function keyBits(key: string, length: 4 | 8): string {
  const low = keys.indexOf(key).toString(2).padStart(4, '0');
  const high = [...low].map((bit) => (bit === '1' ? '0' : '1')).join('');
  return length === 4 ? low : high + low;
}

/** Types keys as a person does, five a second, as pulses on the wires. */
export function typeKeys(
  door: ReturnType<typeof freshDoor>,
  sink: EdgeSink,
  text: string,
  length: 4 | 8 = 8,
): void {
  for (const key of text) {
    door.send(sink, keyBits(key, length));
    door.clock.advance(200_000);
  }
}
