import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sideOf } from '../../src/config/areas.ts';
import { parseConfig } from '../../src/config.ts';
import { problemsOf } from '../support/config-problems.ts';

const way = (direction: string) => `area: hall, direction: ${direction}`;

/** A panel with one area and these readers, as YAML flow mappings without braces. */
function panel(
  area: string,
  readers: readonly string[] = [way('in'), way('out')],
  lock = 'line: 22',
): string {
  const items = readers.map(
    (rest, index) =>
      `  - { name: r${index}, wiegand: { d0: ${2 * index}, d1: ${2 * index + 1} }, ${rest} }`,
  );
  return [
    ...['areas:', `  - { name: hall, ${area} }`],
    ...(items.length > 0 ? ['readers:', ...items] : []),
    `locks: { first: { ${lock} } }`,
  ].join('\n');
}

function sidesOf(text: string) {
  const { readers, areas } = parseConfig(text);
  return readers.map((reader) => sideOf(reader, areas));
}

test('an area is soft unless it is told otherwise; its readers are on its sides', () => {
  const area = { name: 'hall', mode: 'soft', againAfterMs: 0, exempt: [] };
  assert.deepEqual(sidesOf(panel('')), [
    { direction: 'in', area },
    { direction: 'out', area },
  ]);
  const plain = parseConfig('locks: { first: { line: 22 } }');
  assert.deepEqual(plain.areas, []);
});

test('what an area forgives and whom it exempts', () => {
  const text = "anti_passback: hard, forgive_after_hours: 1.5, forgive_at: '04:30'";
  const [side] = sidesOf(panel(`${text}, exempt: [inputCode, qr]`));
  assert.deepEqual(side?.area, {
    name: 'hall',
    mode: 'hard',
    againAfterMs: 0,
    exempt: ['inputCode', 'qr'],
    forgiveAfterMs: 5_400_000,
    forgiveAtS: 16_200,
  });
  const timed = 'anti_passback: timed, again_after_seconds: 300';
  assert.equal(sidesOf(panel(timed, [way('in')]))[0]?.area.againAfterMs, 300_000);
  assert.deepEqual(sidesOf(panel('anti_passback: off', [way('in')])), [undefined]);
});

test('what does not go together is told at its place', () => {
  const both = [way('in'), way('out')];
  const table: [string, string[]][] = [
    [panel('anti_passback: hard'), []],
    [panel('', [way('in')]), ['areas[0]: needs a reader with direction out']],
    [panel('', [way('out'), way('out')]), ['areas[0]: needs a reader with direction in']],
    [panel('', []), ['areas[0]: needs a reader with this area']],
    [panel('anti_passback: off', []), []],
    [panel('anti_passback: timed'), ['areas[0].again_after_seconds: is missing: timed needs it']],
    [
      panel('anti_passback: timed, again_after_seconds: 60, forgive_after_hours: 1'),
      [
        'areas[0].forgive_after_hours: does not go with anti_passback timed, which forgives by itself',
      ],
    ],
    [
      panel("anti_passback: timed, again_after_seconds: 60, forgive_at: '00:00'"),
      ['areas[0].forgive_at: does not go with anti_passback timed, which forgives by itself'],
    ],
    [
      panel('again_after_seconds: 60'),
      ['areas[0].again_after_seconds: does not go with anti_passback soft'],
    ],
    [
      panel('', [...both, 'area: hall']),
      ['readers[2].direction: is missing: area needs in or out'],
    ],
    [panel('', [...both, 'direction: in']), ['readers[2].direction: does not go without area']],
    [
      panel('', [...both, 'area: cellar, direction: in']),
      ['readers[2].area: there is no area cellar'],
    ],
    [
      panel('', both, 'line: 22, toggle: true'),
      ['readers[0].area', 'readers[1].area'].map(
        (path) => `${path}: does not go with a lock that toggles: a grant may lock it`,
      ),
    ],
    [
      panel('').replace('readers:', '  - { name: hall }\nreaders:'),
      ['areas[1].name: hall is used twice'],
    ],
    // Of a reader that cannot be read nobody knows where it leads.
    [panel('', [way('in'), way('sideways')]), ['readers[1].direction: must be one of in, out']],
  ];
  for (const [text, problems] of table) {
    assert.deepEqual(problemsOf(text), problems, text);
  }
});

test('every key of an area has its range', () => {
  const table: [string, string][] = [
    ['anti_passback: strict', 'areas[0].anti_passback: must be one of off, soft, hard, timed'],
    ['forgive_at: 4', 'areas[0].forgive_at: expected string, received number'],
    ["forgive_at: '24:00'", "areas[0].forgive_at: must be a time as '04:00', in quotes"],
    [
      'forgive_after_hours: 0',
      'areas[0].forgive_after_hours: Too small: expected number to be >=0.1',
    ],
    [
      'forgive_after_hours: 721',
      'areas[0].forgive_after_hours: Too big: expected number to be <=720',
    ],
    [
      'anti_passback: timed, again_after_seconds: 86401',
      'areas[0].again_after_seconds: Too big: expected number to be <=86400',
    ],
    [
      'exempt: [card, fob]',
      'areas[0].exempt[1]: must be one of card, ukey, inputCode, qr, license_plate',
    ],
    ['mode: hard', 'areas[0].mode: is not a key that latchd knows'],
  ];
  for (const [area, problem] of table) {
    assert.deepEqual(
      problemsOf(panel(area)).filter((line) => line.includes('areas')),
      [problem],
    );
  }
  const named = panel('').replace('{ name: hall', "{ name: 'the hall'");
  assert.match(problemsOf(named)[0] ?? '', /^areas\[0\]\.name: must be 1 to 32 letters/);
});
