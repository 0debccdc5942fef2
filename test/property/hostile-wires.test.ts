import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';
import { LineFinder, scannerKinds } from '../../src/reader/line.ts';
import { em4100Packet, PacketFinder } from '../../src/reader/packet.ts';
import { simConfig } from '../support/daemon.ts';
import { freshDoor } from '../support/door.ts';
import { randomOf } from '../support/random.ts';
import { seedOf } from '../support/seed.ts';

/** How many; more with LATCHD_FUZZ. */
const runs = Number(process.env.LATCHD_FUZZ ?? 2000);

test('a configuration that was changed at random is refused with its places, or taken', (t) => {
  const seed = seedOf(t);
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const folder = mkdtempSync(join(tmpdir(), 'latchd-fuzz-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'latchd.yaml');
  const values = [null, true, -1, 1e9, 0.5, '', 'x', [], {}, [[]], { a: 1 }, 'auto', 17, 'first'];
  let refused = 0;
  for (let run = 0; run < runs / 5; run += 1) {
    let text = simConfig;
    if (random() < 0.7) {
      const value: unknown = parseDocument(simConfig).toJS();
      for (let n = 1 + below(3); n > 0; n -= 1) mutate(value);
      text = JSON.stringify(value);
    } else {
      for (let n = 1 + below(4); n > 0; n -= 1) {
        const at = below(text.length);
        text = text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + below(3));
      }
    }
    writeFileSync(file, text);
    try {
      assert.ok(loadConfig(file).http.port >= 0);
    } catch (error) {
      assert.ok(error instanceof ConfigError, `seed ${seed}: ${text}\n${String(error)}`);
      assert.ok(error.message.length > 0, text);
      refused += 1;
    }
  }
  assert.ok(refused > 0 && refused < runs / 5);

  function mutate(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const keys = Object.keys(value);
    const key = keys[below(keys.length)];
    if (key === undefined || random() < 0.05) {
      Reflect.set(
        value,
        Array.isArray(value) ? '0' : `odd${below(3)}`,
        structuredClone(values[below(values.length)]),
      );
      return;
    }
    const child: unknown = Reflect.get(value, key);
    if (typeof child === 'object' && child !== null && random() < 0.7) mutate(child);
    else if (random() < 0.2 && !Array.isArray(value)) Reflect.deleteProperty(value, key);
    else Reflect.set(value, key, structuredClone(values[below(values.length)]));
  }
});

test('random bytes of serial readers: whatever is told was on the line, and nothing is told twice', (t) => {
  const seed = seedOf(t);
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  // Bytes that mean something come often.
  const telling = [0x02, 0x03, 0x0a, 0x0d, 0x30, 0x41, 0x46, 0xff];
  for (let run = 0; run < runs; run += 1) {
    const bytes = Uint8Array.from({ length: below(120) }, () =>
      random() < 0.6 ? (telling[below(telling.length)] ?? 0) : below(256),
    );
    const packets = new PacketFinder(em4100Packet);
    const scans = scannerKinds.map((kind) => new LineFinder(kind));
    let inPackets = 0;
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + 1 + below(20));
      from += piece.length;
      for (const received of packets.push(piece)) {
        inPackets += received.kind === 'number' ? received.bytes.length : received.count;
      }
      for (const lines of scans) {
        for (const scanned of lines.push(piece)) {
          if (scanned.kind === 'number') assert.match(scanned.number, /^[^\p{Cc}]+$/u);
          else assert.ok(scanned.count > 0);
        }
      }
    }
    assert.ok(inPackets <= bytes.length, `seed ${seed}, run ${run}`);
  }
});

test('random edges with jumps of the kernel’s numbers open nothing where nobody has a grant', async (t) => {
  const seed = seedOf(t);
  const random = randomOf(seed);
  const door = freshDoor(t);
  const reader = door.addReader({ formats: ['H10301', 'H10306', 'H10304', 'WIE32'] });
  for (let run = 0; run < runs * 20; run += 1) {
    const pauseUs = random() < 0.02 ? 200_000 : [20, 300, 1000, 2000, 19_000][run % 5];
    door.clock.advance(random() * (pauseUs ?? 1000));
    if (random() < 0.01) reader.overrun(1 + Math.floor(random() * 1000));
    reader.edge(random() < 0.5 ? 0 : 1, door.clock.monoUs());
  }
  door.clock.advance(1_000_000);
  assert.deepEqual(door.relays.first.driven, []);
  assert.deepEqual(door.relays.second.driven, []);
  const [state] = door.panel.readerStates();
  assert.ok((state?.misreads ?? 0) > 0, 'frames were made of them');
});
