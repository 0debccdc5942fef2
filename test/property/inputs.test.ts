import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lockNames, type PanelEvent } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import { seedOf } from '../support/seed.ts';
import { second, type WiredName, wired, wiredDoor } from '../support/wired-door.ts';

/** Events that say why a lock is released; everything else releases nothing. */
const reasons = new Set([
  'access_granted_by_valid_identifier',
  'access_granted_by_api_call',
  'lock_was_opened_by_exit_btn',
  'emergency_lock_is_opened',
  'door_mode_was_changed',
  'fire_alarm_is_on',
]);

const lock = fc.constantFrom(...lockNames);
const input = fc.constantFrom(...(Object.keys(wired) as WiredName[]));
const actions = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('input' as const), input, on: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('card' as const), lock }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const), lock }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), lock }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('emergency' as const), lock }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('mode' as const),
        lock,
        mode: fc.constantFrom('normal' as const, 'free' as const, 'blocked' as const),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(8) }) },
  ),
  { minLength: 5, maxLength: 40 },
);

async function unlessRefused(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    assert(error instanceof Fault && error.code === 'door-refused', String(error));
  }
}

test('no lock is released without an event that says why, and none for longer than it may', async (t) => {
  const told: { readonly event: PanelEvent; readonly atUs: number }[] = [];
  const door = wiredDoor(t, {
    record: (event) => told.push({ event, atUs: door.clock.monoUs() }),
  });
  t.mock.method(door.settings, 'setDoorModes', async () => undefined);
  const present = await door.annsCard();
  let released = 0;
  await fc.assert(
    fc.asyncProperty(actions, async (script) => {
      told.length = 0;
      for (const name of lockNames) door.relays[name].driven.length = 0;
      for (const action of script) {
        if (action.kind === 'input') door.set(action.input, action.on);
        else if (action.kind === 'card') present([action.lock]);
        else if (action.kind === 'wait') door.clock.advance(action.seconds * second);
        else {
          const locks = [action.lock];
          if (action.kind === 'open')
            await unlessRefused(() => door.panel.commanded.open({ locks, by: 'x' }));
          else if (action.kind === 'close') {
            await unlessRefused(() => door.panel.commanded.closeLocks({ locks, by: 'x' }));
          } else if (action.kind === 'mode') {
            await door.panel.modes.set({ locks, mode: action.mode, by: 'x' });
          } else {
            const request = { lock: action.lock, seconds: 5 };
            door.panel.commanded.openEmergency({ locks: [request], by: 'x' });
          }
        }
      }
      for (const name of lockNames) {
        for (const { energised, atUs } of door.relays[name].driven) {
          if (!energised) continue;
          released += 1;
          const why = told.filter((one) => one.atUs === atUs && reasons.has(one.event.key));
          const fits = why.some(({ event: { model } }) =>
            ['all', name].includes(String(model.lock)),
          );
          assert(fits, `${name} was released at ${atUs}`);
        }
      }
      // Whatever was done: when nothing is active, nothing is free and time has passed, all rest.
      for (const name of Object.keys(wired) as WiredName[]) door.set(name, false);
      await door.panel.modes.set({ locks: lockNames, mode: 'normal', by: 'x' });
      const { fire } = door.panel.locks.states()[0] ?? { fire: false };
      if (fire) await door.panel.commanded.closeLocks({ locks: lockNames, by: 'x' });
      door.clock.advance(41 * second);
      const burns = door.panel.locks.states().map((state) => state.fire);
      assert.deepEqual(door.released(), burns);
      await door.panel.commanded.closeLocks({ locks: lockNames, by: 'x' });
      assert.deepEqual(door.released(), [false, false]);
    }),
    { seed: seedOf(t), numRuns: 300 },
  );
  assert(released > 300, `${released} releases`);
});
