import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Expression,
  filterLimits,
  operators,
  parseExpression,
} from '../../src/web/lists/filter-expression.ts';
import { seedOf } from '../support/seed.ts';

const words = new Set(['and', 'or', 'not']);
const field = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,12}$/)
  .filter((name) => !words.has(name.toLowerCase()));

const plain = { noNullPrototype: true } as const;
const comparison = fc.record(
  {
    kind: fc.constant('compare' as const),
    field,
    operator: fc.constantFrom(...operators),
    value: fc.oneof(fc.string({ maxLength: 20, unit: 'binary' }), fc.integer().map(String)),
  },
  plain,
);

/** Random expressions in the one shape that parsing gives: no `and` directly in an `and`. */
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', maxDepth: 5, withCrossShrink: true },
    comparison,
    fc.record({ kind: fc.constant('not' as const), of: tie('expression') }, plain),
    fc.record(
      {
        kind: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
      },
      plain,
    ),
  ),
}));

const strength = { or: 0, and: 1, not: 2, compare: 3 } as const;

/** Prints with no more brackets than the grammar needs. */
function print(of: Expression, spaces: string): string {
  const inside = (part: Expression, least: number) =>
    strength[part.kind] < least ? `(${print(part, spaces)})` : print(part, spaces);
  switch (of.kind) {
    case 'compare': {
      const bare = /^-?[0-9]+$/.test(of.value) && of.value.length % 2 === 0;
      const value = bare ? of.value : `'${of.value.replaceAll("'", "''")}'`;
      return [of.field, of.operator, value].join(spaces);
    }
    case 'not':
      return `not${spaces}${inside(of.of, strength.not)}`;
    default: {
      const parts = of.of.map((part) => inside(part, strength[of.kind] + 1));
      return parts.join(`${spaces}${of.kind}${spaces}`);
    }
  }
}

test('what is printed is read back, brackets, quotes and all', (t) => {
  let read = 0;
  fc.assert(
    fc.property(expression, fc.constantFrom(' ', '  ', '\t\n '), (original, spaces) => {
      const text = print(original, spaces);
      fc.pre(text.length <= filterLimits.characters);
      assert.deepEqual(parseExpression(text), original, text);
      read += 1;
    }),
    { seed: seedOf(t), numRuns: 2000 },
  );
  assert.ok(read >= 1000, `only ${read} were read`);
});

test('random text is understood or not, but nothing is thrown', (t) => {
  const piece = fc.constantFrom(
    ...['(', ')', ' ', "'", "''", 'and', 'or', 'not', 'eq', 'lock', '12', '-', '{', 'NOT', '.'],
  );
  const text = fc.oneof(
    fc.string({ maxLength: 200, unit: 'binary' }),
    fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(' ')),
    fc.array(piece, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (random) => {
      const found = parseExpression(random);
      assert.ok(found === undefined || found.kind in strength, random);
    }),
    { seed: seedOf(t), numRuns: 20_000 },
  );
});

test('the bounds hold: length, depth and number of comparisons', () => {
  const { depth, comparisons, characters } = filterLimits;
  const nested = (levels: number) => `${'('.repeat(levels)}a eq 1${')'.repeat(levels)}`;
  const negated = (levels: number) => `${'not '.repeat(levels)}a eq 1`;
  const many = (count: number) => Array.from({ length: count }, () => 'a eq 1').join(' or ');
  const long = (length: number) => `a eq '${'x'.repeat(length - 7)}'`;
  const cases = [
    [nested, depth],
    [negated, depth],
    [many, comparisons],
    [long, characters],
  ] as const;
  for (const [make, most] of cases) {
    assert.ok(parseExpression(make(most)), make.name);
    assert.equal(parseExpression(make(most + 1)), undefined, make.name);
  }
  for (const monster of ['('.repeat(1e6), 'not '.repeat(1e6), "'".repeat(1e6), ' '.repeat(1e6)]) {
    assert.equal(parseExpression(monster), undefined);
  }
});

test('not binds closer than and, and closer than or', () => {
  const a = { kind: 'compare', field: 'a', operator: 'eq', value: '1' } as const;
  const [b, c] = [
    { ...a, field: 'b' },
    { ...a, field: 'c' },
  ] as const;
  assert.deepEqual(parseExpression("a eq 1 or not b eq '1' and c eq 1"), {
    kind: 'or',
    of: [a, { kind: 'and', of: [{ kind: 'not', of: b }, c] }],
  });
  assert.deepEqual(parseExpression('NOT (a EQ 1 OR b eq 1)AND c eq 1'), {
    kind: 'and',
    of: [{ kind: 'not', of: { kind: 'or', of: [a, b] } }, c],
  });
});

test('half an expression, or more than one, is not understood', () => {
  const wrong = [
    ...['', ' ', '()', 'a', 'a eq', 'a eq 1 and', 'and a eq 1', 'not', '(a eq 1', 'a eq 1)'],
    ...[
      'a eq 1 b eq 1',
      'a = 1',
      'a like 1',
      "'a' eq 1",
      'a eq b',
      'a eq "b"',
      "a eq 'b",
      'a eq 1x',
    ],
    ...[
      'a eq 1.5',
      'a eq 1e3',
      'a eq 1 2',
      "a eq 'x''",
      'a-b eq 1',
      'a eq 1;',
      'a.eq 1',
      'a eq --1',
    ],
  ];
  for (const text of wrong) assert.equal(parseExpression(text), undefined, text);
});
