import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lockNames } from '../../src/door/model.ts';
import { Locks } from '../../src/panel/locks.ts';
import { FakeClock } from '../support/clock.ts';
import { FakeRelay } from '../support/door.ts';
import { memoryLog } from '../support/log.ts';
import { seedOf } from '../support/seed.ts';

const second = 1_000_000;
const lock = fc.constantFrom(...lockNames);
const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('grant' as const), lock, delayS: fc.nat(3) }),
    fc.record({ kind: fc.constant('exit' as const), lock }),
    fc.record({ kind: fc.constant('emergency' as const), lock }),
    fc.record({ kind: fc.constant('fire' as const), lock, active: fc.boolean() }),
    fc.record({ kind: fc.constant('door' as const), lock, open: fc.boolean() }),
    fc.record({ kind: fc.constant('hold' as const), lock }),
    fc.record({ kind: fc.constant('close' as const), lock }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(4) }),
  ),
  { maxLength: 40 },
);

test('of an interlock no door is released for coming in while the other is open', (t) => {
  let granted = 0;
  let refused = 0;
  fc.assert(
    fc.property(actions, (script) => {
      const clock = new FakeClock();
      const parts = { clock, log: memoryLog(), record: () => undefined, interlock: true };
      const locks = new Locks(parts);
      for (const name of lockNames) locks.add(name, new FakeRelay(clock));
      const open = { first: false, second: false };
      const check = () => {
        const states = locks.states();
        for (const { name, released, exitUntilMs, emergencyUntilMs, fire, freeAccess } of states) {
          assert(!freeAccess);
          const isEgress = exitUntilMs !== null || emergencyUntilMs !== null || fire;
          const other = states.find((state) => state.name !== name);
          if (!released || isEgress || !other) continue;
          assert(!other.released, `${name} beside a lock that is released`);
          assert(!open[other.name], `${name} beside a door that stands open`);
        }
      };
      for (const action of script) {
        if (action.kind === 'grant') {
          const before = locks.states().map(({ grantUntilMs }) => grantUntilMs);
          if (locks.release(action.lock, 3, action.delayS)) granted += 1;
          else {
            refused += 1;
            const after = locks.states().map(({ grantUntilMs }) => grantUntilMs);
            assert.deepEqual(after, before, 'a refusal changes nothing');
          }
        } else if (action.kind === 'exit') assert(locks.exit(action.lock, 3));
        else if (action.kind === 'emergency') assert(locks.openEmergency(action.lock, 2));
        else if (action.kind === 'fire') locks.fire(action.lock, action.active);
        else if (action.kind === 'hold') assert(!locks.hold(action.lock, true));
        else if (action.kind === 'close') locks.shut(action.lock, 'test');
        else if (action.kind === 'door') {
          open[action.lock] = action.open;
          locks.doorIs(action.lock, action.open);
        } else {
          for (let s = 0; s < action.seconds; s += 1) {
            clock.advance(second);
            check();
          }
        }
        check();
      }
    }),
    { seed: seedOf(t), numRuns: 2000 },
  );
  assert(granted > 200 && refused > 200, `${granted} granted, ${refused} refused`);
});

const moves = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('grant' as const), lock, delayS: fc.nat(1) }),
    fc.record({ kind: fc.constant('pull' as const), lock }),
    fc.record({ kind: fc.constant('push' as const), lock }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 10, 40, 1000, 2960) }),
  ),
  { minLength: 20, maxLength: 60 },
);

test('of an interlock no door is released while the other is open, however late that is told', (t) => {
  let opened = 0;
  let granted = 0;
  fc.assert(
    fc.property(moves, fc.integer({ min: 0, max: 60_000 }), (script, lateUs) => {
      const clock = new FakeClock();
      const parts = { clock, log: memoryLog(), record: () => undefined, interlock: true };
      const locks = new Locks(parts);
      const open = { first: false, second: false };
      for (const name of lockNames) {
        locks.add(name, new FakeRelay(clock));
        locks.doorIsWatched(name, 60_000);
      }
      const move = (name: 'first' | 'second', isOpen: boolean) => {
        open[name] = isOpen;
        clock.after(lateUs, () => locks.doorIs(name, isOpen));
      };
      for (const action of script) {
        if (action.kind === 'wait') clock.advance(action.ms * 1000);
        else if (action.kind === 'grant') {
          if (locks.release(action.lock, 3, action.delayS)) granted += 1;
        } else if (action.kind === 'push') {
          if (open[action.lock]) move(action.lock, false);
        } else if (!open[action.lock] && locks.stand(action.lock).released) {
          move(action.lock, true);
          opened += 1;
        }
        assert(!locks.stand('first').released || !open.second, 'first beside an open door');
        assert(!locks.stand('second').released || !open.first, 'second beside an open door');
      }
    }),
    { seed: seedOf(t), numRuns: 2000 },
  );
  assert(opened > 200 && granted > 200, `${opened} opened, ${granted} granted`);
});
