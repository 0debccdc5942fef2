import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  em4100Packet,
  PacketFinder,
  type PacketFormat,
  packetNumber,
  type Received,
} from '../../src/reader/packet.ts';
import { seedOf } from '../support/seed.ts';

/** The packet of an EM4100 tag. */
function em4100(number: bigint): Uint8Array {
  const hex = number.toString(16).toUpperCase().padStart(10, '0');
  const sum = Buffer.from(hex, 'hex').reduce((all, byte) => all ^ byte, 0);
  const check = sum.toString(16).toUpperCase().padStart(2, '0');
  return Uint8Array.from([0x02, ...Buffer.from(hex + check), 0x03]);
}

/** Binary: AA 55, three bytes, little endian, the sum of these. */
const binary: PacketFormat = {
  length: 6,
  start: [0xaa, 0x55],
  end: [],
  number: { at: 2, length: 3, encoding: 'binary', order: 'little' },
  checksum: {
    kind: 'sum',
    over: { at: 2, length: 3, encoding: 'binary' },
    field: { at: 5, length: 1, encoding: 'binary' },
  },
};

function numbers(received: readonly Received[]): bigint[] {
  return received.flatMap((one) => (one.kind === 'number' ? [one.number] : []));
}

test('the packet of a tag is its 40 bits', () => {
  // 02 "62E3086CED" "08" 03: the example of many data sheets, 0x62E3086CED.
  const bytes = Uint8Array.from([0x02, ...Buffer.from('62E3086CED08'), 0x03]);
  assert.equal(packetNumber(em4100Packet, bytes), 0x62e3086cedn);
  assert.deepEqual([...em4100(0x62e3086cedn)], [...bytes]);
});

test('every single damaged byte is noticed', () => {
  const good = em4100(0x0123456789n);
  for (let at = 0; at < good.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const bad = Uint8Array.from(good);
      bad[at] = (bad[at] ?? 0) ^ (1 << bit);
      const number = packetNumber(em4100Packet, bad);
      // Upper and lower case of a hex digit are one.
      assert.ok(number === undefined || number === 0x0123456789n, `byte ${at}, bit ${bit}`);
    }
  }
});

test('a general format: binary, little endian, a sum, no end', () => {
  assert.equal(packetNumber(binary, Uint8Array.from([0xaa, 0x55, 1, 2, 3, 6])), 0x030201n);
  assert.equal(packetNumber(binary, Uint8Array.from([0xaa, 0x55, 1, 2, 3, 7])), undefined);
});

test('a field of decimal digits is a decimal number', () => {
  const decimal: PacketFormat = {
    length: 8,
    start: [],
    end: [0x0d, 0x0a],
    number: { at: 0, length: 6, encoding: 'decimal', order: 'big' },
  };
  assert.equal(packetNumber(decimal, Buffer.from('001234\r\n')), 1234n);
  assert.equal(packetNumber(decimal, Buffer.from('00A234\r\n')), undefined);
});

test('bytes one by one or in a lump are the same packets', () => {
  const stream = [1n, 2n, 3n].flatMap((number) => [...em4100(number)]);
  const lump = new PacketFinder(em4100Packet).push(Uint8Array.from(stream));
  const finder = new PacketFinder(em4100Packet);
  const single = stream.flatMap((byte) => finder.push(Uint8Array.of(byte)));
  assert.deepEqual(numbers(lump), [1n, 2n, 3n]);
  assert.deepEqual(single, lump);
  assert.deepEqual(finder.silence(), []);
});

test('noise before a packet is told once, with its length', () => {
  const finder = new PacketFinder(em4100Packet);
  const received = finder.push(Uint8Array.from([0xff, 0x00, 0x31, ...em4100(5n)]));
  assert.deepEqual(
    received.map((one) => (one.kind === 'number' ? one.number : one)),
    [{ kind: 'damaged', count: 3 }, 5n],
  );
});

test('a packet that was cut off is given up at the silence', () => {
  const finder = new PacketFinder(em4100Packet);
  assert.deepEqual(finder.push(em4100(5n).subarray(0, 9)), []);
  assert.deepEqual(finder.silence(), [{ kind: 'damaged', count: 9 }]);
  assert.deepEqual(finder.silence(), []);
  assert.deepEqual(numbers(finder.push(em4100(6n))), [6n]);
});

test('one byte dropped, doubled or changed costs that packet and no other', (t) => {
  const number = fc.bigInt({ min: 0n, max: 2n ** 40n - 1n });
  const damage = fc.constantFrom('drop', 'double', 'change');
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1, maxLength: 6 }),
      fc.nat(),
      fc.nat(13),
      damage,
      fc.integer({ min: 1, max: 255 }),
      (all, which, at, how, change) => {
        const hit = which % all.length;
        const stream = all.flatMap((one, index) => {
          const bytes = [...em4100(one)];
          const byte = bytes[at] ?? 0;
          if (index !== hit) return bytes;
          const instead = { drop: [], double: [byte, byte], change: [byte ^ change] }[how];
          return [...bytes.slice(0, at), ...instead, ...bytes.slice(at + 1)];
        });
        const finder = new PacketFinder(em4100Packet);
        const received = [...finder.push(Uint8Array.from(stream)), ...finder.silence()];
        const others = all.filter((_, index) => index !== hit);
        const found = numbers(received);
        // A doubled first or last byte, or the case of a digit, leaves the packet whole.
        if (found.length === all.length) assert.deepEqual(found, all);
        else assert.deepEqual(found, others);
      },
    ),
    { seed: seedOf(t), numRuns: 2000 },
  );
});

test('random bytes are never a packet that was not there', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const finder = new PacketFinder(em4100Packet);
      const received = [...finder.push(bytes), ...finder.silence()];
      const damaged = received.map((one) => (one.kind === 'damaged' ? one.count : 14));
      assert.equal(
        damaged.reduce((sum, count) => sum + count, 0),
        bytes.length,
      );
      for (const one of received) {
        if (one.kind === 'number') assert.deepEqual(one.bytes, em4100(one.number));
      }
    }),
    { seed: seedOf(t), numRuns: 500 },
  );
});
