import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { Feedback } from '../../src/panel/feedback.ts';
import type { PanelParts } from '../../src/panel.ts';
import { bits26 } from '../support/daemon.ts';
import { FakeRelay, freshDoor } from '../support/door.ts';
import { typeKeys } from '../support/keys.ts';

const second = 1_000_000;
const ann = { type: 'card', number: '7', owner: { name: 'Ann', type: 'owner' } } as const;

/** A door with two readers and the card of Ann, which opens; cards are shown by number. */
async function learningDoor(t: Parameters<typeof freshDoor>[0], change: Partial<PanelParts> = {}) {
  const door = freshDoor(t, change);
  await door.identifiers.create({ ...ann, lock: 'first' });
  const setup = { formats: ['wiegand_26'], locks: ['first'] } as const;
  const front = door.addReader(setup);
  const back = door.addReader({ ...setup, name: 'back' });
  return {
    ...door,
    show(card: number, reader: 'front' | 'back' = 'front') {
      door.send(reader === 'front' ? front : back, bits26(card));
      door.clock.advance(3 * second);
    },
    opened: () => door.relays.first.driven.filter(({ energised }) => energised).length,
    /** Once it is told what became of the card. */
    async told() {
      const isTold = () =>
        door.log.entries.some(({ text }) => /master card set|did not/.test(text));
      while (!isTold()) await new Promise(setImmediate);
    },
    /** Events of the master card. */
    async masterEvents() {
      const events = (await door.events()).filter(({ key }) => key.startsWith('master_card_'));
      return events.map(({ key, model }) => [key, model]);
    },
  };
}

const awaited = ['master_card_awaited', { seconds: 30, by: 'admin' }];

test('the next card at any reader becomes the master card, and opens nothing', async (t) => {
  const door = await learningDoor(t);
  await door.master.setCard('4711', () => false);
  door.panel.enrolments.learning.begin('admin');
  assert.equal(door.master.card(), '4711', 'the one before stays until then');
  door.show(99, 'back');
  await door.told();
  assert.equal(door.master.card(), '99');
  assert.equal(door.opened(), 0);
  assert.deepEqual(await door.masterEvents(), [
    awaited,
    ['master_card_changed', { enabled: true, by: 'admin', reader: 'back' }],
  ]);
  door.show(7);
  assert.equal(door.opened(), 1, 'the card after it is for the door');
  door.show(99);
  assert.equal(
    door.panel.enrolments.state('front')?.kind,
    'active',
    'it is the master card at once',
  );
});

test('a card of the list is refused, and is the one that was waited for', async (t) => {
  for (const type of ['card', 'ukey'] as const) {
    const door = await learningDoor(t);
    await door.identifiers.create({ ...ann, type, number: '8', lock: 'first' });
    door.panel.enrolments.learning.begin('admin');
    door.show(8);
    await door.told();
    assert.equal(door.master.card(), undefined);
    assert.equal(door.opened(), 0);
    assert.deepEqual(await door.masterEvents(), [
      awaited,
      ['master_card_refused', { reader: 'front', reason: 'known', by: 'admin' }],
    ]);
    door.show(9);
    assert.equal(door.master.card(), undefined);
  }
});

test('it is waited for as long as for a card of the list, or until it is asked for no more', async (t) => {
  const door = await learningDoor(t);
  const { learning } = door.panel.enrolments;
  learning.begin('admin');
  door.clock.advance(20 * second);
  learning.begin('mia');
  door.clock.advance(20 * second);
  learning.end('command');
  learning.end('command');
  learning.begin('admin');
  door.clock.advance(30 * second);
  door.show(7);
  assert.equal(door.opened(), 1);
  learning.begin('admin');
  door.panel.close();
  const missed = (why: string, by: string) => ['master_card_missed', { why, by }];
  assert.deepEqual(await door.masterEvents(), [
    ...[awaited, ['master_card_awaited', { seconds: 30, by: 'mia' }], missed('command', 'mia')],
    ...[awaited, missed('time', 'admin'), awaited, missed('stop', 'admin')],
  ]);
  assert.equal(door.master.card(), undefined);
});

test('whoever leaves in an emergency does not become the master; nor does a code', async (t) => {
  const door = await learningDoor(t);
  const keypad = door.addReader({
    name: 'keys',
    locks: ['first'],
    formats: ['wiegand_26'],
    keypad: { kind: 'burst_8', betweenKeysUs: 5 * second, facility: 0, mode: 'card_or_code' },
  });
  door.panel.enrolments.learning.begin('admin');
  door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 5 }], by: 'admin' });
  door.show(99);
  assert.equal(door.master.card(), undefined);
  door.clock.advance(6 * second);
  typeKeys(door, keypad, '1234#');
  assert.equal(door.master.card(), undefined);
  door.show(99);
  await door.told();
  assert.equal(door.master.card(), '99');
});

test('a disk that takes no card leaves the master card that there was', async (t) => {
  const fault = new Fault('store-unwritable', 'the database cannot be written', 'make room');
  const door = await learningDoor(t, {
    master: { card: () => '4711', setCard: () => Promise.reject(fault), isCode: () => false },
  });
  door.panel.enrolments.learning.begin('admin');
  door.show(99);
  await door.told();
  assert.deepEqual(await door.masterEvents(), [
    awaited,
    ['master_card_refused', { reader: 'front', reason: 'unwritable', by: 'admin' }],
  ]);
});

test('every reader shows that a card is waited for, and that of the card what came of it', async (t) => {
  const door = await learningDoor(t);
  const feedback = new Feedback(door);
  const lights = {
    front: new FakeRelay(door.clock),
    back: new FakeRelay(door.clock),
  };
  feedback.add('front', ['first'], 'green', lights.front);
  feedback.add('back', ['first'], 'green', lights.back);
  const lit = (reader: keyof typeof lights) => {
    const before = lights[reader].driven.length;
    door.clock.advance(2 * second);
    return lights[reader].driven.slice(before).filter(({ energised }) => energised).length;
  };
  const heed = (key: string, model = {}) =>
    feedback.heed({ category: 'system', priority: 'medium', key, text: '', model });
  for (const [ends, model] of [
    ['master_card_changed', { reader: 'front' }],
    ['master_card_refused', { reader: 'front' }],
    ['master_card_missed', {}],
  ] as const) {
    heed('master_card_awaited');
    assert.deepEqual([lit('front'), lit('back')], [10, 10], ends);
    heed(ends, model);
    door.clock.advance(5 * second);
    assert.deepEqual([lit('front'), lit('back')], [0, 0], ends);
  }
  feedback.close();
});
