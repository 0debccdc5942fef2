import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrolmentRules } from '../../src/config/enrolment.ts';
import { parseConfig } from '../../src/config.ts';
import { problemsOf } from '../support/config-problems.ts';

const panel = (enrolment: string) =>
  `locks: { first: { line: 22 } }\n${enrolment && `enrolment: { ${enrolment} }`}`;

test('cards are added as the locks of their reader, for ever, unless told otherwise', () => {
  assert.deepEqual(enrolmentRules(parseConfig(panel('')).enrolment), {
    masterCard: 'add',
    seconds: 30,
    lock: 'reader',
    owner: { name: 'Enrolled at {reader}', type: 'owner' },
  });
  const all =
    'master_card: add_then_remove, seconds: 60, lock: all, owner_name: G, owner_type: guest, valid_days: 2';
  assert.deepEqual(enrolmentRules(parseConfig(panel(all)).enrolment), {
    masterCard: 'add_then_remove',
    seconds: 60,
    lock: 'all',
    validDays: 2,
    owner: { name: 'G', type: 'guest' },
  });
});

test('each wrong value is told with its place', () => {
  for (const [text, problem] of [
    ['master_card: open', 'enrolment.master_card must be one of add, remove, add_then_remove, off'],
    ['seconds: 0', 'enrolment.seconds'],
    ['seconds: 301', 'enrolment.seconds'],
    ['lock: third', 'enrolment.lock must be one of reader, first, second, all'],
    ['lock: second', 'enrolment.lock there is no lock second'],
    ['owner_name: 7', 'enrolment.owner_name'],
    ['owner_type: resident', 'enrolment.owner_type must be one of owner, guest'],
    ['valid_days: 0', 'enrolment.valid_days'],
    ['days: 3', 'enrolment.days is not a key that latchd knows'],
  ] as const) {
    const problems = problemsOf(panel(text));
    const told = problems.filter((line) => line.replaceAll(':', '').includes(problem));
    assert.equal(told.length, 1, `${text}: ${problems}`);
  }
});
