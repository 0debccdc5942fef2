import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AreaRule,
  directions,
  type LastPassage,
  type Side,
} from '../../src/door/anti-passback.ts';
import type { Identifier } from '../../src/door/model.ts';
import { type JudgeParts, judge } from '../../src/panel/judge.ts';
import { openPassback } from '../../src/store/passback.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';
import { seedOf } from '../support/seed.ts';
import { freshStore } from '../support/store.ts';

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 5, 1);
const people = 3;
const names = ['hall', 'lab'];

const rule = fc.record({
  mode: fc.constantFrom('soft' as const, 'hard' as const, 'timed' as const),
  againAfterMs: fc.integer({ min: 1, max: 40 }).map((minutes) => minutes * 60_000),
  forgiveAfterMs: fc.option(fc.integer({ min: 1, max: 20 }).map((hours) => hours * 3_600_000)),
  forgiveAtS: fc.option(fc.nat(23).map((hour) => hour * 3600)),
});
const who = fc.integer({ min: 1, max: people });
const step = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      who,
      area: fc.nat(1),
      direction: fc.constantFrom(...directions),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.nat(1500) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forgive' as const), who }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'forgive-all' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
);

/** One passage that opened, as a list keeps it and nothing else. */
interface Passed extends Pick<LastPassage, 'direction' | 'atMs'> {
  readonly who: number;
  readonly area: number;
}

/** What the rule says, told from the whole history. */
function mayPass(history: readonly Passed[], next: Passed, area: AreaRule): boolean {
  const mine = history.filter(({ who, area }) => who === next.who && area === next.area);
  if (area.mode === 'timed') {
    return !mine.some(
      ({ direction, atMs }) => direction === next.direction && next.atMs - atMs < area.againAfterMs,
    );
  }
  const last = mine.at(-1);
  if (last?.direction !== next.direction) return true;
  if (area.forgiveAfterMs !== undefined && next.atMs - last.atMs >= area.forgiveAfterMs) {
    return true;
  }
  if (area.forgiveAtS === undefined) return false;
  // Whether any of the moments of forgiveness lies after the last passage.
  for (let day = startMs - dayMs; day <= next.atMs; day += dayMs) {
    const atMs = day + area.forgiveAtS * 1000;
    if (last.atMs < atMs && atMs <= next.atMs) return true;
  }
  return false;
}

test('over every sequence nobody passes against the rule, and everybody who may does', (t) => {
  const store = freshStore(t);
  const clock = new FakeClock(startMs);
  let opened = 0;
  let refused = 0;
  return fc
    .assert(
      fc.asyncProperty(
        fc.tuple(rule, rule),
        fc.array(step, { minLength: 20, maxLength: 60 }),
        async (rules, steps) => {
          clock.setWall(startMs);
          let passback = openPassback(store);
          await passback.forgive('all');
          const areas = rules.map(
            ({ mode, againAfterMs, forgiveAfterMs, forgiveAtS }, index): AreaRule => ({
              name: names[index] ?? '',
              mode,
              againAfterMs,
              exempt: [],
              ...(forgiveAfterMs !== null && { forgiveAfterMs }),
              ...(forgiveAtS !== null && { forgiveAtS }),
            }),
          );
          let history: Passed[] = [];
          for (const one of steps) {
            if (one.kind === 'wait') clock.setWall(clock.wallMs() + one.minutes * 60_000);
            else if (one.kind === 'restart') passback = openPassback(store);
            else if (one.kind === 'forgive-all') {
              await passback.forgive('all');
              history = [];
            } else if (one.kind === 'forgive') {
              await passback.forgive(one.who);
              history = history.filter((passed) => passed.who !== one.who);
            } else {
              const area = areas[one.area] ?? assert.fail();
              const next = { ...one, atMs: clock.wallMs() };
              const allowed = mayPass(history, next, area);
              const { decision } = present(one.who, { area, direction: one.direction });
              if (area.mode === 'soft') {
                assert(decision.granted);
                assert.equal(decision.passback === true, !allowed);
              } else {
                assert.equal(decision.granted, allowed);
                if (!decision.granted) assert.equal(decision.reason, 'anti-passback');
              }
              if (decision.granted) history.push(next);
              opened += decision.granted ? 1 : 0;
              refused += decision.granted ? 0 : 1;
            }
          }

          function present(uid: number, side: Side) {
            const identifier: Identifier = {
              uid,
              type: 'card',
              number: String(uid),
              lock: 'first',
              owner: { name: '', type: 'owner' },
            };
            const parts: JudgeParts = {
              clock,
              passback,
              log: memoryLog(),
              identifiers: {
                find: () => identifier,
                takePass: () => assert.fail(),
                givePass: () => assert.fail(),
              },
              settings: { openSeconds: () => 5, delaySeconds: () => 0 },
              timeProfiles: { get: () => undefined },
              accessLevels: { get: () => undefined },
              clockTrusted: () => true,
              blocked: () => false,
              whenClockUntrusted: 'refuse',
            };
            const presented = { types: ['card'], number: String(uid) } as const;
            return judge(parts, { locks: ['first'], side }, presented);
          }
        },
      ),
      { seed: seedOf(t), numRuns: Number(process.env.LATCHD_RUNS ?? 200) },
    )
    .then(() => assert(opened > 500 && refused > 200, `${opened} opened, ${refused} refused`));
});
