import assert from 'node:assert/strict';
import { z } from 'zod';
import { asAdmin, cardBody, type FreshWeb } from './web-app.ts';

export const linkPath = '/api/v1/access/identifier/items/link';

/** A UUID that is told apart by its number. */
export function link(number: number): string {
  return `91c615e3-1040-4815-8ecb-${String(number).padStart(12, '0')}`;
}

/** An item of a bulk call; `rest` replaces members. */
export function linkItem(linkId: string, number: string, rest: object = {}) {
  return { link_id: linkId, ...cardBody(number, rest) };
}

export const limited = (max: number) => ({
  valid: { time: { is_permanent: true }, passes: { is_permanent: false, max_passes: max } },
});

/** A time profile with a link id. @returns its uid. */
export async function timeProfile({ timeProfiles }: FreshWeb, linkId: string): Promise<number> {
  const created = await timeProfiles.create({
    name: linkId,
    linkId,
    allDay: true,
    fromS: 0,
    toS: 1,
  });
  assert('uid' in created);
  return created.uid;
}

/** An apartment with a link id. @returns its uid. */
export async function apartment({ apartments }: FreshWeb, linkId: string): Promise<number> {
  const place = { building: 1, unit: 2, floor: 3, room: 4 };
  const created = await apartments.create({ name: 'Flat', residents: 1, ...place, linkId });
  assert('uid' in created);
  return created.uid;
}

/** A call as admin whose good answer must have the shape that its route declares. */
export async function call(web: FreshWeb, method: string, path: string, body?: unknown) {
  const answer = await web.call(method, path, { auth: asAdmin, body });
  const [at] = path.split('?');
  const pattern = at?.replace(/\/item\/[^/]+/, '/item/{uid}');
  const route = web.routes.find((one) => one.method === method && one.path === pattern);
  assert(route, `${method} ${path}`);
  if (answer.status === 200 && route.answers instanceof z.ZodType) {
    route.answers.parse(answer.body);
  }
  return answer;
}

/** Creates or updates by link id; answers the results. */
export async function upsert(web: FreshWeb, items: readonly object[]) {
  const { status, body } = await call(web, 'POST', linkPath, { list_items: items });
  assert.equal(status, 200, JSON.stringify(body));
  return body.result;
}

/** Creates or updates by link id; answers what became of each item. */
export async function outcomes(web: FreshWeb, items: readonly object[]): Promise<string[]> {
  const result: { success: boolean; extended_info: string }[] = await upsert(web, items);
  return result.map(({ success, extended_info: outcome }) => {
    assert.equal(success, outcome === 'created' || outcome === 'updated');
    return outcome;
  });
}
