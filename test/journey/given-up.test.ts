/** Grants that were to open after a delay and never did. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AreaRule } from '../../src/door/anti-passback.ts';
import { feedbackOf } from '../../src/door/feedback.ts';
import type { PanelParts } from '../../src/panel.ts';
import { frame, second, wiredDoor } from '../support/wired-door.ts';

const area: AreaRule = { name: 'hall', mode: 'hard', againAfterMs: 0, exempt: [] };

/** Both locks wait 5 s after a grant; Ann has three passes and comes in at a reader of both. */
async function slowDoor(t: TestContext, change: Partial<PanelParts> = {}) {
  const door = wiredDoor(t, change);
  const locks = { first: { delaySeconds: 5 }, second: { delaySeconds: 5 } };
  await door.settings.changeLockSettings({ locks });
  await door.identifiers.create({
    type: 'card',
    number: String(0x7b11d7),
    lock: 'all',
    passes: { max: 3, left: 3 },
    owner: { name: 'Ann', type: 'owner' },
  });
  return {
    ...door,
    present(locks: readonly ('first' | 'second')[] = ['first']): void {
      const side = { area, direction: 'in' } as const;
      door.send(door.addReader({ formats: ['H10301'], locks, side }), frame);
    },
    left: () => door.identifiers.get(1)?.passes?.left,
    inside: () => door.passback.last(1, 'hall')?.direction,
    /** Of the events that tell it: lock, reason, passes left. */
    async givenUp(): Promise<unknown[]> {
      door.clock.advance(1);
      const events = await door.events();
      return events.flatMap(({ key, model }) =>
        key === 'lock_was_not_opened' ? [[model.lock, model.reason, model.passes_left]] : [],
      );
    },
  };
}

test('a door that yields to the other gives back the pass and the passage, and tells it', async (t) => {
  const door = await slowDoor(t, { interlock: true });
  door.present(['second']);
  assert.deepEqual([door.left(), door.inside()], [2, 'in']);
  door.press('exit');
  assert.deepEqual(await door.givenUp(), [['second', 'interlock', 3]]);
  assert.deepEqual([door.left(), door.inside()], [3, undefined]);
  assert.deepEqual(door.relays.second.driven, []);
  const event = (await door.events()).find(({ key }) => key === 'lock_was_not_opened');
  assert.deepEqual(event?.text, 'second stayed locked for Ann at front');
  assert(event);
  assert.deepEqual(feedbackOf(event), { reader: 'front', name: 'refused' });
  // It is not held against her.
  door.clock.advance(20 * second);
  door.present(['second']);
  door.clock.advance(6 * second);
  assert.equal(door.relays.second.isEnergised(), true);
});

test('so do a relay that fails, a door that is blocked and a close, in the delay', async (t) => {
  const door = await slowDoor(t);
  door.relays.first.broken = true;
  door.present();
  door.clock.advance(5 * second);
  assert.deepEqual([door.left(), door.inside()], [3, undefined]);
  door.relays.first.broken = false;
  door.present();
  await door.panel.modes.set({ locks: ['first'], mode: 'blocked', by: 'boss' });
  door.clock.advance(second);
  await door.panel.modes.set({ locks: ['first'], mode: 'normal', by: 'boss' });
  assert.deepEqual([door.left(), door.inside()], [3, undefined]);
  door.present();
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'guard' });
  door.clock.advance(second);
  assert.deepEqual([door.left(), door.inside()], [3, undefined]);
  door.present();
  door.clock.stall(60 * second);
  door.clock.advance(0);
  assert.deepEqual([door.left(), door.inside()], [3, undefined]);
  assert.deepEqual(await door.givenUp(), [
    ['first', 'gpio-lost', 3],
    ['first', 'door-blocked', 3],
    ['first', 'command', 3],
    ['first', 'too-late', 3],
  ]);
  assert.deepEqual(door.relays.first.driven, []);
});

test('whoever waits for the same delay has theirs back too; who came in does not', async (t) => {
  const door = await slowDoor(t);
  await door.identifiers.create({
    type: 'card',
    number: '65537',
    lock: 'first',
    passes: { max: 1, left: 1 },
    owner: { name: 'Bob', type: 'owner' },
  });
  const bobs = () => door.identifiers.get(2)?.passes?.left;
  const bob = () => {
    const reader = door.addReader({ name: 'side', formats: ['H10301'], locks: ['first'] });
    door.send(reader, (0x2020002).toString(2).padStart(26, '0'));
  };
  door.present();
  bob();
  assert.deepEqual([door.left(), bobs()], [2, 0]);
  door.panel.locks.shut('first', 'guard');
  door.clock.advance(1);
  assert.deepEqual([door.left(), bobs()], [3, 1]);
  door.present();
  door.clock.advance(5 * second);
  assert.equal(door.relays.first.isEnergised(), true);
  door.panel.locks.shut('first', 'guard');
  door.clock.advance(second);
  assert.deepEqual([door.left(), door.inside()], [2, 'in']);
});

test('of two locks, one that opened counts; only the other is told', async (t) => {
  const door = await slowDoor(t);
  await door.settings.changeLockSettings({ locks: { second: { delaySeconds: 2 } } });
  door.present(['first', 'second']);
  door.clock.advance(3 * second);
  door.panel.locks.shut('first', 'guard');
  assert.deepEqual(await door.givenUp(), [['first', 'command', undefined]]);
  assert.deepEqual([door.left(), door.inside()], [2, 'in']);
  await door.passback.forgive('all');
  door.clock.advance(20 * second);
  door.present(['first', 'second']);
  for (const lock of ['first', 'second'] as const) door.panel.locks.shut(lock, 'guard');
  assert.deepEqual((await door.givenUp()).slice(1), [
    ['first', 'command', undefined],
    ['second', 'command', 2],
  ]);
});

test('where somebody has passed since, or was forgiven, they stay where that left them', async (t) => {
  const door = await slowDoor(t);
  door.present();
  const out = { area, direction: 'out' } as const;
  await door.settings.changeLockSettings({ locks: { second: { delaySeconds: 0 } } });
  const inner = door.addReader({ name: 'in', formats: ['H10301'], locks: ['second'], side: out });
  door.send(inner, frame);
  assert.deepEqual([door.left(), door.inside()], [1, 'out']);
  door.panel.locks.shut('first', 'guard');
  door.clock.advance(1);
  assert.deepEqual([door.left(), door.inside()], [2, 'out']);
  door.present();
  await door.passback.forgive('all');
  door.panel.locks.shut('first', 'guard');
  door.clock.advance(1);
  assert.deepEqual([door.left(), door.inside()], [2, undefined]);
});

test('a command whose delay comes to nothing is told, as is what a stop cuts short', async (t) => {
  const door = await slowDoor(t);
  door.panel.commanded.open({ locks: ['second'], by: 'guard' });
  door.panel.locks.shut('second', 'boss');
  door.clock.advance(1);
  door.present();
  door.panel.close();
  assert.deepEqual([door.left(), door.inside()], [3, undefined]);
  const events = await door.events();
  const told = events.filter(({ key }) => key === 'lock_was_not_opened');
  assert.deepEqual(
    told.map(({ model }) => [model.lock, model.by ?? model.owner, model.reason]),
    [
      ['second', 'guard', 'command'],
      ['first', 'Ann', 'stop'],
    ],
  );
});
