import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { link, linkItem, linkPath, timeProfile, upsert } from '../support/linked.ts';
import { seedOf } from '../support/seed.ts';
import { asAdmin, freshWeb } from '../support/web-app.ts';

/** What the model knows of an identifier. */
interface Known {
  readonly type: string;
  readonly number: string;
  readonly name: string;
  readonly lock: string;
  readonly max: number | undefined;
  readonly left: number | undefined;
  readonly toS: number | undefined;
  readonly profiles: readonly number[];
}

/** An item before it is written as JSON. */
const item = fc.record({
  id: fc.integer({ min: 0, max: 5 }),
  type: fc.constantFrom('card', 'ukey'),
  number: fc.integer({ min: 1, max: 7 }).map(String),
  name: fc.constantFrom('Ann', 'Bob', 'Cem'),
  lock: fc.constantFrom('first', 'second', 'all'),
  max: fc.constantFrom(undefined, undefined, 1, 2, 3, 0),
  left: fc.constantFrom(undefined, undefined, -1, 0, 1, 3),
  toS: fc.constantFrom(undefined, undefined, 20, 5),
  /** Link ids of profiles: 70 and 71 are there, 72 is not. */
  profiles: fc.constantFrom<(number[] | undefined)[]>(
    ...[undefined, undefined, [], [70], [71, 70, 71], [70, 72]],
  ),
});
type Item = typeof item extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ upsert: fc.array(item, { maxLength: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.array(fc.integer({ min: 0, max: 5 })) }) },
  { weight: 1, arbitrary: fc.record({ take: fc.integer({ min: 0, max: 5 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ update: item.map((one) => ({ ...one, left: undefined })) }),
  },
);

function written({ id, type, number, name, lock, max, left, toS, profiles }: Item) {
  return linkItem(link(id), number, {
    identifier_owner: { name, type: 'owner' },
    identifier_type: type,
    lock,
    valid: {
      time: toS === undefined ? null : { is_permanent: false, from: 10, to: toS },
      passes: max === undefined ? null : { is_permanent: false, max_passes: max },
    },
    ...(left !== undefined && { additional: { passes_left: left } }),
    ...(profiles && { time_profiles: { link_ids: profiles.map(link) } }),
  });
}

/** The panel as a table: link ids and what stands under them. */
class Model {
  readonly known = new Map<number, Known>();

  upsert(one: Item): { outcome: string; namesake: boolean } {
    const { id, type, number, name, lock, toS } = one;
    const old = this.known.get(id);
    const no = (outcome: string) => ({ outcome, namesake: false });
    if (toS !== undefined && toS <= 10) return no('invalid_time_rules_settings');
    if (one.max === 0) return no('invalid_time_rules_settings');
    if (one.profiles?.includes(72)) return no('bound_time_profile_doesnt_exist');
    const left = this.#left(one, old);
    if (left === 'wrong') return no('invalid_time_rules_settings');
    if (this.#holder(type, number, id)) return no('number_taken_by_another_identifier');
    const profiles = one.profiles
      ? [...new Set(one.profiles.map((linkId) => linkId - 69))]
      : (old?.profiles ?? []);
    this.known.set(id, { type, number, name, lock, max: one.max, left, toS, profiles });
    const namesake = [...this.known].some(([other, its]) => other !== id && its.name === name);
    return { outcome: old ? 'updated' : 'created', namesake };
  }

  #left({ max, left }: Item, old: Known | undefined): number | undefined | 'wrong' {
    if (max === undefined) return undefined;
    if (left !== undefined && left !== -1) return left <= max ? left : 'wrong';
    const used = (old?.max ?? 0) - (old?.left ?? 0);
    return Math.max(0, max - used);
  }

  #holder(type: string, number: string, id: number): boolean {
    return [...this.known].some(
      ([other, its]) => other !== id && its.type === type && its.number === number,
    );
  }

  take(id: number): void {
    const known = this.known.get(id);
    if (known?.left) this.known.set(id, { ...known, left: known.left - 1 });
  }
}

test('random bulk calls do to the store what they would do to a table', async (t) => {
  const runs = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
    const model = new Model();
    // A run that failed has left its identifiers.
    await web.call('DELETE', linkPath, {
      auth: asAdmin,
      body: { link_ids: [0, 1, 2, 3, 4, 5].map(link) },
    });
    assert.equal(web.identifiers.count(), 0);
    for (const one of steps) {
      if ('upsert' in one) {
        const expected = one.upsert.map((said) => ({ ...model.upsert(said), id: said.id }));
        assert.deepEqual(
          await upsert(web, one.upsert.map(written)),
          expected.map(({ id, outcome, namesake }) => ({
            link_id: link(id),
            success: outcome === 'created' || outcome === 'updated',
            extended_info: outcome,
            has_dublicates: namesake,
          })),
        );
      } else if ('remove' in one) {
        const expected = one.remove.map((id) => model.known.delete(id));
        const body = { link_ids: one.remove.map(link) };
        const answer = await web.call('DELETE', linkPath, { auth: asAdmin, body });
        const success = answer.body.result.map((result: { success: boolean }) => result.success);
        assert.deepEqual(success, expected);
      } else if ('take' in one) {
        const uid = web.identifiers.byLinkId(link(one.take))?.uid;
        if (uid !== undefined) web.identifiers.takePass(uid);
        model.take(one.take);
      } else await updateByType(model, one.update);
      compare(model);
    }
  });

  /** The same rules by type and number, for an identifier that has no link id of its own there. */
  async function updateByType(model: Model, said: Item): Promise<void> {
    const { type, number, name, lock, max, toS } = said;
    const [found] = [...model.known].filter(
      ([, its]) => its.type === type && its.number === number,
    );
    const time = { is_permanent: toS === undefined, from: 10, to: toS };
    const passes = { is_permanent: max === undefined, max_passes: max };
    const answer = await web.call(
      'PUT',
      `/api/v1/access/identifiers?type=${type}&number=${number}`,
      {
        auth: asAdmin,
        body: {
          identifier_owner: { name, type: 'owner' },
          lock,
          valid: { time, passes },
        },
      },
    );
    const expected = found
      ? model.upsert({ ...said, id: found[0], profiles: undefined }).outcome
      : toS === 5 || max === 0
        ? 'invalid_time_rules_settings'
        : 'entity_not_found';
    assert.equal(answer.body.result[0].extended_info, expected);
  }

  function compare({ known }: Model): void {
    assert.equal(web.identifiers.linked(0, 0, false).total, known.size);
    for (const type of ['card', 'ukey'] as const) {
      const { total, items } = web.identifiers.ofType(type, 0, 100, false);
      const expected = [...known.values()].filter((its) => its.type === type);
      assert.deepEqual([total, items.length], [expected.length, expected.length]);
    }
    const { items } = web.identifiers.linked(0, 100, false);
    const stored = items.map(
      ({ linkId, type, number, owner, lock, passes, window, profiles = [] }) => [
        linkId,
        {
          type,
          number,
          name: owner.name,
          lock,
          profiles,
          max: passes?.max,
          left: passes?.left,
          toS: window?.toS,
        },
      ],
    );
    const expected = [...known].sort(([a], [b]) => a - b).map(([id, its]) => [link(id), its]);
    assert.deepEqual(stored, expected);
  }

  const web = await freshWeb(t);
  await timeProfile(web, link(70));
  await timeProfile(web, link(71));
  await fc.assert(runs, { seed: seedOf(t), numRuns: 100 });
});
