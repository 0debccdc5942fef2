import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPersons } from '../../src/store/access-levels.ts';
import { openApartments } from '../../src/store/apartments.ts';
import { openTimeProfiles } from '../../src/store/time-profiles.ts';
import { inSteps } from '../../src/web/identifiers/identifier-batch.ts';
import { linkCommands } from '../../src/web/main-thread/commands-links.ts';
import { bitsOf, freshDoor } from '../support/door.ts';
import { link } from '../support/linked.ts';

/** H10301, facility 123, card 4567 (published vector); number 0x7B11D7. */
const frame = bitsOf('2F623AE', 26);
const items = 1000;

test('cards are decided, and their passes taken, between the steps of a bulk call', async (t) => {
  const door = freshDoor(t);
  const { identifiers, store } = door;
  const owner = { name: 'Ann', type: 'owner' } as const;
  const passes = { max: 1_000_000, left: 1_000_000 };
  await identifiers.create({
    type: 'card',
    number: String(0x7b11d7),
    owner,
    lock: 'first',
    passes,
  });
  const front = door.addReader({ formats: ['H10301'] });
  const commands = linkCommands({
    identifiers,
    timeProfiles: openTimeProfiles(store),
    apartments: openApartments(store),
    persons: openPersons(store),
  });
  const changes = Array.from({ length: items }, (_, id) => ({
    change: {
      linkId: link(id),
      fields: { type: 'card', number: String(id), owner, lock: 'all' } as const,
    },
  }));
  let done = false;
  const bulk = inSteps(changes, (some) => commands.upsertLinked(some)).finally(() => {
    done = true;
  });
  /** How many were stored when a card opened the door. */
  const storedThen = new Set<number>();
  let granted = 0;
  while (!done) {
    const before = door.relays.first.driven.length;
    door.send(front, frame);
    assert.equal(door.relays.first.driven.length, before + 1);
    granted += 1;
    storedThen.add(identifiers.count());
    door.clock.advance(6_000_000);
    await new Promise(setImmediate);
  }
  const outcomes = await bulk;
  assert.ok(outcomes.every(({ outcome }) => outcome === 'created'));
  assert.equal(identifiers.count(), items + 1);
  const between = [...storedThen].filter((count) => count > 1 && count <= items);
  assert.ok(between.length >= 5, `${between.length} moments between the steps`);
  assert.equal(identifiers.get(1)?.passes?.left, passes.max - granted);
});
