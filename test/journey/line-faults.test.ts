import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SimDriver } from '../../src/io/gpio/sim.ts';
import type { LineLimits } from '../../src/ports/readers.ts';
import { bitsOf, freshDoor } from '../support/door.ts';
import { randomOf } from '../support/random.ts';

const second = 1_000_000;
/** H10301, facility 123, card 4567 (published vector). */
const frame = bitsOf('2F623AE', 26);
const number = String(0x7b11d7);
const inverted = [...frame].map((bit) => (bit === '1' ? '0' : '1')).join('');

/** A door with two readers on simulated wires, which are looked at. */
async function simDoor(t: TestContext, lineLimits: Partial<LineLimits> = {}) {
  const door = freshDoor(t, {
    lineLimits: { framesPerSecond: 20, misreadsPerMinute: 20, ...lineLimits },
  });
  const driver = new SimDriver(door.clock, ['gpiochip0']);
  for (const [index, name] of ['front', 'back'].entries()) {
    const lock = index === 0 ? 'first' : 'second';
    const sink = door.addReader({ name, formats: ['H10301'], locks: [lock] });
    const lines = { name, chip: 'gpiochip0', d0: 2 * index, d1: 2 * index + 1 };
    sink.attach(driver.openReader(lines, sink));
  }
  door.panel.watchLines();
  t.after(() => door.panel.close());
  await door.identifiers.create({
    type: 'card',
    number,
    lock: 'all',
    owner: { name: 'Ann', type: 'owner' },
  });
  return {
    ...door,
    driver,
    /** Plays a frame and lets a second pass. */
    play(bits: string, reader = 'front'): void {
      driver.play(reader, bits, 50, 1000);
      door.clock.advance(second);
    },
    status: (name = 'front') =>
      door.panel.readerStates().find((one) => one.name === name) ?? assert.fail(),
    opened: (lock: 'first' | 'second' = 'first') =>
      door.relays[lock].driven.filter(({ energised }) => energised).length,
    async faults() {
      const told = (await door.events()).filter(({ key }) => key.startsWith('line_fault'));
      return told.map(({ key, model }) => [
        key === 'line_fault' ? 'begins' : 'is over',
        model.reader,
        model.fault,
        ...(model.ignored === undefined ? [] : [model.ignored]),
      ]);
    },
  };
}

test('a line that stays low is one fault, and opens nothing', async (t) => {
  const door = await simDoor(t);
  // Of a format without parity a frame of ones alone would be a number.
  door.panel.addReader({ name: 'other', locks: ['first'] });
  door.driver.holdLow('front', 0, true);
  door.clock.advance(60 * second);
  door.play('1'.repeat(26));
  door.play('1'.repeat(26));
  assert.deepEqual(door.status().faults, ['d0-stuck-low']);
  assert.equal(door.status().ignoredFrames, 2);
  door.driver.holdLow('front', 0, false);
  door.play(frame);
  assert.equal(door.opened(), 1, 'a line that moves is not stuck');
  door.clock.advance(20 * second);
  assert.deepEqual(await door.faults(), [
    ['begins', 'front', 'd0-stuck-low'],
    ['is over', 'front', 'd0-stuck-low', 2],
  ]);
  assert.deepEqual(door.status().faults, []);
  assert.deepEqual(door.status().faultCounts, { 'd0-stuck-low': 1 });
  // The edge of the hold is a misread of one bit.
  assert.deepEqual(
    [door.status().misreads, door.status('back').faults, door.status('back').misreads],
    [1, [], 0],
  );
});

test('both lines low, as without a reader', async (t) => {
  const door = await simDoor(t);
  for (const bit of [0, 1] as const) door.driver.holdLow('front', bit, true);
  door.clock.advance(600 * second);
  assert.deepEqual(await door.faults(), [['begins', 'front', 'both-lines-low']]);
});

test('swapped wires are told once, and over with the first good card', async (t) => {
  const door = await simDoor(t);
  for (let times = 0; times < 5; times += 1) door.play(inverted);
  assert.deepEqual([door.opened(), door.status().faults], [0, ['wires-swapped']]);
  door.play(frame);
  assert.equal(door.opened(), 1);
  assert.deepEqual(await door.faults(), [
    ['begins', 'front', 'wires-swapped'],
    ['is over', 'front', 'wires-swapped', 0],
  ]);
});

test('wires that touch are told once, and open nothing', async (t) => {
  const door = await simDoor(t);
  const front = door.addReader({ name: 'third', formats: ['H10301'], locks: ['first'] });
  for (let times = 0; times < 3; times += 1) {
    for (const bit of frame) {
      front.edge(bit === '1' ? 1 : 0, door.clock.monoUs());
      front.edge(bit === '1' ? 0 : 1, door.clock.monoUs() + 3);
      door.clock.advance(1000);
    }
    door.clock.advance(second);
  }
  assert.equal(door.opened(), 0);
  assert.deepEqual(await door.faults(), [['begins', 'third', 'lines-together']]);
});

test('a storm of a good card is refused until it is quiet, with one event', async (t) => {
  const door = await simDoor(t, { framesPerSecond: 5 });
  for (let times = 0; times < 1000; times += 1) door.driver.play('front', frame, 50, 1000);
  door.clock.advance(60 * second);
  assert.equal(door.status().credentials, 15, 'three seconds of what is allowed');
  const { driven } = door.relays.first;
  assert.deepEqual(
    driven.map(({ energised }) => energised),
    [true, false],
  );
  door.clock.advance(60 * second);
  assert.equal(door.status().credentials, 15);
  assert.equal(door.status().ignoredFrames, 985);
  door.play(frame);
  assert.equal(door.opened(), 2);
  assert.deepEqual(await door.faults(), [
    ['begins', 'front', 'too-many-frames'],
    ['is over', 'front', 'too-many-frames', 985],
  ]);
  assert.equal((await door.events()).length, 15 + 2 + 1);
});

test('as fast as simulated readers play is no storm', async (t) => {
  const door = await simDoor(t);
  for (let times = 0; times < 200; times += 1) door.driver.play('front', frame, 50, 200);
  door.clock.advance(60 * second);
  assert.deepEqual([door.status().credentials, door.status().faults], [200, []]);
});

test('misreads beyond so many a minute are counted, and told together', async (t) => {
  const door = await simDoor(t, { misreadsPerMinute: 5 });
  for (let times = 0; times < 180; times += 1) door.play('0101');
  door.clock.advance(60 * second);
  const events = await door.events();
  const misreads = events.filter(({ key }) => key === 'access_denied_by_misread');
  const rest = events.filter(({ key }) => key === 'misreads_not_told');
  assert.deepEqual([misreads.length, rest.length], [15, 3]);
  const untold = rest.reduce((sum, { model }) => sum + Number(model.count), 0);
  assert.deepEqual([untold, door.status().untoldMisreads, door.status().misreads], [165, 165, 180]);
  const lines = door.log.entries.filter(({ text }) => text === 'misread');
  assert.equal(lines.length, 15);
});

test('noise on one reader delays no other, nor fills the log', async (t) => {
  const door = await simDoor(t);
  const random = randomOf(4);
  const noisy = door.addReader({ name: 'noisy', formats: ['H10301'], locks: ['first'] });
  let edges = 0;
  const noise = () => {
    noisy.edge(random() < 0.5 ? 0 : 1, door.clock.monoUs());
    edges += 1;
    // Mostly faster than a frame, sometimes as long as the silence after one.
    door.clock.after(random() < 0.98 ? 20 + 400 * random() : 30_000, noise);
  };
  noise();
  const delays: number[] = [];
  for (let times = 0; times < 100; times += 1) {
    const before = door.opened('second');
    const startUs = door.clock.monoUs();
    door.driver.play('back', frame, 50, 1000);
    while (door.opened('second') === before) door.clock.advance(500);
    delays.push(door.clock.monoUs() - startUs);
    door.clock.advance(6 * second - (door.clock.monoUs() - startUs));
  }
  assert(Math.max(...delays) <= 25_500, `${Math.max(...delays)} us after its first bit`);
  assert.equal(door.status('back').credentials, 100);
  assert(edges > 100_000, `${edges} edges of noise`);
  assert.equal(door.opened(), 0);
  const events = await door.events();
  const ofNoise = events.filter(({ model }) => model.reader === 'noisy').length;
  // Ten minutes: 20 misreads a minute, a summary of the others, and a fault now and then.
  assert(ofNoise <= 11 * 21 + 20, `${ofNoise} events`);
});
