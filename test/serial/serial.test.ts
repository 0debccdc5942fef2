import assert from 'node:assert/strict';
import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/io/clock.ts';
import { openSerial } from '../../src/io/serial.ts';
import type { SerialLine } from '../../src/ports.ts';
import { em4100Packet, PacketFinder, type Received } from '../../src/reader/packet.ts';
import { FakeClock, slowed } from '../support/clock.ts';
import { em4100Bytes } from '../support/em4100.ts';
import { plugDevice } from '../support/pty.ts';
import { freshFolder } from '../support/store.ts';

const settings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;

/** A list that can be waited for. */
class Heard {
  readonly all: string[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  push(what: string): void {
    this.all.push(what);
    for (const { count, resolve } of this.#waiting) if (this.all.length >= count) resolve();
  }

  async until(count: number): Promise<string[]> {
    if (this.all.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
    }
    return this.all;
  }
}

/** Listens to a device for packets of EM4100 readers. */
function listen(
  t: TestContext,
  line: Partial<SerialLine> & { path: string },
  clock = systemClock(),
): Heard {
  const heard = new Heard();
  const finder = new PacketFinder(em4100Packet);
  const tell = (received: readonly Received[]) => {
    for (const one of received) {
      heard.push(one.kind === 'number' ? String(one.number) : `damaged ${one.count}`);
    }
  };
  const input = openSerial(
    { ...settings, packetLength: em4100Packet.length, ...line },
    {
      bytes: (bytes) => tell(finder.push(bytes)),
      silence: () => tell(finder.silence()),
      away: () => heard.push('away'),
      there: () => heard.push('there'),
    },
    clock,
  );
  t.after(() => input.close());
  return heard;
}

const packet = (number: number) => [...em4100Bytes(number)];

/** A device and its listener, which hears it. */
async function ready(t: TestContext, clock = systemClock()) {
  const device = await plugDevice(t);
  const heard = listen(t, { path: device.path }, clock);
  await heard.until(1);
  const send = (...bytes: number[]) => device.send(Uint8Array.from(bytes));
  return { device, heard, send };
}

/** Who feeds the device may be kept from it for longer than a line pauses; here that is no silence. */
const patient = () => slowed(systemClock(), 100);

test('packets one after the other, in a lump', async (t) => {
  const { heard, send } = await ready(t, patient());
  send(...packet(1), ...packet(2), ...packet(3));
  assert.deepEqual(await heard.until(4), ['there', '1', '2', '3']);
});

test('a packet byte by byte', async (t) => {
  const { heard, send } = await ready(t, patient());
  for (const byte of packet(1850186)) send(byte);
  assert.deepEqual(await heard.until(2), ['there', '1850186']);
});

test('bytes that come while the process stands still are no silence', async (t) => {
  const device = await plugDevice(t);
  const heard = new Heard();
  const clock = new FakeClock();
  const sink = {
    bytes: (bytes: Uint8Array) => heard.push(Buffer.from(bytes).toString('latin1')),
    silence: () => heard.push('silence'),
    away: () => heard.push('away'),
    there: () => heard.push('there'),
  };
  const input = openSerial({ ...settings, path: device.path }, sink, clock);
  t.after(() => input.close());
  await heard.until(1);
  device.send(Buffer.from('first,'));
  await heard.until(2);
  device.send(Buffer.from('second'));
  while (device.sent() < 12);
  // The timer fires late, and before anything is read: not a turn of the loop has passed.
  clock.stall(200_000);
  clock.advance(0);
  await heard.until(3);
  clock.advance(100_000);
  assert.deepEqual(await heard.until(4), ['there', 'first,', 'second', 'silence']);
});

test('a byte dropped: that packet is lost, the next one is read', async (t) => {
  const { heard, send } = await ready(t);
  send(...packet(1), ...packet(2).slice(0, 5), ...packet(2).slice(6), ...packet(3));
  assert.deepEqual(await heard.until(4), ['there', '1', 'damaged 13', '3']);
});

test('a byte doubled, and noise before: the packets around are read', async (t) => {
  const { heard, send } = await ready(t);
  const doubled = [...packet(2).slice(0, 5), packet(2)[4] ?? 0, ...packet(2).slice(5)];
  send(0xff, 0x00, ...packet(1), ...doubled, ...packet(3));
  assert.deepEqual(await heard.until(5), ['there', 'damaged 2', '1', 'damaged 15', '3']);
});

test('a packet cut off is told at the silence, and the next one is whole', async (t) => {
  const { heard, send } = await ready(t);
  send(...packet(1).slice(0, 9));
  assert.deepEqual(await heard.until(2), ['there', 'damaged 9']);
  send(...packet(2));
  assert.deepEqual(await heard.until(3), ['there', 'damaged 9', '2']);
});

test('a device that is absent at the start, pulled and put back is away each time, once', async (t) => {
  const link = join(freshFolder(t), 'by-id');
  const heard = listen(t, { path: link });
  assert.deepEqual(await heard.until(1), ['away']);
  const plug = async () => {
    const device = await plugDevice(t);
    symlinkSync(device.path, `${link}.new`);
    renameSync(`${link}.new`, link);
    return device;
  };
  const first = await plug();
  assert.deepEqual(await heard.until(2), ['away', 'there']);
  first.send(Uint8Array.from(packet(7)));
  await heard.until(3);
  await first.pull();
  await heard.until(4);
  const second = await plug();
  await heard.until(5);
  second.send(Uint8Array.from(packet(8)));
  assert.deepEqual(await heard.until(6), ['away', 'there', '7', 'away', 'there', '8']);
});
