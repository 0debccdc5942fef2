import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ContactEffect,
  type ContactInput,
  type ContactRules,
  contactAtStart,
  stepContact,
} from '../../src/door/contact.ts';
import { seedOf } from '../support/seed.ts';

const second = 1_000_000;
const rules: ContactRules = {
  heldOpenUs: 30 * second,
  warningUs: 10 * second,
  relockOnClose: true,
};

/** A script of inputs; @returns what came of each, wakes left out unless asked for. */
function run(script: readonly ContactInput[], with_: ContactRules = rules, open = false) {
  let { state } = contactAtStart(open, 0, with_);
  const told: string[] = [];
  for (const input of script) {
    const step = stepContact(state, input, with_);
    state = step.state;
    told.push(
      ...step.effects
        .filter((effect) => effect.kind !== 'wake')
        .map((effect) => (effect.kind === 'settled' ? `settled ${effect.after}` : effect.kind)),
    );
  }
  return told;
}

const contact = (open: boolean, atS: number): ContactInput => ({
  kind: 'contact',
  nowUs: atS * second,
  open,
});
const lock = (released: boolean, atS: number): ContactInput => ({
  kind: 'lock',
  nowUs: atS * second,
  released,
});
const stay = (allowed: boolean, atS: number): ContactInput => ({
  kind: 'stay-open',
  nowUs: atS * second,
  allowed,
});
const excuse = (atS: number, untilS: number): ContactInput => ({
  kind: 'excuse',
  nowUs: atS * second,
  untilUs: untilS * second,
});
const tick = (atS: number): ContactInput => ({ kind: 'tick', nowUs: atS * second });

test('a door opened while its lock is released is opened; closed, it relocks', () => {
  assert.deepEqual(run([lock(true, 1), contact(true, 2), contact(false, 4)]), [
    'opened',
    'closed',
    'relock',
  ]);
});

test('without the option the lock keeps its time; at rest there is nothing to relock', () => {
  const keeps = { ...rules, relockOnClose: false };
  assert.deepEqual(run([lock(true, 1), contact(true, 2), contact(false, 4)], keeps), [
    'opened',
    'closed',
  ]);
  assert.deepEqual(run([lock(true, 1), contact(true, 2), lock(false, 3), contact(false, 4)]), [
    'opened',
    'closed',
  ]);
});

test('a door opened while its lock is at rest is forced, until it is closed', () => {
  assert.deepEqual(run([contact(true, 1), contact(false, 2)]), [
    'forced',
    'closed',
    'settled forced',
  ]);
});

test('an excuse covers opening until its moment, and not after', () => {
  assert.deepEqual(run([excuse(1, 5), contact(true, 5)]), ['opened']);
  assert.deepEqual(run([excuse(1, 5), contact(true, 6)]), ['forced']);
  assert.deepEqual(run([excuse(1, 9), excuse(2, 5), contact(true, 8)]), ['opened']);
});

test('held open: a warning, then the alarm, each once; closing settles it', () => {
  const script = [
    lock(true, 0),
    contact(true, 1),
    tick(20),
    tick(21),
    tick(22),
    tick(31),
    tick(99),
  ];
  assert.deepEqual(run([...script, contact(false, 100)]), [
    'opened',
    'held-warning',
    'held',
    'closed',
    'settled held',
    'relock',
  ]);
});

test('a late tick tells the alarm without a warning that has no use any more', () => {
  assert.deepEqual(run([lock(true, 0), contact(true, 1), tick(40)]), ['opened', 'held']);
});

test('a door that may stand open is not held; its time begins when it no longer may', () => {
  assert.deepEqual(
    run([
      stay(true, 0),
      contact(true, 1),
      tick(99),
      stay(false, 100),
      tick(119),
      tick(120),
      tick(130),
    ]),
    ['opened', 'held-warning', 'held'],
  );
  assert.deepEqual(run([contact(true, 1), stay(true, 2)]), ['forced', 'settled forced']);
});

test('a door that stands open at the start is watched, and not called forced', () => {
  assert.deepEqual(run([tick(20), tick(30), contact(false, 31)], rules, true), [
    'held-warning',
    'held',
    'closed',
    'settled held',
  ]);
});

test('without a limit a door may stand open for ever', () => {
  const free: ContactRules = { warningUs: 0, relockOnClose: false };
  assert.deepEqual(run([lock(true, 0), contact(true, 1), tick(1e6)], free), ['opened']);
});

test('a contact that says nothing new changes nothing', () => {
  assert.deepEqual(run([contact(false, 1), contact(true, 2), contact(true, 3)]), ['forced']);
});

test('forced and held exactly when they should, for every sequence of inputs', (t) => {
  const input = fc.oneof(
    fc.record({ kind: fc.constant('contact' as const), open: fc.boolean() }),
    fc.record({ kind: fc.constant('lock' as const), released: fc.boolean() }),
    fc.record({ kind: fc.constant('stay-open' as const), allowed: fc.boolean() }),
    fc.record({ kind: fc.constant('excuse' as const), forS: fc.nat(10) }),
    fc.record({ kind: fc.constant('tick' as const) }),
  );
  const step = fc.tuple(fc.nat(20), input);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let { state } = contactAtStart(false, 0, rules);
      let wakeUs: number | undefined;
      let nowUs = 0;
      // The oracle: what was true each moment, looked at anew.
      let open = false;
      let released = false;
      let may = false;
      let excusedUs = Number.NEGATIVE_INFINITY;
      let sinceUs: number | undefined;
      const feed = (one: ContactInput): ContactEffect[] => {
        const result = stepContact(state, one, rules);
        state = result.state;
        for (const effect of result.effects) if (effect.kind === 'wake') wakeUs = effect.atUs;
        return [...result.effects];
      };
      for (const [afterS, one] of steps) {
        const untilUs = nowUs + afterS * second;
        while (wakeUs !== undefined && wakeUs <= untilUs) {
          const atUs = wakeUs;
          wakeUs = undefined;
          for (const effect of feed({ kind: 'tick', nowUs: atUs })) {
            if (effect.kind === 'held') assert.equal(atUs - (sinceUs ?? 0), rules.heldOpenUs);
          }
        }
        nowUs = untilUs;
        const wasOpen: boolean = open;
        if (one.kind === 'contact') open = one.open;
        if (one.kind === 'lock') released = one.released;
        if (one.kind === 'excuse') excusedUs = Math.max(excusedUs, nowUs + one.forS * second);
        if (one.kind === 'stay-open') {
          if (one.allowed) sinceUs = undefined;
          else if (may && open) sinceUs = nowUs;
          may = one.allowed;
        }
        if (open && !wasOpen && !may) sinceUs = nowUs;
        if (!open) sinceUs = undefined;
        const effects = feed(
          one.kind === 'excuse'
            ? { kind: 'excuse', nowUs, untilUs: nowUs + one.forS * second }
            : { ...one, nowUs },
        );
        const forced: boolean = open && !wasOpen && !released && !may && nowUs > excusedUs;
        assert.equal(
          effects.some(({ kind }) => kind === 'forced'),
          forced,
        );
        const overdue = sinceUs !== undefined && nowUs - sinceUs >= 30 * second;
        assert.equal(state.held, overdue);
      }
    }),
    { seed: seedOf(t), numRuns: 2000 },
  );
});
