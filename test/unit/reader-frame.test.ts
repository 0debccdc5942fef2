import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Format, formatByName } from '../../src/reader/formats.ts';
import { type Frame, Framer } from '../../src/reader/frame.ts';

function formats(...names: readonly string[]): readonly Format[] {
  return names.map((name) => {
    const format = formatByName(name);
    assert.ok(format, `no format ${name}`);
    return format;
  });
}

/** The bits of a frame as text, first on the wire first. */
function bitsOf(frameHex: string, length: number): string {
  return BigInt(`0x${frameHex}`).toString(2).padStart(length, '0');
}

/** A reader on the bench: plays bits into a framer and collects what ends. */
class Bench {
  readonly frames: Frame[] = [];
  readonly framer: Framer;
  atUs = 1_000_000;

  constructor(framer: Framer) {
    this.framer = framer;
  }

  /** The first bit comes `afterUs` after the last edge played. */
  play(bits: string, intervalUs: number, afterUs = 200_000): this {
    let waitUs = afterUs;
    for (const bit of bits) {
      this.atUs += waitUs;
      waitUs = intervalUs;
      this.framer.push(bit === '1' ? 1 : 0, this.atUs, (frame) => this.frames.push(frame));
    }
    return this;
  }

  expire(afterUs: number): this {
    const frame = this.framer.expire(this.atUs + afterUs);
    if (frame) this.frames.push(frame);
    return this;
  }

  /** Of each frame its length and what spoils it. */
  get summary(): readonly string[] {
    return this.frames.map(({ length, glitches, lost, excess }) =>
      [length, glitches && `glitches ${glitches}`, lost && `lost ${lost}`, excess && 'excess']
        .filter(Boolean)
        .join(' '),
    );
  }

  get lengths(): readonly number[] {
    return this.frames.map(({ length }) => length);
  }
}

const h10301 = bitsOf('2F623AE', 26);
/** Its first 26 bits happen to be a good H10301. */
const h10306 = bitsOf('20055008B', 34);

describe('end by length', () => {
  it('gives the frame with its last bit', () => {
    const bench = new Bench(new Framer(formats('H10301'))).play(h10301, 1_000);
    assert.deepEqual(bench.frames, [
      {
        length: 26,
        raw: 0x2f623aen,
        startUs: 1_200_000,
        endUs: 1_225_000,
        glitches: 0,
        lost: 0,
        excess: false,
        endedBy: 'length',
      },
    ]);
    assert.equal(bench.framer.silenceAtUs(), undefined);
    assert.equal(bench.framer.expire(9e9), undefined);
  });

  it('waits for the silence when the parity fails', () => {
    const bench = new Bench(new Framer(formats('H10301'))).play(`0${h10301.slice(1)}`, 1_000);
    assert.deepEqual(bench.lengths, []);
    bench.expire(15_000);
    assert.deepEqual([bench.frames[0]?.raw, bench.frames[0]?.endedBy], [0xf623aen, 'silence']);
  });

  it('waits when a longer format of the reader may still come', () => {
    const bench = new Bench(new Framer(formats('H10301', 'H10306'))).play(h10301, 1_000);
    assert.deepEqual(bench.lengths, []);
    assert.deepEqual(
      bench.expire(15_000).frames.map(({ raw, endedBy }) => [raw, endedBy]),
      [[0x2f623aen, 'silence']],
    );
    bench.play(h10306, 1_000);
    assert.deepEqual(bench.frames[1]?.raw, 0x20055008bn);
    assert.deepEqual(bench.frames[1]?.endedBy, 'length');
  });

  it('waits when the longest format has no parity to trust', () => {
    // Six zeros and a good H10301, which must not count at 32 bits.
    const bench = new Bench(new Framer(formats('H10301', 'CSN32')));
    bench.play(bitsOf('02F623AE', 32), 1_000);
    assert.deepEqual(bench.lengths, []);
    assert.deepEqual(bench.expire(15_000).lengths, [32]);
  });

  it('needs only one of the formats of that length to hold', () => {
    const reader = formats('C15001', 'S12906');
    const bench = new Bench(new Framer(reader)).play(bitsOf('15000008A', 36), 1_000);
    assert.equal(bench.frames[0]?.endedBy, 'length');
  });

  it('follows formats that were set later', () => {
    const bench = new Bench(new Framer(formats('H10306')));
    bench.framer.setFormats(formats('H10301'));
    assert.deepEqual(bench.play(h10301, 1_000).lengths, [26]);
    bench.framer.setFormats([]);
    assert.deepEqual(bench.play(h10301, 1_000).lengths, [26]);
    assert.deepEqual(bench.expire(15_000).lengths, [26, 26]);
  });
});

describe('end by silence', () => {
  const cases = [
    { pace: 'a setting of 30 ms', gapUs: 30_000, intervalUs: 1_000, limitUs: 30_000 },
    { pace: '1 ms', gapUs: undefined, intervalUs: 1_000, limitUs: 15_000 },
    { pace: '2 ms', gapUs: undefined, intervalUs: 2_000, limitUs: 15_000 },
    { pace: '5 ms', gapUs: undefined, intervalUs: 5_000, limitUs: 20_000 },
    { pace: '20 ms', gapUs: undefined, intervalUs: 20_000, limitUs: 25_000 },
  ];
  for (const { pace, gapUs, intervalUs, limitUs } of cases) {
    for (const [offUs, expected] of [
      [-1_000, []],
      [-1, []],
      [0, [4]],
      [1_000, [4]],
    ] as const) {
      it(`${pace}: an edge ${offUs} us from the limit`, () => {
        const bench = new Bench(new Framer([], gapUs)).play('1010', intervalUs);
        assert.equal(bench.framer.silenceAtUs(), bench.atUs + limitUs);
        bench.play('1', 0, limitUs + offUs);
        assert.deepEqual(bench.lengths, expected);
      });

      it(`${pace}: a clock ${offUs} us from the limit`, () => {
        const bench = new Bench(new Framer([], gapUs)).play('1010', intervalUs);
        assert.deepEqual(bench.expire(limitUs + offUs).lengths, expected);
      });
    }
  }

  it('waits 25 ms after a single bit', () => {
    const bench = new Bench(new Framer([])).play('1', 0);
    assert.equal(bench.framer.silenceAtUs(), bench.atUs + 25_000);
    assert.deepEqual(bench.expire(24_999).lengths, []);
    assert.deepEqual(bench.expire(25_000).lengths, [1]);
  });

  it('starts each frame with a pace of its own', () => {
    const bench = new Bench(new Framer([])).play('1010', 1_000).play('1010', 20_000);
    assert.deepEqual(bench.expire(25_000).lengths, [4, 4]);
  });
});

describe('lines that misbehave', () => {
  it('a lost bit leaves a short frame', () => {
    const bench = new Bench(new Framer(formats('H10301')));
    bench.play(h10301.slice(0, 9) + h10301.slice(10), 1_000).expire(15_000);
    assert.deepEqual(bench.summary, ['25']);
  });

  it('an extra bit leaves a long frame, or excess after one whose parity holds by chance', () => {
    const bench = new Bench(new Framer(formats('H10301')));
    bench.play(`${h10301[0]}${h10301}`, 1_000).expire(15_000);
    assert.deepEqual(bench.summary, ['27']);
    bench.play(`${h10301.slice(0, 14)}${h10301.slice(13)}`, 1_000).expire(15_000);
    assert.deepEqual(bench.summary.slice(1), ['26', '1 excess']);
  });

  it('a longer frame than the reader knows ends early only if its first bits hold', () => {
    const bench = new Bench(new Framer(formats('H10301'))).play(h10306, 1_000).expire(15_000);
    assert.deepEqual(bench.summary, ['26', '8 excess']);
    assert.deepEqual(
      bench.frames.map(({ raw }) => raw),
      [0x2005500n, 0x8bn],
    );
    bench.play(bitsOf('2932C05A4', 34), 1_000).expire(15_000);
    assert.deepEqual(bench.summary.slice(2), ['34']);
  });

  it('a start in the middle of a frame spoils that frame only', () => {
    const bench = new Bench(new Framer(formats('H10301')));
    bench.play(h10301.slice(11), 1_000).play(h10301, 1_000, 100_000);
    assert.deepEqual(bench.summary, ['15', '26']);
    assert.equal(bench.frames[1]?.raw, 0x2f623aen);
  });

  it('edges closer than 150 us are glitches and forbid the early end', () => {
    const atLimit = new Bench(new Framer(formats('H10301')));
    assert.deepEqual(atLimit.play(h10301, 150).summary, ['26']);
    const below = new Bench(new Framer(formats('H10301')));
    below.play(h10301.slice(0, 4), 1_000).play(h10301.slice(4), 1_000, 149);
    assert.deepEqual(below.lengths, []);
    assert.deepEqual(below.expire(15_000).summary, ['26 glitches 1']);
  });

  it('an edge earlier than the one before it is a glitch, and the reader recovers', () => {
    const bench = new Bench(new Framer(formats('H10301')));
    bench.play('10', 1_000).play('1', 0, -500_000).play('11', 1_000, 1_000).play(h10301, 1_000);
    assert.deepEqual(bench.summary, ['5 glitches 1', '26']);
  });

  it('a glitch at the start does not cut a slow frame into pieces', () => {
    const bench = new Bench(new Framer([]))
      .play('1', 0)
      .play('1', 0, 40)
      .play('0101', 20_000, 20_000);
    assert.deepEqual(bench.expire(25_000).summary, ['6 glitches 1']);
  });

  it('excess lasts until a silence, and then a good frame is good again', () => {
    const bench = new Bench(new Framer(formats('H10301'))).play(h10301, 1_000);
    bench.play(h10301, 1_000, 7_999).play(h10301, 1_000, 7_999).play(h10301, 1_000, 32_000);
    assert.deepEqual(bench.summary, ['26', '52 excess', '26']);
  });

  it('excess is over at the pace of the frame it follows, not at its own', () => {
    const slow = new Bench(new Framer(formats('H10301'))).play(h10301, 20_000);
    slow.play('11', 1_000, 1_000).play('1', 0, 24_999).play(h10301, 20_000, 25_000);
    assert.deepEqual(slow.summary, ['26', '3 excess', '26']);
  });

  it('an edge that was late for an expired silence is excess, not a frame', () => {
    const bench = new Bench(new Framer([])).play('1010', 1_000).expire(15_000);
    bench.play('11', 1_000, 2_000).expire(15_000);
    assert.deepEqual(bench.summary, ['4', '2 excess']);
  });
});

describe('overrun', () => {
  it('spoils the frame under way', () => {
    const bench = new Bench(new Framer(formats('H10301'))).play(h10301.slice(0, 9), 1_000);
    bench.framer.overrun(3);
    bench.play(h10301.slice(9), 1_000, 1_000).expire(15_000).play(h10301, 1_000);
    assert.deepEqual(bench.summary, ['26 lost 3', '26']);
    assert.equal(bench.frames[0]?.endedBy, 'silence');
  });

  it('spoils the next frame when none is under way', () => {
    const bench = new Bench(new Framer(formats('H10301')));
    bench.framer.overrun(2);
    bench.play(h10301, 1_000).expire(15_000);
    bench.framer.overrun(1);
    bench.framer.overrun(1);
    bench.play(h10301, 1_000).expire(15_000).play(h10301, 1_000);
    assert.deepEqual(bench.summary, ['26 lost 2', '26 lost 2', '26']);
  });

  it('spoils both when a silence followed: nobody knows whose edges they were', () => {
    const bench = new Bench(new Framer(formats('H10301'))).play(h10301.slice(0, 20), 1_000);
    bench.framer.overrun(6);
    bench.play(h10301, 1_000).expire(15_000).play(h10301, 1_000);
    assert.deepEqual(bench.summary, ['20 lost 6', '26 lost 6', '26']);
  });
});

describe('noise', () => {
  it('without end is one frame, and one more when it stops', () => {
    const bench = new Bench(new Framer(formats('H10301')));
    bench.play('001'.repeat(40_000), 300);
    assert.deepEqual(bench.summary, ['256 lost 1']);
    bench.expire(15_000);
    assert.deepEqual(bench.summary.slice(1), ['256 lost 119487 excess']);
    assert.deepEqual(bench.play(h10301, 1_000).lengths, [256, 256, 26]);
  });

  it('of mains hum, an edge every 20 ms, shows itself too', () => {
    const bench = new Bench(new Framer(formats('H10301'))).play('0'.repeat(300), 20_000);
    assert.deepEqual(bench.lengths, [256]);
  });

  it('in bursts is one frame a burst', () => {
    const bench = new Bench(new Framer(formats('H10301')));
    for (let burst = 0; burst < 100; burst += 1) bench.play('01101', 500, 30_000);
    assert.equal(bench.expire(15_000).frames.length, 100);
  });
});
