import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { withApiKey } from './access-keys.ts';
import { randomOf } from './random.ts';
import { seedOf } from './seed.ts';
import { type FreshWeb, freshWeb } from './web-app.ts';
import { apiKey, type RandomRequest, RandomRequests } from './web-random.ts';

/** A hundred thousand in all, in two files: each has the time limit of a test to itself. */
const requests = 50_000;
const atOnce = 64;
/** A minute passes every so many requests, so that throttled addresses are heard again. */
const minuteEvery = 10_000;
const statuses = new Set([200, 202, 204, 400, 401, 403, 404, 405, 409, 413, 429]);

async function sendOne(web: FreshWeb, request: RandomRequest): Promise<number> {
  const { method, headers, body, local, remote } = request;
  // Steps up (`..`) are taken before a request is sent.
  const { pathname, search } = new URL(request.path, 'http://panel');
  const path = pathname + search;
  const init = { method, headers, ...(body !== undefined && { body }) };
  const response = await web.app.request(path, init, { local, remote });
  const title = `${method} ${path} ${body ?? ''}: ${response.status}`;
  assert.ok(statuses.has(response.status), title);
  const media = response.headers.get('content-type') ?? '';
  if (['application/x-ndjson', 'text/event-stream', 'image/png'].includes(media)) {
    await response.body?.cancel();
    return response.status;
  }
  const text = await response.text();
  const answer = web.checkAnswer(
    { method, target: path, local },
    { status: response.status, headers: response.headers, text },
  );
  if (answer !== undefined) {
    assert.ok(typeof answer === 'object' && answer !== null, title);
    // The one error that the pages answer with 200.
    const unbound = 'error' in answer && answer.error === 'Identifier already unbound';
    assert.equal('error' in answer, response.status >= 400 || unbound, title);
  }
  return response.status;
}

/** Every index entry points to its record, and every record has its entry. */
function assertConsistent({ store, identifiers, apartments, persons }: FreshWeb): void {
  store.refresh();
  const keys = [...store.database<string>('identifiers', 'ordered-binary').getKeys({})];
  const index = store.database<number>('identifiers-by-uid', 'uint32');
  const entries = [...index.getRange({})];
  assert.deepEqual(entries.map(({ value }) => value).sort(), keys.sort());
  assert.equal(identifiers.count(), entries.length);
  for (const { key: uid, value } of entries) {
    const identifier = identifiers.get(uid);
    assert.ok(identifier);
    const { type, number, window, passes } = identifier;
    assert.equal(`${type}:${number}`, value);
    assert.deepEqual(identifiers.find(type, number), identifier);
    assert.equal(identifier.uid, uid);
    assert.ok(window === undefined || window.toS > window.fromS);
    assert.ok(passes === undefined || (passes.left >= 0 && passes.left <= passes.max));
    assert.ok(identifier.apartment === undefined || apartments.get(identifier.apartment));
  }
  const addresses = store.database<number[]>('apartments-by-address', 'ordered-binary');
  const homes = [...addresses.getRange({})].map(({ key, value }) => [...key, value]);
  const there = apartments.all();
  assert.equal(homes.length, there.length);
  for (const { building, unit, floor, room, uid } of there) {
    assert.ok(homes.some((home) => String(home) === String([building, unit, floor, room, uid])));
  }
  for (const { uid } of persons.all()) {
    assert.notDeepEqual(identifiers.referring('person', uid), []);
  }
}

/**
 * Sends half of a hundred thousand random requests, many at a time: each is answered as the API says
 * it, and afterwards no record is half written. `half` makes those of each file other ones.
 */
export async function sendRandomRequests(t: TestContext, half: 1 | 2): Promise<void> {
  const web = await freshWeb(t);
  await withApiKey(web, apiKey);
  const source = new RandomRequests(randomOf(seedOf(t) ^ (half << 24)), web.routes);
  const counts = new Map<number, number>();
  const wrong: unknown[] = [];
  let sent = 0;
  async function keepSending(): Promise<void> {
    while (sent < requests && wrong.length === 0) {
      sent += 1;
      if (sent % minuteEvery === 0) web.clock.advance(61e6);
      const status = await sendOne(web, source.next());
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  }
  const keepTelling = () => keepSending().catch((error: unknown) => void wrong.push(error));
  // The store closes when nothing is under way any more, also where something was wrong.
  await Promise.all(Array.from({ length: atOnce }, keepTelling));
  assert.deepEqual(wrong, []);
  t.diagnostic(
    [...counts]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', '),
  );
  assertConsistent(web);
  for (const status of [200, 202, 204, 400, 401, 403, 404, 405, 409, 429]) {
    assert.ok(counts.has(status), `no request was answered with ${status}`);
  }
  assert.ok((counts.get(200) ?? 0) > requests / 10);
  // A restore of what is no backup is told as a warning; nothing else may be wrong.
  const told = web.log.entries.filter(({ level }) => level !== 'info');
  assert.deepEqual(
    told.filter(({ text }) => text !== 'a restore was refused'),
    [],
  );
}
