/** Configuration files as they come out of a tired hand, a bad disk or an attack. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { type Config, inputsOf, outputsOf, parseConfig, relayLines } from '../../src/config.ts';
import { ConfigError, type ConfigProblem } from '../../src/errors.ts';
import { seedOf } from '../support/seed.ts';

const example = fileURLToPath(new URL('../../../hw/latchd.yaml', import.meta.url));
/** With everything wired that is wired in the drawings. */
const wired = readFileSync(example, 'utf8').replace(/^#(?! \S)/gm, '');

/** The configuration, or why it is none. Anything else that is thrown fails the test. */
function attempt(text: string): Config | readonly ConfigProblem[] {
  try {
    return parseConfig(text);
  } catch (error) {
    assert(
      error instanceof ConfigError,
      `${error instanceof Error ? error.stack : error}\n${text}`,
    );
    assert(error.problems.length > 0);
    for (const { sentence } of error.problems) assert.notEqual(sentence.trim(), '', text);
    return error.problems;
  }
}

const isConfig = (outcome: ReturnType<typeof attempt>): outcome is Config =>
  !Array.isArray(outcome);

/** Every line that the configuration drives or listens to, as `chip line`. */
function linesOf(config: Config): string[] {
  const readers = config.readers.flatMap(({ wiegand }) => {
    const chip = wiegand?.chip ?? config.gpio.chip;
    return wiegand ? [`${chip} ${wiegand.d0}`, `${chip} ${wiegand.d1}`] : [];
  });
  const wires = [...inputsOf(config), ...outputsOf(config)].map(({ wire }) => wire);
  return [
    ...readers,
    ...[...relayLines(config), ...wires].map(({ chip, line }) => `${chip} ${line}`),
  ];
}

/** A value of another kind, size or spelling than wanted. */
const value = fc.oneof(
  fc.constantFrom(null, true, '', 'front', 'first', -1, 0, 1.5, 17, 22, 1e9, 2 ** 60, 'auto'),
  fc.constantFrom('__proto__', 'a'.repeat(5000), '\u202e', '2026-11-22', '0x11', [], {}, [[]]),
  fc.integer({ min: 0, max: 30 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Which of the places of a tree, and what becomes of it. */
const change = fc.record({
  place: fc.nat(10_000),
  what: fc.oneof(
    fc.constant({ kind: 'delete' } as const),
    fc.record({ kind: fc.constant('set' as const), value }),
    fc.record({ kind: fc.constant('add' as const), key: fc.string({ maxLength: 12 }), value }),
    fc.record({ kind: fc.constant('copy' as const), from: fc.nat(10_000) }),
  ),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** Every member of the tree, outer ones first. */
function placesOf(tree: unknown): Place[] {
  if (typeof tree !== 'object' || tree === null) return [];
  const holder = tree as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}

function apply(tree: unknown, { place, what }: Change): void {
  const places = placesOf(tree);
  const at = (index: number) => places[index % places.length] ?? assert.fail('an empty tree');
  if (places.length === 0) return;
  const { holder, key } = at(place);
  if (what.kind === 'set') holder[key] = what.value;
  else if (what.kind === 'add') Object.assign(holder, { [what.key]: what.value });
  else if (what.kind === 'copy') {
    const { holder: other, key: otherKey } = at(what.from);
    holder[key] = structuredClone(other[otherKey]);
  } else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

test('the example with everything wired uses each line once', () => {
  const config = attempt(wired);
  assert(isConfig(config), JSON.stringify(config));
  assert.equal(linesOf(config).length, 16);
  assert.equal(new Set(linesOf(config)).size, 16);
});

test('a changed tree is a configuration in which no line is used twice, or told what is wrong', (t) => {
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const tree: unknown = parse(wired);
      for (const one of changes) apply(tree, one);
      const outcome = attempt(stringify(tree));
      accepted += isConfig(outcome) ? 1 : 0;
      refused += isConfig(outcome) ? 0 : 1;
      if (!isConfig(outcome)) return;
      const lines = linesOf(outcome);
      assert.equal(new Set(lines).size, lines.length, lines.join(', '));
      assert(relayLines(outcome).length > 0, 'a panel has a lock');
    }),
    { seed: seedOf(t), numRuns: 300 },
  );
  assert(accepted > 10 && refused > 100, `${accepted} accepted, ${refused} refused`);
});

test('a damaged text is told, whatever its bytes', (t) => {
  const splice = fc.record({
    at: fc.nat(wired.length),
    drop: fc.nat(40),
    put: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '\t',
        '\0',
        '&a ',
        '*a',
        '<<: *a',
        '!!binary ',
        '---\n',
        '? ',
        '{',
        '[',
        '- ',
      ),
    ),
  });
  let refused = 0;
  fc.assert(
    fc.property(fc.array(splice, { minLength: 1, maxLength: 3 }), (splices) => {
      let text = wired;
      for (const { at, drop, put } of splices)
        text = text.slice(0, at) + put + text.slice(at + drop);
      refused += isConfig(attempt(text)) ? 0 : 1;
    }),
    { seed: seedOf(t), numRuns: 300 },
  );
  assert(refused > 150, `${refused} refused`);
});

test('aliases that grow without end are refused', () => {
  const doubled = Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`);
  const outcome = attempt(['a0: &a0 x', ...doubled, 'data: *a40'].join('\n'));
  assert(!isConfig(outcome));
});
