import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportOf } from '../../src/door/frame-report.ts';
import { diagnose } from '../../src/reader/diagnosis.ts';
import { type Format, formatByName } from '../../src/reader/formats.ts';
import { type Frame, Framer } from '../../src/reader/frame.ts';
import { FrameHistory, framesKept } from '../../src/reader/frame-history.ts';

function formats(...names: string[]): Format[] {
  return names.map(formatByName).filter((format) => format !== undefined);
}

/** H10301, facility 123, card 4567. */
const card = BigInt(0x2f623ae).toString(2).padStart(26, '0');

/** A reader whose frames are kept, played by hand. */
class Bench {
  readonly history = new FrameHistory();
  readonly #framer: Framer;
  readonly #formats: readonly Format[];
  #atUs = 1_000_000;

  constructor(...names: string[]) {
    this.#formats = formats(...names);
    this.#framer = new Framer(this.#formats, undefined, (edges) => this.history.edges(edges));
  }

  /** Bits `intervalUs` apart, or each with its own time before it; then a long silence. */
  play(bits: string, intervals: number | readonly number[] = 1_000): this {
    for (const [index, bit] of [...bits].entries()) {
      this.#atUs += typeof intervals === 'number' ? intervals : (intervals[index] ?? 1_000);
      this.#framer.push(bit === '1' ? 1 : 0, this.#atUs, (frame) => this.#keep(frame));
    }
    this.#atUs += 60_000;
    const frame = this.#framer.expire(this.#atUs);
    if (frame) this.#keep(frame);
    return this;
  }

  /** What is told of the newest frame. */
  report() {
    const [kept] = this.history.after(0, 1);
    assert.ok(kept);
    const report = reportOf(kept);
    assert.ok(!report.secret);
    return report;
  }

  #keep(frame: Frame): void {
    this.history.keep(frame, this.#atUs / 1000, this.#formats);
  }
}

test('a frame is told with its edges, bits and every reading', () => {
  const report = new Bench('H10301', 'wiegand_26').play(card).report();
  assert.deepEqual(report.edges.slice(0, 3), [
    { line: 1, atUs: 0 },
    { line: 0, atUs: 1_000 },
    { line: 1, atUs: 2_000 },
  ]);
  assert.equal(report.edges.map(({ line }) => line).join(''), card);
  assert.equal(report.bits, card);
  assert.equal(report.hex, '2F623AE');
  assert.equal(report.outcome, 'card');
  const [first, second, ...others] = report.readings;
  const parity = [
    { bit: 0, ok: true },
    { bit: 25, ok: true },
  ];
  assert.deepEqual(first, {
    format: 'H10301',
    accepted: true,
    parityOk: true,
    number: '8065495',
    facility: '123',
    card: '4567',
    parity,
  });
  assert.deepEqual(second, {
    format: 'wiegand_26',
    accepted: true,
    parityOk: true,
    number: '8065495',
    facility: null,
    card: '8065495',
    parity,
  });
  assert.ok(others.every(({ accepted, parityOk }) => !accepted && parityOk));
  assert.equal(report.diagnosis.code, 'ok');
});

test('parity that fails is shown where it stands, with what the bits would say', () => {
  const report = new Bench('H10301').play(`0${card.slice(1)}`).report();
  assert.equal(report.outcome, 'parity');
  assert.deepEqual(report.readings, [
    {
      format: 'H10301',
      accepted: true,
      parityOk: false,
      number: '8065495',
      facility: '123',
      card: '4567',
      parity: [
        { bit: 0, ok: false },
        { bit: 25, ok: true },
      ],
    },
  ]);
});

test('each usual fault of a reader has its code and a sentence', () => {
  const inverted = [...card].map((bit) => (bit === '1' ? '0' : '1')).join('');
  const gap = Array.from({ length: 25 }, (_, index) => (index === 12 ? 2_000 : 1_000));
  const short = card.slice(0, 12) + card.slice(13);
  const table: [string, Bench, string, RegExp][] = [
    ['a card', new Bench('H10301').play(card), 'ok', /^A card: 26 bits that fit H10301\.$/],
    ['swapped', new Bench('H10301').play(inverted), 'swapped-wires', /Exchange the two wires/],
    ['one lost', new Bench('H10301').play(short, gap), 'lost-bits', /After bit 12 there is a gap/],
    ['noise', new Bench('H10301').play(card, 100), 'noise', /less than 150 us/],
    ['a spike', new Bench('H10301').play('1'), 'noise', /^1 pulse alone/],
    ['dead D0', new Bench('H10301').play('1'.repeat(11)), 'broken-wire', /the wire of D0/],
    ['dead D1', new Bench('H10301').play('0'.repeat(26)), 'broken-wire', /the wire of D1/],
    ['another', new Bench('wiegand_34').play(card), 'wrong-format', /fit H10301.*add it/],
    ['nothing', new Bench('H10301').play('0110100'), 'length', /7 bits came where 26/],
    ['parity', new Bench('H10301').play(`0${card.slice(1)}`), 'parity', /parity of H10301 fails/],
    ['too many', new Bench('H10301').play(card.repeat(3)), 'excess', /Two readers/],
  ];
  for (const [title, bench, code, sentence] of table) {
    const { diagnosis } = bench.report();
    assert.equal(diagnosis.code, code, `${title}: ${diagnosis.sentence}`);
    assert.match(diagnosis.sentence, sentence, title);
  }
  const frame: Frame = {
    length: 24,
    raw: 5n,
    startUs: 0,
    endUs: 1,
    glitches: 0,
    lost: 2,
    excess: false,
    endedBy: 'silence',
  };
  assert.equal(diagnose(frame, formats('H10301'), []).code, 'overrun');
});

test('the newest are kept, as many as there is room for, in order', () => {
  const bench = new Bench('wiegand_26');
  assert.deepEqual(bench.history.after(0, 32), []);
  for (let count = 1; count <= framesKept + 5; count += 1) {
    bench.play(count.toString(2).padStart(9, '0'));
  }
  const ids = (after: number, atMost = 99) =>
    bench.history.after(after, atMost).map(({ id }) => id);
  assert.deepEqual(
    ids(0),
    Array.from({ length: framesKept }, (_, index) => index + 6),
  );
  assert.deepEqual(ids(0, 2), [36, 37]);
  assert.deepEqual(ids(35), [36, 37]);
  assert.deepEqual(ids(37), []);
  assert.deepEqual(ids(1e9), []);
  for (const kept of bench.history.after(0, 99)) {
    const report = reportOf(kept);
    assert.ok(!report.secret);
    assert.equal(report.bits, kept.id.toString(2).padStart(9, '0'));
    assert.equal(report.edges.map(({ line }) => line).join(''), report.bits);
  }
});

test('of a secret frame nothing is kept, in memory either', () => {
  const bench = new Bench('wiegand_26').play('1111');
  const kept: number[] = [];
  const history = new FrameHistory();
  const framer = new Framer([], undefined, (edges) => {
    history.edges(edges);
    kept.push(edges.length);
  });
  for (const [index, bit] of [1, 0, 1, 1].entries()) {
    framer.push(bit === 1 ? 1 : 0, 1_000 * index, () => undefined);
  }
  framer.expire(1e9);
  history.keepSecret(5);
  assert.deepEqual(kept, [4]);
  assert.deepEqual(history.after(0, 1), [{ id: 1, atMs: 5 }]);
  assert.deepEqual(history.after(0, 1).map(reportOf), [{ id: 1, atMs: 5, secret: true }]);
  assert.equal(bench.report().secret, false);
});
