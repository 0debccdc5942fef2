import { hash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { derivedId } from '../../src/door/derived-id.ts';
import { exampleOf } from '../../src/web/docs/example.ts';
import { describeApi } from '../../src/web/docs/openapi.ts';
import type { OpenApi, Operation } from '../../src/web/docs/openapi-document.ts';
import type { Route } from '../../src/web/route.ts';
import { serial, withApiKey } from './access-keys.ts';
import { asAdmin, cardBody, type FreshWeb, freshWeb, oneBackup } from './web-app.ts';

/** The document as the socket shows it: all calls. */
export function describeAll({ routes }: Pick<FreshWeb, 'routes'>): OpenApi {
  return describeApi(routes, { version: '1.2.3', local: true });
}

/** What the examples of the document do not say: names that a filled web of the tests has. */
function nameIn(path: string): string {
  if (path.startsWith('/api/v1/backups')) return oneBackup;
  if (path.includes('/apikeys')) return 'test';
  return path.startsWith('/sim/') || path.includes('/readers/') ? 'front' : 'manager';
}

/** Nor do they name its one access key: the card that it has. */
const namesKey = ['/v1/accesskeys/remove', '/v1/accesskeys/status'];
const keyId = derivedId('key', serial, 1);

/** A request that a call should take, made from its description alone. */
export interface Sample {
  /** With an example for each parameter in the path, and the query that it cannot do without. */
  readonly target: string;
  readonly body: unknown;
}

export function sampleOf(api: OpenApi, { method, path }: Route): Sample {
  const call = operationOf(api, method, path);
  const named = api.components.schemas;
  const query = new URLSearchParams();
  let target = path;
  for (const { name, in: where, required, schema } of call.parameters ?? []) {
    const isName = where === 'path' && ['name', 'account'].includes(name);
    const value = isName ? nameIn(path) : String(exampleOf(schema, named, false, name));
    if (where === 'path') target = target.replace(`{${name}}`, value);
    else if (required || schema.examples) query.set(name, value);
  }
  const body = call.requestBody?.content['application/json'];
  return {
    target: query.size > 0 ? `${target}?${query}` : target,
    body: namesKey.includes(path) ? { id: keyId } : body && exampleOf(body.schema, named),
  };
}

export function operationOf(api: OpenApi, method: string, path: string): Operation {
  const found = api.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`${method} ${path} is not described`);
  return found;
}

/** How a request of `ask` differs from a plain one of an admin. */
export interface AskOptions {
  /** The `Authorization` header; null: none. */
  readonly auth?: string | null;
  readonly local?: boolean;
  readonly body?: RequestInit['body'];
}

/** Sends a request and reads its answer, of a stream only the headers. */
export async function ask(web: FreshWeb, method: string, target: string, options: AskOptions = {}) {
  const { auth = asAdmin, local = false, body } = options;
  const init = {
    method,
    headers: auth === null ? {} : { authorization: auth },
    ...(body !== undefined && { body, duplex: 'half' as const }),
  };
  const response = await web.app.request(target, init, { remote: '192.0.2.1', local });
  const media = response.headers.get('content-type') ?? '';
  const streams = media.startsWith('text/event-stream') || media.startsWith('application/x-ndjson');
  if (streams) await response.body?.cancel();
  const text = streams ? '' : await response.text();
  return { status: response.status, headers: response.headers, text };
}

/** A token that is good, or was. @returns the `Authorization` header. */
export async function tokenFor(web: FreshWeb, account: string, livesMs = 7_200_000) {
  const token = hash('sha256', `${account} ${livesMs}`).slice(0, 40);
  const nowMs = web.clock.wallMs();
  const session = { account, expiresMs: nowMs + livesMs };
  const seen = web.accounts.get(account) ?? { role: 'admin', salt: '', hash: '' };
  // At time 0, so that it takes no session that is over away.
  await web.commands.addSession(hash('sha256', token), session, 0, seen);
  return `Bearer ${token}`;
}

/**
 * A web with something of each kind that can be created, by the examples of its description: uid 1.
 * @param except path of a call whose own example is still to be tried.
 */
export async function filledWeb(t: TestContext, except?: string): Promise<FreshWeb> {
  const web = await freshWeb(t);
  await withApiKey(web, 'latchd_test');
  const api = describeAll(web);
  // The same call may stand at two paths.
  const spared = web.routes.find(({ method, path }) => method === 'POST' && path === except)?.body;
  const identifiers = '/api/v1/access/identifier';
  await ask(web, 'POST', identifiers, { local: true, body: JSON.stringify(cardBody('1')) });
  for (const route of web.routes) {
    const good = operationOf(api, route.method, route.path).responses[200];
    const content = good && 'content' in good ? good.content : undefined;
    const answered = content?.['application/json']?.schema.properties;
    const creates = route.method === 'POST' && route.body && (answered?.uid ?? answered?.item_uid);
    if (!creates || route.body === spared || route.path === identifiers) continue;
    const { target, body } = sampleOf(api, route);
    await ask(web, 'POST', target, { local: true, body: JSON.stringify(body) });
  }
  return web;
}
