import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccessLevels, openPersons } from '../../src/store/access-levels.ts';
import { openApiKeys } from '../../src/store/api-keys.ts';
import { keyCommands } from '../../src/web/main-thread/commands-keys.ts';
import { bitsOf, freshDoor } from '../support/door.ts';

/** H10301, facility 123, card 4567 (published vector); number 0x7B11D7. */
const frame = bitsOf('2F623AE', 26);
const number = String(0x7b11d7);

test('each number of a composite key opens what its level opens, until the key is removed', async (t) => {
  const door = freshDoor(t);
  const accessLevels = openAccessLevels(door.store);
  await accessLevels.create({ name: 'Second', lock: 'second', linkId: 'a' });
  const commands = keyCommands({
    identifiers: door.identifiers,
    accessLevels,
    persons: openPersons(door.store),
    apiKeys: openApiKeys(door.store),
  });
  const made = await commands.addAccessKey({
    type: 'card',
    numbers: ['1', number],
    holder: { kind: 'new', person: { firstName: 'Ann', lastName: 'Ek', linkId: 'b' } },
    change: { levels: [1] },
  });
  assert.deepEqual(made, { uid: 1 });
  const front = door.addReader({ formats: ['H10301'] });
  door.send(front, frame);
  assert.equal(door.relays.second.isEnergised(), true);
  assert.equal(door.relays.first.isEnergised(), false);
  door.clock.advance(6e6);
  await commands.removeAccessKey(1);
  door.send(front, frame);
  assert.equal(door.relays.second.isEnergised(), false);
  assert.deepEqual(
    (await door.events()).map(({ model }) => [model.owner, model.lock, model.reason]),
    [
      ['Ann Ek', 'second', undefined],
      [null, null, 'unknown-credential'],
    ],
  );
});
