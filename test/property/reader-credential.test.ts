import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameHex, interpret } from '../../src/reader/credential.ts';
import {
  decode,
  encode,
  type Format,
  formatByName,
  formatNames,
} from '../../src/reader/formats.ts';
import { type Frame, Framer } from '../../src/reader/frame.ts';
import { randomOf } from '../support/random.ts';
import { seedOf } from '../support/seed.ts';

function format(name: string): Format {
  const found = formatByName(name);
  assert.ok(found, `no format ${name}`);
  return found;
}

function frame(length: number, raw: bigint): Frame {
  const clean = { glitches: 0, lost: 0, excess: false, endedBy: 'silence' } as const;
  return { length, raw, startUs: 0, endUs: 0, ...clean };
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Length, and sets of bits whose ones are even (0) or odd (1), parity bits counted in. */
const plainRules = {
  H10301: [26, [0, range(0, 12)], [1, range(13, 25)]],
  H10306: [34, [0, range(0, 16)], [1, range(17, 33)]],
  C1k35s: [
    35,
    [0, [1, ...range(2, 33).filter((bit) => bit % 3 !== 1)]],
    [1, [34, ...range(1, 32).filter((bit) => bit % 3 !== 0)]],
    [1, range(0, 34)],
  ],
  H10302: [37, [0, range(0, 18)], [1, range(18, 36)]],
} as const;

function plainlyHolds(name: keyof typeof plainRules, length: number, bits: string): boolean {
  const [known, ...groups] = plainRules[name];
  if (length !== known) return false;
  return groups.every(([odd, group]) => {
    let ones = 0;
    for (const bit of group) if (bits[bit] === '1') ones += 1;
    return ones % 2 === odd;
  });
}

describe('interpret', () => {
  it('takes a million random frames and believes only those whose parity holds', (t) => {
    const seed = seedOf(t);
    const random = randomOf(seed);
    const next = () => random() * 2 ** 32;
    const names = ['H10301', 'H10306', 'C1k35s', 'H10302'] as const;
    const formats = names.map(format);
    let credentials = 0;
    for (let run = 0; run < 1_000_000; run += 1) {
      // Three of four have a length that the reader knows.
      const length = [26, 34, 35, 37, 26, 37, 1 + (next() % 64), 25][next() % 8] ?? 26;
      const bits = next().toString(2).padStart(32, '0') + next().toString(2).padStart(32, '0');
      const raw = BigInt(`0b${bits.slice(0, length)}`);
      const result = interpret(frame(length, raw), formats);
      const holding = names.filter((name) => plainlyHolds(name, length, bits));
      const believed =
        result.kind === 'credential' ? result.readings.map((each) => each.format) : [];
      if (believed.join() !== holding.join())
        assert.deepEqual(believed, holding, `${length} ${raw}`);
      if (result.kind === 'credential') credentials += 1;
    }
    // A quarter of 26, 34 and 37 bits, an eighth of 35: about 174 thousand, give or take 400.
    assert.ok(credentials > 170_000 && credentials < 178_000, `${credentials} credentials`);
  });

  it('never believes a spoilt frame', (t) => {
    const seed = seedOf(t);
    const fault = fc.constantFrom<Partial<Frame>>({ lost: 1 }, { glitches: 1 }, { excess: true });
    const card = fc.bigInt({ min: 0n, max: 0xffffn });
    fc.assert(
      fc.property(card, fault, (number, faults) => {
        const raw = encode(format('H10301'), { facility: 1n, card: number });
        const seen = frame(26, raw);
        assert.equal(interpret(seen, [format('H10301')]).kind, 'credential');
        const spoilt = interpret({ ...seen, ...faults }, [format('H10301')]);
        assert.equal(spoilt.kind, 'misread');
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('swapped wires', () => {
  /** Both rules of these watch an even number of bits, so a frame turned over holds as well. */
  const blind = ['C15001', 'Sie36', '36-bit FC16', 'BC40', 'Avig56'];
  const checked = formatNames.filter((name) => format(name).checked);

  for (const name of checked.filter((each) => format(each).encodes)) {
    it(`${blind.includes(name) ? 'cannot be told' : 'are told'} with ${name}`, (t) => {
      const seed = seedOf(t);
      const { bits, compiled } = format(name);
      const unsigned = (width = 0) => fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n });
      const cardMax = compiled.cardIsBcd ? fc.bigInt({ min: 0n, max: 99_999_999n }) : undefined;
      const cards = cardMax ?? unsigned(compiled.card.width);
      fc.assert(
        fc.property(unsigned(compiled.facility?.width), cards, (facility, card) => {
          const raw = encode(format(name), { ...(compiled.facility && { facility }), card });
          const swapped = frame(bits, raw ^ ((1n << BigInt(bits)) - 1n));
          const result = interpret(swapped, [format(name)]);
          const outcome = result.kind === 'misread' ? result.cause : result.kind;
          assert.equal(outcome, blind.includes(name) ? 'credential' : 'swapped-wires');
        }),
        { seed, numRuns: 100 },
      );
    });
  }
});

describe('suggestions', () => {
  it('hold when they are tried', (t) => {
    const seed = seedOf(t);
    fc.assert(
      fc.property(
        fc.integer({ min: 26, max: 64 }),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        (length, any) => {
          const raw = any & ((1n << BigInt(length)) - 1n);
          const result = interpret(frame(length, raw), []);
          assert.ok(result.kind === 'misread');
          const expected = formatNames.filter((name) => {
            const { bits, checked, generic } = format(name);
            return (
              bits === length && checked && !generic && decode(format(name), raw) !== undefined
            );
          });
          assert.deepEqual(result.suggestions, expected);
        },
      ),
      { seed, numRuns: 2_000 },
    );
  });
});

describe('from edges to a credential', () => {
  it('gives each card its number and its hex, whatever the format', (t) => {
    const seed = seedOf(t);
    const encodable = formatNames.filter((name) => format(name).encodes);
    fc.assert(
      fc.property(fc.constantFrom(...encodable), fc.nat(9_999), (name, card) => {
        const { bits, compiled } = format(name);
        const raw = encode(format(name), {
          ...(compiled.facility && { facility: 42n }),
          card: BigInt(card) % 4_096n,
        });
        const framer = new Framer([format(name)]);
        const frames: Frame[] = [];
        for (const [index, bit] of [...raw.toString(2).padStart(bits, '0')].entries()) {
          framer.push(bit === '1' ? 1 : 0, index * 1_000, (ended) => frames.push(ended));
        }
        const last = framer.expire(bits * 1_000 + 15_000);
        assert.equal(last === undefined, format(name).checked);
        const [seen = last] = frames;
        assert.ok(seen);
        const result = interpret(seen, [format(name)]);
        assert.ok(result.kind === 'credential');
        assert.equal(result.reading.card, BigInt(card) % 4_096n);
        assert.equal(BigInt(`0x${frameHex(seen)}`), raw);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});
