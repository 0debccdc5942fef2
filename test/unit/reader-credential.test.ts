import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Credential, frameHex, interpret, type Misread } from '../../src/reader/credential.ts';
import { type Format, formatByName } from '../../src/reader/formats.ts';
import type { Frame } from '../../src/reader/frame.ts';

function formats(...names: readonly string[]): readonly Format[] {
  return names.map((name) => {
    const format = formatByName(name);
    assert.ok(format, `no format ${name}`);
    return format;
  });
}

function frame(length: number, raw: bigint, faults: Partial<Frame> = {}): Frame {
  const clean = { glitches: 0, lost: 0, excess: false, endedBy: 'silence' } as const;
  return { length, raw, startUs: 0, endUs: (length - 1) * 1_000, ...clean, ...faults };
}

function credential(seen: Frame, names: readonly string[]): Credential {
  const result = interpret(seen, formats(...names));
  assert.ok(result.kind === 'credential', `a misread: ${JSON.stringify(result.kind)}`);
  return result;
}

function misread(seen: Frame, names: readonly string[]): Misread {
  const result = interpret(seen, formats(...names));
  assert.ok(result.kind === 'misread', 'a credential');
  return result;
}

describe('credential', () => {
  it('carries the frame and what it says', () => {
    const seen = frame(26, 0x2387695n);
    const reading = {
      format: 'H10301',
      number: 1850186n,
      facility: 28n,
      card: 15178n,
      others: {},
    };
    assert.deepEqual(interpret(seen, formats('H10301')), {
      kind: 'credential',
      frame: seen,
      reading,
      readings: [reading],
    });
  });

  it('lists every reading that holds, and the first of the list decides', () => {
    for (const names of [
      ['H10302', 'H10304', 'S10401'],
      ['S10401', 'H10304', 'H10302'],
    ]) {
      const { reading, readings } = credential(frame(37, 0x1000100002n), names);
      assert.deepEqual(
        readings.map(({ format }) => format),
        names,
      );
      assert.equal(reading, readings[0]);
    }
  });

  it('reads an ambiguous frame with the numbers of each format', () => {
    const { readings } = credential(frame(37, 0x1000100002n), ['H10302', 'H10304', 'S10401']);
    assert.deepEqual(
      readings.map(({ facility, card }) => [facility, card]),
      [
        [undefined, 524289n],
        [1n, 1n],
        [0n, 524289n],
      ],
    );
  });

  it('leaves out formats of other lengths and those that do not hold', () => {
    const names = ['H10301', 'C15001', '36-bit FC16', 'S12906', 'Sie36'];
    const { readings } = credential(frame(36, 0xbda0423aen), names);
    assert.deepEqual(
      readings.map(({ format }) => format),
      ['36-bit FC16', 'S12906', 'Sie36'],
    );
  });
});

describe('misread', () => {
  const cases: readonly (readonly [
    title: string,
    seen: Frame,
    names: readonly string[],
    cause: Misread['cause'],
    detail: string,
    suggestions: readonly string[],
  ])[] = [
    [
      'edges thrown away',
      frame(26, 0x2387695n, { lost: 3 }),
      ['H10301'],
      'overrun',
      '26 bits came and 3 edges got lost, so the frame is not whole.',
      [],
    ],
    [
      'more than the ring holds',
      frame(256, 0n, { lost: 1 }),
      ['H10301'],
      'overrun',
      '256 bits came and 1 edge did not fit, so the frame is not whole.',
      [],
    ],
    [
      'a glitch in a frame whose parity holds',
      frame(26, 0x2387695n, { glitches: 2 }),
      ['H10301'],
      'glitch',
      '26 bits came, 2 of them less than 150 us after the one before, which no reader sends: ' +
        'look for noise, a missing ground or a long cable.',
      [],
    ],
    [
      'excess that would be a good frame',
      frame(26, 0x2387695n, { excess: true }),
      ['H10301'],
      'excess',
      '26 bits came after a complete frame with no silence between.',
      [],
    ],
    [
      'glitch before excess, overrun before glitch',
      frame(26, 0x2387695n, { excess: true, glitches: 1, lost: 1 }),
      ['H10301'],
      'overrun',
      '26 bits came and 1 edge got lost, so the frame is not whole.',
      [],
    ],
    [
      'another length',
      frame(37, 0x0584a2b940n),
      ['H10306', 'H10301', 'ind26'],
      'length',
      '37 bits came where 26 or 34 were expected.',
      ['H10302', 'H10304', 'S10401'],
    ],
    [
      'one bit short',
      frame(25, 0x1234567n),
      ['H10301'],
      'length',
      '25 bits came where 26 were expected: lost bits are likely.',
      [],
    ],
    [
      'two bits short of the longer format',
      frame(32, 0x12345678n),
      ['H10301', 'H10306'],
      'length',
      '32 bits came where 26 or 34 were expected: lost bits are likely.',
      [],
    ],
    [
      'three bits short',
      frame(23, 0x123456n),
      ['H10301'],
      'length',
      '23 bits came where 26 were expected.',
      [],
    ],
    [
      'one bit too many',
      frame(27, 0x1234567n),
      ['H10301'],
      'length',
      '27 bits came where 26 were expected.',
      [],
    ],
    [
      'a dead D1',
      frame(17, 0n),
      ['H10301'],
      'length',
      '17 bits came where 26 were expected: only D0 pulsed, D1 may be broken.',
      [],
    ],
    [
      'a dead D0',
      frame(9, 0x1ffn),
      ['H10301'],
      'length',
      '9 bits came where 26 were expected: only D1 pulsed, D0 may be broken.',
      [],
    ],
    ['a single bit', frame(1, 1n), ['H10301'], 'length', '1 bit came where 26 were expected.', []],
    [
      'no format',
      frame(26, 0x2387695n),
      [],
      'length',
      '26 bits came but this reader has no format.',
      ['H10301', 'ind26'],
    ],
    [
      'wrong parity',
      frame(26, 0x2387694n),
      ['H10301', 'ind26'],
      'parity',
      '26 bits came as expected but the parity of H10301, ind26 fails.',
      [],
    ],
    [
      'another format of the same length',
      frame(36, 0x15000008an),
      ['C15001'],
      'parity',
      '36 bits came as expected but the parity of C15001 fails.',
      ['S12906'],
    ],
  ];
  for (const [title, seen, names, cause, detail, suggestions] of cases) {
    it(title, () => {
      const expected = { kind: 'misread', frame: seen, cause, detail, suggestions };
      assert.deepEqual(misread(seen, names), expected);
    });
  }
});

describe('swapped wires', () => {
  it('are told by real pairs of 26 bits', () => {
    for (const [right, swapped, number] of [
      [7035703n, 60073160n, 0x35ad9bn],
      [23733014n, 43375849n, 0xb5118bn],
    ] as const) {
      assert.equal(credential(frame(26, right), ['H10301']).reading.number, number);
      const { cause, detail } = misread(frame(26, swapped), ['C1k35s', 'H10301']);
      assert.equal(cause, 'swapped-wires');
      assert.equal(
        detail,
        '26 bits came as expected but fit H10301 only when inverted: D0 and D1 look swapped.',
      );
    }
  });

  it('are not suspected while a format of the reader holds', () => {
    // Without parity every frame holds, so nothing can be said of the wires.
    const { reading } = credential(frame(32, 0xbfabff75n), ['Kastle', 'CSN32']);
    assert.equal(reading.format, 'CSN32');
    assert.equal(misread(frame(32, 0xbfabff75n), ['Kastle']).cause, 'swapped-wires');
  });
});

describe('frameHex', () => {
  it('is padded to the length of the frame, in upper case', () => {
    assert.equal(frameHex({ length: 26, raw: 0xc607cfn }), '0C607CF');
    assert.equal(frameHex({ length: 37, raw: 0x584a2b940n }), '0584A2B940');
    assert.equal(frameHex({ length: 4, raw: 0n }), '0');
    assert.equal(frameHex({ length: 5, raw: 0n }), '00');
    assert.equal(frameHex({ length: 1, raw: 1n }), '1');
    assert.equal(frameHex({ length: 130, raw: 1n }), '000000000000000000000000000000001');
  });
});
