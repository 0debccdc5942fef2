import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encode, type Format, formatByName, holds } from '../../src/reader/formats.ts';
import { type Frame, Framer } from '../../src/reader/frame.ts';
import { ringCapacity } from '../../src/reader/ring.ts';
import { seedOf } from '../support/seed.ts';

interface Edge {
  readonly bit: 0 | 1;
  readonly atUs: number;
}

const h10301 = formatByName('H10301') as Format;
const h10302 = formatByName('H10302') as Format;

/** A frame as its edges, the first at `startUs`, each up to `jitterUs` off. */
function edgesOf(
  raw: bigint,
  length: number,
  startUs: number,
  intervalUs: number,
  jitterUs: (index: number) => number = () => 0,
): readonly Edge[] {
  return [...raw.toString(2).padStart(length, '0')].map((bit, index) => ({
    bit: bit === '1' ? 1 : 0,
    atUs: startUs + index * intervalUs + jitterUs(index),
  }));
}

/** All frames of some edges, the last one ended by a clock. */
function framesOf(edges: readonly Edge[], formats: readonly Format[], gapUs?: number): Frame[] {
  const framer = new Framer(formats, gapUs);
  const frames: Frame[] = [];
  for (const { bit, atUs } of edges) framer.push(bit, atUs, (frame) => frames.push(frame));
  const last = framer.expire(Number.MAX_SAFE_INTEGER);
  return last ? [...frames, last] : frames;
}

/** The rules of the framer once more, over whole arrays: cut at the silences, then cut early ends. */
function modelOf(edges: readonly Edge[], format: Format, gapUs?: number): unknown[] {
  const bursts: Edge[][] = [];
  let longestUs = 0;
  for (const [index, edge] of edges.entries()) {
    const sinceUs = edge.atUs - (edges[index - 1]?.atUs ?? Number.NEGATIVE_INFINITY);
    const adaptiveUs = longestUs ? Math.min(25_000, Math.max(15_000, 4 * longestUs)) : 25_000;
    if (sinceUs >= (gapUs ?? adaptiveUs)) {
      bursts.push([]);
      longestUs = 0;
    } else if (sinceUs >= 150) longestUs = Math.max(longestUs, sinceUs);
    bursts.at(-1)?.push(edge);
  }
  return bursts.flatMap((burst) => {
    const early = burst.slice(0, format.bits);
    if (early.length === format.bits && glitchesIn(early) === 0 && holds(format, rawOf(early))) {
      return [modelFrame(early, false), ...modelExcess(burst, format.bits)];
    }
    const fits = burst.length <= ringCapacity;
    if (fits) return [modelFrame(burst, false)];
    return [
      modelFrame(burst.slice(0, ringCapacity + 1), false),
      ...modelExcess(burst, ringCapacity + 1),
    ];
  });
}

function modelExcess(burst: readonly Edge[], from: number): unknown[] {
  return burst.length > from ? [modelFrame(burst.slice(from), true, burst[from - 1])] : [];
}

function modelFrame(edges: readonly Edge[], excess: boolean, before?: Edge): unknown {
  const held = edges.slice(0, ringCapacity);
  return {
    length: held.length,
    raw: rawOf(held),
    startUs: edges[0]?.atUs,
    endUs: edges.at(-1)?.atUs,
    glitches: glitchesIn(before ? [before, ...edges] : edges),
    lost: edges.length - held.length,
    excess,
  };
}

function glitchesIn(edges: readonly Edge[]): number {
  return edges.slice(1).filter(({ atUs }, i) => atUs - (edges[i]?.atUs ?? 0) < 150).length;
}

function rawOf(edges: readonly Edge[]): bigint {
  return BigInt(`0b${edges.map(({ bit }) => bit).join('')}`);
}

const bit = fc.constantFrom<0 | 1>(0, 1);

describe('framer', () => {
  for (const [widthUs, intervalUs] of [
    [20, 200],
    [50, 2_000],
    [100, 1_000],
    [100, 20_000],
  ] as const) {
    it(`gets every frame of pulses ${widthUs} us wide, ${intervalUs} us apart, 1 us off`, (t) => {
      const seed = seedOf(t);
      const card = fc.bigInt({ min: 0n, max: 0xffffffn });
      const off = fc.infiniteStream(fc.integer({ min: -1, max: 1 }));
      fc.assert(
        fc.property(fc.array(card, { minLength: 1, maxLength: 20 }), off, (cards, offs) => {
          const sent = cards.map((number) =>
            encode(h10301, { facility: number >> 16n, card: number & 0xffffn }),
          );
          const jitter = () => offs.next().value ?? 0;
          // 25 ms of silence between frames, the least that is told from the slowest pace.
          const frameUs = 25 * intervalUs + 25_002;
          const edges = sent.flatMap((raw, index) =>
            edgesOf(raw, 26, 1_000 + index * frameUs, intervalUs, jitter),
          );
          for (const formats of [[h10301], [h10302], []]) {
            const frames = framesOf(edges, formats);
            assert.deepEqual(
              frames.map(({ raw }) => raw),
              sent,
            );
            for (const { length, glitches, lost, excess } of frames) {
              assert.deepEqual([length, glitches, lost, excess], [26, 0, 0, false]);
            }
          }
        }),
        { seed, numRuns: 25 },
      );
    });
  }

  it('follows its rules for any edges at all', (t) => {
    const seed = seedOf(t);
    const sinceUs = fc.oneof(
      { weight: 60, arbitrary: fc.constantFrom(200, 1_000, 2_000, 5_000) },
      { weight: 2, arbitrary: fc.integer({ min: -100, max: 40_000 }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 149, 150, 7_999, 15_000, 20_000, 24_999, 25_000) },
    );
    const pausing = fc.array(fc.tuple(bit, sinceUs), { maxLength: 300 });
    const pace = fc.tuple(bit, fc.constantFrom(200, 900));
    const endless = fc.array(pace, { minLength: 250, maxLength: 700 });
    const noise = fc.oneof(pausing, endless);
    const setting = fc.option(fc.integer({ min: 1_000, max: 60_000 }), { nil: undefined });
    fc.assert(
      fc.property(noise, setting, (steps, gapUs) => {
        let atUs = 1_000_000;
        const edges = steps.map(([each, waitUs]) => {
          atUs += waitUs;
          return { bit: each, atUs };
        });
        const frames = framesOf(edges, [h10301], gapUs);
        assert.deepEqual(
          frames.map(({ endedBy: _, ...frame }) => frame),
          modelOf(edges, h10301, gapUs),
        );
      }),
      { seed, numRuns: 600 },
    );
  });

  it('keeps two interleaved readers apart', (t) => {
    const seed = seedOf(t);
    const intervalUs = fc.constantFrom(200, 1_000, 2_000, 20_000);
    const card = fc.bigInt({ min: 0n, max: (1n << 35n) - 1n });
    fc.assert(
      fc.property(card, card, intervalUs, intervalUs, fc.nat(30_000), (a, b, aUs, bUs, lateUs) => {
        const sent = [encode(h10302, { card: a }), encode(h10302, { card: b })] as const;
        const both = [
          ...edgesOf(sent[0], 37, 0, aUs).map((edge) => ({ ...edge, reader: 0 as const })),
          ...edgesOf(sent[1], 37, lateUs, bUs).map((edge) => ({ ...edge, reader: 1 as const })),
        ].sort((one, other) => one.atUs - other.atUs);
        const framers = [new Framer([h10302]), new Framer([h10302])] as const;
        const got: [bigint[], bigint[]] = [[], []];
        for (const { reader, bit: each, atUs } of both) {
          framers[reader].push(each, atUs, ({ raw }) => got[reader].push(raw));
        }
        assert.deepEqual(got, [[sent[0]], [sent[1]]]);
      }),
      { seed, numRuns: 300 },
    );
  });
});
