import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineFaults } from '../../src/reader/line-faults.ts';
import { seedOf } from '../support/seed.ts';

const second = 1_000_000;

/** What has begun (`+`) and ended (`-`) since the last time. */
function told(faults: LineFaults): string {
  return faults
    .take()
    .map(({ code, began }) => `${began ? '+' : '-'}${code}`)
    .join(' ');
}

/** Looks every second, from `fromS` on, at lines that stand as written: `01` is D0 low, D1 high. */
function look(faults: LineFaults, fromS: number, levels: readonly string[]): string[] {
  return levels.map((level, index) => {
    const nowUs = (fromS + index) * second;
    faults.levels(level[0] === '0', level[1] === '0', nowUs);
    faults.tick(nowUs);
    return told(faults);
  });
}

test('a line that stays low is stuck once, and not any more after ten calm seconds', () => {
  for (const [level, code] of [
    ['01', 'd0-stuck-low'],
    ['10', 'd1-stuck-low'],
    ['00', 'both-lines-low'],
  ] as const) {
    const faults = new LineFaults(20);
    const low = look(faults, 0, Array(20).fill(level));
    assert.deepEqual(low, ['', '', `+${code}`, ...Array(17).fill('')]);
    assert.deepEqual(faults.active(), [code]);
    const high = look(faults, 20, Array(12).fill('11'));
    assert.deepEqual(high, [...Array(9).fill(''), `-${code}`, '', '']);
    assert.deepEqual([faults.active(), faults.count(code)], [[], 1]);
  }
});

test('a line that is seen low in its pulses is not stuck', () => {
  const faults = new LineFaults(20);
  for (let s = 0; s < 60; s += 1) {
    faults.edge(0, s * second - 10);
    assert.deepEqual(look(faults, s, ['01']), ['']);
  }
  faults.overrun();
  assert.deepEqual(look(faults, 60, ['01', '11', '01', '11', '01']), Array(5).fill(''));
});

test('a plug that is pulled is one fault, not that of one line and then of both', () => {
  const faults = new LineFaults(20);
  assert.deepEqual(look(faults, 0, ['11', '01', '00', '00', '00', '00']), [
    ...['', '', '', '', '+both-lines-low', ''],
  ]);
});

test('while a line stands still no frame is believed; when it moves they are', () => {
  const faults = new LineFaults(20);
  look(faults, 0, ['01', '01', '01']);
  faults.edge(1, 3 * second);
  assert.equal(faults.frame(3 * second, 26), false);
  faults.edge(0, 3.1 * second);
  assert.equal(faults.frame(3.1 * second, 26), true);
  assert.deepEqual(faults.active(), ['d0-stuck-low'], 'it is over only when it has been calm');
});

/** A frame whose every pulse comes on both lines, 5 us apart. */
function shorted(faults: LineFaults, atUs: number, pulses: number): void {
  for (let pulse = 0; pulse < pulses; pulse += 1) {
    faults.edge(0, atUs + pulse * 1000);
    faults.edge(1, atUs + pulse * 1000 + 5);
  }
  faults.frame(atUs + pulses * 1000, 2 * pulses);
}

test('pulses on both lines at once: after two such frames, until a card or a key is read', () => {
  for (const outcome of ['card', 'key'] as const) {
    const faults = new LineFaults(20);
    shorted(faults, second, 26);
    assert.equal(told(faults), '');
    shorted(faults, 2 * second, 26);
    assert.equal(told(faults), '+lines-together');
    shorted(faults, 3 * second, 26);
    faults.judged('misread');
    assert.equal(told(faults), '');
    faults.judged(outcome);
    assert.equal(told(faults), '-lines-together');
  }
});

test('a spark, a short frame and an ordinary one say nothing of lines that touch', () => {
  const faults = new LineFaults(20);
  for (let times = 1; times < 5; times += 1) {
    shorted(faults, times * second, 3);
    for (let bit = 0; bit < 26; bit += 1) {
      faults.edge((bit % 2) as 0 | 1, (times + 0.1) * second + bit * 200);
    }
    faults.frame((times + 0.2) * second, 26);
  }
  assert.equal(told(faults), '');
});

test('swapped wires: two frames that fit inverted, until a card is read', () => {
  const faults = new LineFaults(20);
  faults.judged('swapped');
  faults.judged('card');
  faults.judged('swapped');
  assert.equal(told(faults), '');
  faults.judged('swapped');
  faults.judged('swapped');
  assert.equal(told(faults), '+wires-swapped');
  faults.judged('key');
  assert.equal(told(faults), '');
  faults.judged('card');
  assert.equal(told(faults), '-wires-swapped');
  assert.equal(faults.count('wires-swapped'), 1);
});

test('more frames than people can present are not believed until it is quiet', () => {
  const faults = new LineFaults(10);
  const atUs = second + 49 * 50_000;
  const believed = Array.from({ length: 50 }, (_, frame) =>
    faults.frame(second + frame * 50_000, 26),
  );
  assert.deepEqual(believed, [...Array(30).fill(true), ...Array(20).fill(false)]);
  assert.equal(told(faults), '+too-many-frames');
  faults.tick(atUs + 3 * second - 1);
  assert.equal(told(faults), '');
  faults.tick(atUs + 3 * second);
  assert.equal(told(faults), '-too-many-frames');
  assert.equal(faults.frame(atUs + 3 * second, 26), true);
});

test('people who go on presenting do not keep a storm from ending', () => {
  const faults = new LineFaults(10);
  for (let frame = 0; frame < 60; frame += 1) faults.frame(second + frame * 50_000, 26);
  const lastUs = second + 59 * 50_000;
  const after = [1, 2, 3, 4, 5].map((s) => faults.frame(lastUs + s * second, 26));
  assert.deepEqual(
    after,
    [false, false, false, false, true],
    'the storm reaches into 3 s, and 3 pass',
  );
  assert.equal(told(faults), '+too-many-frames -too-many-frames');
});

test('over every sequence a fault begins and ends in turn, and only a fault disbelieves', (t) => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('edge' as const), bit: fc.constantFrom(0 as const, 1 as const) }),
    fc.record({ kind: fc.constant('frame' as const), bits: fc.integer({ min: 1, max: 40 }) }),
    fc.record({
      kind: fc.constant('judged' as const),
      outcome: fc.constantFrom(...(['card', 'key', 'swapped', 'swapped', 'misread'] as const)),
    }),
    fc.record({ kind: fc.constant('look' as const), d0: fc.boolean(), d1: fc.boolean() }),
  );
  const waits = fc.constantFrom(5, 100, 20_000, 300_000, second);
  let begun = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(waits, step), { minLength: 40, maxLength: 150 }), (steps) => {
      const faults = new LineFaults(2);
      const active = new Set<string>();
      let nowUs = 0;
      for (const [waitUs, one] of steps) {
        nowUs += waitUs;
        let believed = true;
        if (one.kind === 'edge') faults.edge(one.bit, nowUs);
        else if (one.kind === 'frame') believed = faults.frame(nowUs, one.bits);
        else if (one.kind === 'judged') faults.judged(one.outcome);
        else {
          faults.levels(one.d0, one.d1, nowUs);
          faults.tick(nowUs);
        }
        for (const { code, began } of faults.take()) {
          assert.equal(active.has(code), !began, code);
          if (began) active.add(code);
          else active.delete(code);
          begun += 1;
        }
        assert.deepEqual(new Set(faults.active()), active);
        assert(believed || active.size > 0, 'disbelieved without a fault');
        if (one.kind === 'frame' && active.has('too-many-frames')) assert(!believed);
      }
    }),
    { seed: seedOf(t), numRuns: 1000 },
  );
  assert(begun > 300, `${begun} changes`);
});
