import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seedOf } from '../support/seed.ts';
import { second, wiredDoor } from '../support/wired-door.ts';

const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('door' as const), open: fc.boolean() }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'card' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'command' } as const) },
    { weight: 2, arbitrary: fc.constant({ kind: 'exit' } as const) },
    { weight: 2, arbitrary: fc.constant({ kind: 'handle' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'emergency' } as const) },
    { weight: 1, arbitrary: fc.constant({ kind: 'close' } as const) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('mode' as const),
        mode: fc.constantFrom('normal' as const, 'free' as const, 'blocked' as const),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(20) }),
    },
  ),
  { minLength: 10, maxLength: 50 },
);

/** Of the door of the first lock: how long it may stand open, and how long an opening may lag. */
const heldOpenUs = 30 * second;
const debounceUs = 50_000;
const tenth = second / 10;
/** A handle excuses for the time that the lock would be open. */
const excuseUs = 5 * second;
const openUs = 5 * second;

/** Somebody who was let in or out. */
interface Opening {
  readonly kind: 'grant' | 'exit';
  readonly untilUs: number;
  /** Let in while the door stood open, and it has not been opened since. */
  follows: boolean;
}

test('on the whole panel a door is open, forced and held exactly when it should be', async (t) => {
  const keys: string[] = [];
  const door = wiredDoor(t, { record: ({ key }) => keys.push(key) });
  t.mock.method(door.settings, 'setDoorModes', async () => undefined);
  const present = await door.annsCard();
  const count = (key: string) => keys.filter((one) => one === key).length;
  const locks = ['first'] as const;
  let forcedInAll = 0;
  let heldInAll = 0;
  let followedInAll = 0;
  await fc.assert(
    fc.asyncProperty(actions, async (script) => {
      // Whatever the last script left: closed, normal, at rest, and nothing excused any more.
      door.set('door', false);
      await door.panel.modes.set({ locks, mode: 'normal', by: 'x' });
      await door.panel.commanded.closeLocks({ locks, by: 'x' });
      door.clock.advance(60 * second);
      keys.length = 0;
      const driven = door.relays.first.driven;
      driven.length = 0;
      let open = false;
      let excusedUs = Number.NEGATIVE_INFINITY;
      let forced = 0;
      let held = 0;
      let openings: Opening[] = [];
      const opens = (kind: Opening['kind'], fromUs: number) =>
        openings.push({ kind, untilUs: fromUs + openUs, follows: open });
      const isBlocked = () => door.panel.locks.states()[0]?.mode === 'blocked';
      /** Since when it stands open without leave to; whether that has been told. */
      let sinceUs: number | undefined;
      let isHeld = false;

      const mayStand = () => {
        const state = door.panel.locks.states().find(({ name }) => name === 'first');
        return state?.mode === 'free' || state?.emergencyUntilMs != null;
      };
      const settle = () => {
        const nowUs = door.clock.monoUs();
        if (!open || mayStand()) {
          sinceUs = undefined;
          isHeld = false;
        } else sinceUs ??= nowUs;
        if (sinceUs === undefined || isHeld || nowUs - sinceUs < heldOpenUs) return;
        isHeld = true;
        held += 1;
      };
      const pass = (us: number) => {
        const endUs = door.clock.monoUs() + us;
        while (door.clock.monoUs() < endUs) {
          door.clock.advance(Math.min(tenth, endUs - door.clock.monoUs()));
          settle();
        }
      };
      for (const action of script) {
        const nowUs = door.clock.monoUs();
        if (action.kind === 'door' && action.open !== open) {
          const restUs = driven.findLast(({ energised }) => !energised)?.atUs ?? -debounceUs;
          const isReleased = door.relays.first.isEnergised();
          const isExpected =
            isReleased || nowUs - restUs <= debounceUs || nowUs <= excusedUs || mayStand();
          if (action.open && !isExpected) forced += 1;
          open = action.open;
          if (open) for (const one of openings) one.follows = false;
          else if (!mayStand()) openings = openings.filter(({ follows }) => follows);
          door.set('door', open);
        } else if (action.kind === 'wait') pass(action.seconds * second);
        else if (action.kind === 'card') {
          const isGranted = !isBlocked();
          present(locks);
          if (isGranted) opens('grant', door.clock.monoUs());
          // Everything happens at tenths of a second, where the oracle looks.
          pass(nowUs + tenth - door.clock.monoUs());
        } else if (action.kind === 'exit') {
          opens('exit', nowUs);
          door.press('exit');
        } else if (action.kind === 'handle') {
          excusedUs = nowUs + excuseUs;
          door.press('handle');
        } else if (action.kind === 'emergency') {
          door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 7 }], by: 'x' });
        } else if (action.kind === 'close') {
          openings = [];
          await door.panel.commanded.closeLocks({ locks, by: 'x' });
        } else if (action.kind === 'mode') {
          if (action.mode === 'blocked') openings = openings.filter(({ kind }) => kind === 'exit');
          await door.panel.modes.set({ locks, mode: action.mode, by: 'x' });
        } else if (action.kind === 'command') {
          if (!isBlocked()) {
            opens('grant', nowUs);
            door.panel.commanded.open({ locks, by: 'x' });
          }
        }
        settle();
        openings = openings.filter(({ untilUs }) => untilUs > door.clock.monoUs());
        if (!open && openings.some(({ follows }) => follows)) followedInAll += 1;
        assert.equal(door.relays.first.isEnergised(), mayStand() || openings.length > 0);
        assert.equal(count('door_was_forced'), forced);
        assert.equal(count('door_was_not_closed_too_long'), held);
      }
      forcedInAll += forced;
      heldInAll += held;
    }),
    { seed: seedOf(t), numRuns: 200 },
  );
  assert(forcedInAll > 100 && heldInAll > 20, `${forcedInAll} forced, ${heldInAll} held`);
  assert(followedInAll > 50, `${followedInAll} times somebody followed`);
});
