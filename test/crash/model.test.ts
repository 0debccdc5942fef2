/** The model finds what it is there to find. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, type Found, type Loss, Model } from './model.ts';

const asked = (change: Record<string, string | null>, client = 'a'): Entry => ({
  atMs: 0,
  kind: 'asked',
  client,
  change,
});
const answered = (uids: Record<string, number> = {}, client = 'a'): Entry => ({
  atMs: 0,
  kind: 'answered',
  client,
  uids,
});
const opened = (left: number, atMs = 0): Entry => ({ atMs, kind: 'opened', uid: 1, left });
const presented: Entry = { atMs: 0, kind: 'presented', uid: 1 };
const told = (seq: number, left?: number): Entry => ({
  atMs: 0,
  kind: 'told',
  seq,
  ...(left !== undefined && { grant: { uid: 1, left } }),
});

function found(
  cells: Record<string, string>,
  passes?: number,
  seqs: readonly number[] = [],
): Found {
  return {
    cells: new Map(
      Object.entries(cells).map(([name, text], index) => [name, { text, uid: index + 1 }]),
    ),
    left: new Map(passes === undefined ? [] : [[1, passes]]),
    events: seqs.map((seq) => ({ seq })),
  };
}

const created = [asked({ 'card 1': 'old' }), answered({ 'card 1': 1 })];

const broken: readonly [title: string, entries: readonly Entry[], is: Found, why: RegExp][] = [
  ['an answered write is gone', created, found({}), /card 1, answered/],
  [
    'a deleted one is back',
    [...created, asked({ 'card 1': null }), answered()],
    found({ 'card 1': 'old' }),
    /card 1/,
  ],
  ['what nobody asked for', [], found({ 'card 1': 'old' }), /card 1/],
  ['a torn record', [...created, asked({ 'card 1': 'new' })], found({ 'card 1': 'ne' }), /neither/],
  [
    'another uid',
    [asked({ 'card 1': 'old' }), answered({ 'card 1': 7 })],
    found({ 'card 1': 'old' }),
    /uid/,
  ],
  ['a gap in the events', [], found({}, undefined, [1, 3]), /gap/],
  ['an event that was read is gone', [told(3)], found({}, undefined, [1, 2]), /event 3 was read/],
  [
    'a cleared event is back',
    [told(2), { atMs: 0, kind: 'clearing', upTo: 2 }, { atMs: 0, kind: 'cleared' }],
    found({}, undefined, [1, 2, 3]),
    /cleared/,
  ],
  [
    'a pass of which an event told is back',
    [presented, told(1, 4)],
    found({}, 5, [1]),
    /passes left/,
  ],
  ['two grants for one pass', [presented, presented, opened(4), opened(4)], found({}, 4), /twice/],
];

for (const [title, entries, is, why] of broken) {
  test(`found: ${title}`, () => {
    const model = new Model();
    for (const entry of entries) model.take(entry);
    assert.throws(() => model.look(is), why);
  });
}

test('found: more passes gone than cards were presented', () => {
  const model = new Model(found({ 'pass 1': 'x' }, 5));
  model.take(presented);
  assert.throws(() => model.look(found({ 'pass 1': 'x' }, 3)), /3 passes left of 1, 5 were/);
});

test('what has no answer may be done or not, item by item; what is lost is counted', () => {
  const model = new Model(found({ 'card 1': 'old', 'card 2': 'old' }, 5));
  model.take(asked({ 'card 1': 'new', 'card 2': null }));
  for (const entry of [presented, presented, opened(4, 10), opened(3, 12)]) model.take(entry);
  model.take({ atMs: 15, kind: 'told', seq: 1 });
  const is = found({ 'card 1': 'new', 'card 2': 'old' }, 4, [1]);
  const loss: Loss = { done: 1, undone: 1, grants: 2, events: 2, passes: 1, windowMs: 5 };
  assert.deepEqual(model.look(is), loss);
  assert.deepEqual(model.look(is), {
    done: 0,
    undone: 0,
    grants: 0,
    events: 0,
    passes: 0,
    windowMs: 0,
  });
});
