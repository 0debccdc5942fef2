import type { TestContext } from 'node:test';
import { hashOfKey } from '../../src/web/access-keys/key-auth.ts';
import { type FreshWeb, freshWeb, type WebOptions } from './web-app.ts';

export const serial = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** Gives a web a serial number and an integration with this key. */
export async function withApiKey(web: FreshWeb, key: string): Promise<void> {
  await web.settings.setSerial(serial);
  await web.apiKeys.add(hashOfKey(key), { name: 'test', createdMs: 1 });
}

export type KeyWeb = Awaited<ReturnType<typeof keyWeb>>;

/** A web with an integration, and with a level for the first lock and one for all. */
export async function keyWeb(t: TestContext, options: WebOptions = {}) {
  const web = await freshWeb(t, options);
  const auth = 'Bearer latchd_test';
  await withApiKey(web, 'latchd_test');
  const levels = {
    first: 'ce8e881e-1392-4f53-b7c2-35eeb3ecaf3b',
    all: 'a5129f41-ed44-4f3b-95a2-bec53dd3e1e3',
  };
  await web.accessLevels.create({ name: 'First lock', lock: 'first', linkId: levels.first });
  await web.accessLevels.create({ name: 'All locks', lock: 'all', linkId: levels.all });
  return {
    ...web,
    levels,

    /** A call of the access-key API; status and body. */
    async v1(path: string, body?: unknown) {
      const answer = await web.call('POST', `/v1/${path}`, { auth, body });
      return { status: answer.status, body: answer.body };
    },
  };
}
