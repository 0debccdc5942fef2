import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AreaRule } from '../../src/door/anti-passback.ts';
import type { IdentifierFields, Owner } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import type { PanelParts } from '../../src/panel.ts';
import { openPassback } from '../../src/store/passback.ts';
import { areaCommands } from '../../src/web/main-thread/commands-areas.ts';
import { second, wiredDoor } from '../support/wired-door.ts';

const hall: AreaRule = { name: 'hall', mode: 'hard', againAfterMs: 0, exempt: [] };
const [ann, bob]: Owner[] = [
  { name: 'Ann', type: 'owner' },
  { name: 'Bob', type: 'owner' },
];

/** The frame of H10301 that is read as this number. */
function frameOf(number: number): string {
  const data = number.toString(2).padStart(24, '0');
  const ones = (bits: string) => [...bits].filter((bit) => bit === '1').length;
  const [left, right] = [data.slice(0, 12), data.slice(12)];
  return `${ones(left) % 2}${data}${1 - (ones(right) % 2)}`;
}

/** A door between the street and a hall, with a reader on either side. */
async function hallDoor(
  t: TestContext,
  rule: Partial<AreaRule> = {},
  change: Partial<PanelParts> = {},
) {
  const door = wiredDoor(t, change);
  const area = { ...hall, ...rule };
  const setup = { formats: ['H10301'], locks: ['first'] } as const;
  const readers = {
    in: door.addReader({ ...setup, name: 'outside', side: { area, direction: 'in' } }),
    out: door.addReader({ ...setup, name: 'inside', side: { area, direction: 'out' } }),
  };
  const add = (number: number, owner = ann, rest: Partial<IdentifierFields> = {}) =>
    door.identifiers.create({
      type: 'card',
      number: String(number),
      lock: 'first',
      ...rest,
      owner: owner ?? { name: '', type: 'owner' },
    });
  await add(1);
  await add(2, bob);
  return {
    ...door,
    add,
    /** Presents a card on a side. @returns whether the door was opened. */
    pass(direction: 'in' | 'out', number = 1): boolean {
      const before = door.relays.first.driven.length;
      door.send(readers[direction], frameOf(number));
      door.clock.advance(30 * second);
      return door.relays.first.driven.length > before;
    },
    async told() {
      const events = await door.events();
      return events.flatMap(({ model }) =>
        model.reader === undefined ? [] : [model.reason ?? model.anti_passback ?? 'passed'],
      );
    },
  };
}

test('whom a relay that failed kept outside is not inside, and may try again', async (t) => {
  const door = await hallDoor(t);
  assert.deepEqual([door.pass('in'), door.pass('out')], [true, true]);
  door.relays.first.broken = true;
  assert.equal(door.pass('in'), false);
  assert.equal(door.pass('in', 2), false);
  door.relays.first.broken = false;
  assert.deepEqual([door.pass('out'), door.pass('in'), door.pass('in', 2)], [false, true, true]);
});

test('hard: who came in goes out before coming in again, everybody for themselves', async (t) => {
  const door = await hallDoor(t);
  assert.deepEqual(
    [door.pass('in'), door.pass('in'), door.pass('in', 2), door.pass('out'), door.pass('out')],
    [true, false, true, true, false],
  );
  assert.deepEqual([door.pass('in'), door.pass('in', 2)], [true, false]);
  const refused = 'anti-passback';
  const told = ['passed', refused, 'passed', 'passed', refused, 'passed', refused];
  assert.deepEqual(await door.told(), told);
});

test('hard: a first way out is a way out, and a refusal takes no pass', async (t) => {
  const door = await hallDoor(t);
  await door.add(3, bob, { passes: { max: 5, left: 5 } });
  assert.deepEqual(
    [door.pass('out', 3), door.pass('out', 3), door.pass('in', 3)],
    [true, false, true],
  );
  assert.deepEqual(door.identifiers.get(3)?.passes, { max: 5, left: 3 });
});

test('soft: opens, and the event says so', async (t) => {
  const door = await hallDoor(t, { mode: 'soft' });
  assert.deepEqual([door.pass('in'), door.pass('in'), door.pass('out')], [true, true, true]);
  assert.deepEqual(await door.told(), ['passed', 'violated', 'passed']);
  const [, event] = await door.events();
  assert.equal(event?.priority, 'high');
  assert.equal(event?.text, 'Ann may pass at outside, although already on that side');
});

test('timed: not the same way again within the time; a refusal does not prolong it', async (t) => {
  const door = await hallDoor(t, { mode: 'timed', againAfterMs: 70_000 });
  const outcomes = [1, 2, 3, 4].map(() => door.pass('in'));
  assert.deepEqual(outcomes, [true, false, false, true], 'presented every 30 s');
  assert.deepEqual([door.pass('out'), door.pass('in')], [true, false]);
});

test('a passage is forgiven by its age and by the time of day', async (t) => {
  const door = await hallDoor(t, { forgiveAfterMs: 3_600_000 });
  assert.deepEqual([door.pass('in'), door.pass('in')], [true, false]);
  door.clock.advance(3600 * second);
  assert.equal(door.pass('in'), true);
  const daily = await hallDoor(t, { forgiveAtS: 4 * 3600 });
  assert.equal(daily.pass('in'), true);
  daily.clock.setWall(Date.UTC(2026, 5, 2, 3, 59));
  assert.equal(daily.pass('in'), false);
  daily.clock.setWall(Date.UTC(2026, 5, 2, 4));
  assert.equal(daily.pass('in'), true);
});

test('whoever is barred, refused or exempt has not passed', async (t) => {
  const door = await hallDoor(t, { exempt: ['ukey'] });
  await door.panel.modes.set({ locks: ['first'], mode: 'blocked', by: 'boss' });
  assert.equal(door.pass('in'), false);
  await door.panel.modes.set({ locks: ['first'], mode: 'normal', by: 'boss' });
  assert.equal(door.pass('in'), true);
  await door.add(3, bob, { type: 'ukey' });
  assert.deepEqual([door.pass('in', 3), door.pass('in', 3)], [true, true]);
});

test('the numbers of one access key count together', async (t) => {
  const door = await hallDoor(t);
  await door.add(3, ann, { partOf: 1 });
  assert.deepEqual([door.pass('in'), door.pass('in', 3), door.pass('out', 3)], [true, false, true]);
  assert.equal(door.pass('in'), true);
});

test('an operator forgives one or all, and an event tells it', async (t) => {
  const door = await hallDoor(t);
  const commands = areaCommands({ ...door, record: (event) => recorded.push(event.text) });
  const recorded: string[] = [];
  for (const card of [1, 2]) door.pass('in', card);
  assert.equal(await commands.forgivePassback(1, 'boss'), true);
  assert.deepEqual([door.pass('in', 1), door.pass('in', 2)], [true, false]);
  assert.equal(await commands.forgivePassback('all', 'boss'), true);
  assert.deepEqual([door.pass('in', 1), door.pass('in', 2)], [true, true]);
  assert.equal(await commands.forgivePassback(9, 'boss'), false);
  assert.deepEqual(recorded, [
    'Ann may come and go anew: boss',
    'Everybody may come and go anew: boss',
  ]);
});

test('exit buttons and fire let everybody out; after a fire all come in again', async (t) => {
  const door = await hallDoor(t);
  door.pass('in');
  door.press('exit');
  assert.deepEqual(door.released(), [true, false]);
  door.clock.advance(10 * second);
  assert.equal(door.pass('in'), false, 'nobody saw the way out');
  door.set('fire', true);
  assert.deepEqual(door.released(), [true, true]);
  await new Promise((resolve) => setImmediate(resolve));
  const keys = await untilKey(door, 'anti_passback_was_reset');
  assert(keys.indexOf('fire_alarm_is_on') < keys.indexOf('anti_passback_was_reset'));
  door.set('fire', false);
  await door.panel.commanded.closeLocks({ locks: ['first'], by: 'boss' });
  assert.equal(door.pass('in'), true);
});

/** Keys of the events, once one of them is `key`. */
async function untilKey(door: { keys(): Promise<string[]> }, key: string): Promise<string[]> {
  for (;;) {
    const keys = await door.keys();
    if (keys.includes(key)) return keys;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('the master code knows no area', async (t) => {
  const door = await hallDoor(t);
  await door.master.setCode('4711', () => false);
  const side = { area: hall, direction: 'in' } as const;
  const keypad = { kind: 'burst_4', mode: 'card_or_code', betweenKeysUs: 5 * second, facility: 0 };
  const reader = door.addReader({ name: 'pad', side, keypad: keypad as never });
  for (let times = 0; times < 3; times += 1) {
    for (const key of [4, 7, 1, 1, 11]) {
      door.send(reader, key.toString(2).padStart(4, '0'));
      door.clock.advance(100_000);
    }
    door.clock.advance(10 * second);
  }
  const keys = await door.keys();
  assert.deepEqual(keys, Array(3).fill('access_granted_by_master_code'));
});

test('what a remote server lets pass is followed, and never held against anybody', async (t) => {
  const verdict = { handled: true, granted: true, lockNumber: 1 } as const;
  let asked = 0;
  const door = await hallDoor(
    t,
    {},
    {
      remote: {
        ask: (_question, decided) => {
          asked += 1;
          if (asked < 3) decided({ ...verdict });
          return asked < 3;
        },
      },
    },
  );
  assert.deepEqual([door.pass('in'), door.pass('in')], [true, true]);
  assert.deepEqual([door.pass('in'), door.pass('out')], [false, true]);
});

const full = new Fault('store-unwritable', 'the disk is full', 'make room');

test('a database that fails keeps nobody in, and lets nobody in twice', async (t) => {
  const door = await hallDoor(t);
  t.mock.method(door.passback, 'note', () => {
    throw full;
  });
  assert.deepEqual([door.pass('in'), door.pass('out'), door.pass('out')], [false, true, true]);
  const [refusal] = await door.events();
  assert.deepEqual(
    [refusal?.model.reason, refusal?.model.fault],
    ['anti-passback', 'store-unwritable'],
  );
  const unreadable = new Fault('store-unreadable', 'damaged', 'set it again');
  t.mock.method(door.passback, 'last', () => {
    throw unreadable;
  });
  assert.deepEqual([door.pass('in'), door.pass('out')], [false, true]);
  const soft = await hallDoor(t, { mode: 'soft' });
  t.mock.method(soft.passback, 'last', () => {
    throw unreadable;
  });
  assert.deepEqual([soft.pass('in'), soft.pass('in')], [true, true]);
});

test('who is inside is inside after a restart', async (t) => {
  const door = await hallDoor(t);
  door.pass('in');
  const after = openPassback(door.store);
  assert.equal(after.last(1, 'hall')?.direction, 'in');
});
