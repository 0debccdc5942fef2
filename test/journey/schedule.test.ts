import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { IdentifierFields, TimeProfile } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import type { PanelParts } from '../../src/panel.ts';
import { openPersons } from '../../src/store/access-levels.ts';
import { openApiKeys } from '../../src/store/api-keys.ts';
import { keyCommands } from '../../src/web/main-thread/commands-keys.ts';
import { scheduleCommands } from '../../src/web/main-thread/commands-schedule.ts';
import { bitsOf, freshDoor } from '../support/door.ts';

const frame = bitsOf('2F623AE', 26);
const linkId = '123e4567-e89b-42d3-a456-426614174000';

/** Every day from `from` to `to`, hours of the day; the fake clock starts on 2026-06-01 at 12:00. */
function hours(from: number, to: number): TimeProfile {
  const dayS = Date.UTC(2026, 0, 1) / 1000;
  return {
    name: `${from} to ${to}`,
    allDay: false,
    fromS: dayS + from * 3600,
    toS: dayS + to * 3600,
    repeat: { enabled: true, type: 'day' },
  };
}

/** A door with profiles 1 (8 to 11 o'clock) and 2 (13 to 17) and a card with `fields`. */
async function door(
  t: TestContext,
  fields: Partial<IdentifierFields>,
  change: Partial<PanelParts> = {},
) {
  const fresh = freshDoor(t, change);
  await fresh.timeProfiles.create(hours(8, 11));
  await fresh.timeProfiles.create(hours(13, 17));
  await fresh.identifiers.create({
    type: 'card',
    number: String(0x7b11d7),
    owner: { name: 'Ann', type: 'owner' },
    lock: 'first',
    ...fields,
  });
  const front = fresh.addReader({ formats: ['H10301'] });
  return {
    ...fresh,
    /** Presents the card at an hour of that day. @returns what the last event says. */
    async presentAt(hour: number) {
      fresh.clock.setWall(Date.UTC(2026, 5, 1, hour));
      fresh.send(front, frame);
      fresh.clock.advance(10_000_000);
      const last = (await fresh.events()).at(-1);
      return last?.model.reason ?? last?.model.lock;
    },
    /** How often a lock was released. */
    releases: (lock: 'first' | 'second') =>
      fresh.relays[lock].driven.filter(({ energised }) => energised).length,
  };
}

test('a card is let in inside its profile and refused outside', async (t) => {
  const { presentAt, releases } = await door(t, { profiles: [1] });
  assert.equal(await presentAt(7), 'outside-time-profile');
  assert.equal(releases('first'), 0);
  assert.equal(await presentAt(8), 'first');
  assert.equal(await presentAt(10), 'first');
  assert.equal(await presentAt(12), 'outside-time-profile');
  assert.equal(releases('first'), 2);
});

test('of several profiles any one that holds is enough', async (t) => {
  const { presentAt, releases } = await door(t, { profiles: [1, 2] });
  assert.equal(await presentAt(9), 'first');
  assert.equal(await presentAt(12), 'outside-time-profile');
  assert.equal(await presentAt(14), 'first');
  assert.equal(releases('first'), 2);
});

test('a deleted profile holds never: it frees nobody', async (t) => {
  const { presentAt, releases, timeProfiles } = await door(t, { profiles: [1, 2] });
  await timeProfiles.remove([1]);
  assert.equal(await presentAt(9), 'outside-time-profile');
  assert.equal(await presentAt(14), 'first');
  await timeProfiles.remove([2]);
  assert.equal(await presentAt(14), 'outside-time-profile');
  assert.equal(releases('first'), 1);
});

test('a changed profile counts from the next presentation on', async (t) => {
  const { presentAt, timeProfiles } = await door(t, { profiles: [1] });
  assert.equal(await presentAt(12), 'outside-time-profile');
  await timeProfiles.update(1, () => hours(11, 13));
  assert.equal(await presentAt(12), 'first');
  assert.equal(await presentAt(9), 'outside-time-profile');
});

test('levels stand in the place of the lock', async (t) => {
  const fresh = await door(t, { lock: 'first', levels: [1, 2] });
  const { presentAt, releases, accessLevels } = fresh;
  await accessLevels.create({ name: 'Front, mornings', lock: 'first', profiles: [1], linkId });
  await accessLevels.create({ name: 'Back', lock: 'second', linkId: linkId.replace('1', '2') });
  assert.equal(await presentAt(9), 'all');
  assert.equal(await presentAt(14), 'second');
  assert.deepEqual([releases('first'), releases('second')], [1, 2]);
  await accessLevels.remove([2]);
  assert.equal(await presentAt(9), 'first');
  assert.equal(await presentAt(14), 'outside-time-profile');
  await accessLevels.remove([1]);
  assert.equal(await presentAt(9), 'wrong-reader');
  assert.deepEqual([releases('first'), releases('second')], [2, 2]);
});

test('a level opens only while a profile of its own and one of the identifier hold', async (t) => {
  const fresh = await door(t, { profiles: [2], levels: [1, 2, 3] });
  const { presentAt, releases, accessLevels, timeProfiles } = fresh;
  const level = (name: string, lock: 'first' | 'second', profiles?: number[]) =>
    accessLevels.create({ ...{ name, lock, linkId: name }, ...(profiles && { profiles }) });
  await level('Front, mornings', 'first', [1]);
  await level('Back', 'second');
  await level('Front, all day', 'first', [1, 2]);
  assert.equal(await presentAt(9), 'outside-time-profile');
  assert.equal(await presentAt(12), 'outside-time-profile');
  assert.deepEqual([releases('first'), releases('second')], [0, 0]);
  assert.equal(await presentAt(14), 'all');
  await accessLevels.remove([3]);
  assert.equal(await presentAt(14), 'second');
  await accessLevels.remove([2]);
  // The hours of the level that is left and those of the identifier have none in common.
  assert.equal(await presentAt(9), 'outside-time-profile');
  assert.equal(await presentAt(14), 'outside-time-profile');
  await timeProfiles.remove([2]);
  assert.equal(await presentAt(9), 'outside-time-profile');
  assert.deepEqual([releases('first'), releases('second')], [1, 2]);
});

test('a profile counts beside levels, whichever came first', async (t) => {
  for (const order of ['profile', 'level'] as const) {
    const fresh = await door(t, {});
    const { presentAt, identifiers, accessLevels, timeProfiles, store } = fresh;
    await accessLevels.create({ name: 'Front', lock: 'first', linkId });
    const schedule = scheduleCommands({ identifiers, timeProfiles });
    const keys = keyCommands({
      identifiers,
      accessLevels,
      persons: openPersons(store),
      apiKeys: openApiKeys(store),
    });
    const steps = [
      () => schedule.attachTimeProfile(1, 1),
      () => keys.changeAccessKey(1, { levels: [1] }),
    ];
    for (const step of order === 'profile' ? steps : steps.reverse()) {
      assert.equal(await step(), undefined);
    }
    assert.equal(await presentAt(12), 'outside-time-profile', order);
    assert.equal(await presentAt(9), 'first', order);
  }
});

test('an identifier of no level at all opens nothing', async (t) => {
  const { presentAt, releases } = await door(t, { lock: 'all', levels: [] });
  assert.equal(await presentAt(9), 'wrong-reader');
  assert.deepEqual([releases('first'), releases('second')], [0, 0]);
});

test('a clock that was never set refuses profiles; permanent identifiers pass', async (t) => {
  const untrusted = { clockTrusted: () => false };
  const limited = await door(t, { profiles: [1] }, untrusted);
  assert.equal(await limited.presentAt(9), 'clock-untrusted');
  const permanent = await door(t, {}, untrusted);
  assert.equal(await permanent.presentAt(9), 'first');
});

test('outside its profile a card loses no pass', async (t) => {
  const { presentAt, identifiers } = await door(t, {
    profiles: [1],
    passes: { max: 1, left: 1 },
  });
  assert.equal(await presentAt(12), 'outside-time-profile');
  assert.equal(identifiers.get(1)?.passes?.left, 1);
  assert.equal(await presentAt(9), 'first');
  assert.equal(await presentAt(9), 'no-passes-left');
});

test('a profile that cannot be read opens nothing, and the fault is told', async (t) => {
  const { presentAt, releases, store } = await door(t, { profiles: [1] });
  const raw = store.database<number>('time-profiles', 'uint32');
  await store.durably(() => raw.putSync(1, { name: 'no times' }));
  assert.equal(await presentAt(9), 'outside-time-profile');
  assert.equal(releases('first'), 0);

  const level = await door(
    t,
    { levels: [1] },
    {
      accessLevels: {
        get: () => {
          throw new Fault('store-unreadable', 'damaged', 'restore a backup');
        },
      },
    },
  );
  assert.equal(await level.presentAt(9), 'outside-time-profile');
  assert.equal((await level.events()).at(-1)?.model.fault, 'store-unreadable');
  assert.equal(level.releases('first'), 0);
});

test('an identifier without profiles and levels costs no look-up of any', async (t) => {
  const forbidden = {
    get: () => {
      throw new TypeError('looked up');
    },
  };
  const { presentAt } = await door(t, {}, { timeProfiles: forbidden, accessLevels: forbidden });
  assert.equal(await presentAt(9), 'first');
});
