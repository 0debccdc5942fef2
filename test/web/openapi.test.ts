import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { jsonSchemaOf } from '../../src/web/docs/json-schema.ts';
import type { OpenApi, Operation } from '../../src/web/docs/openapi-document.ts';
import type { Route } from '../../src/web/route.ts';
import { isDescribed } from '../support/answers.ts';
import { document } from '../support/openapi-shape.ts';
import { ask, describeAll, filledWeb, operationOf, sampleOf } from '../support/walk.ts';
import { freshWeb } from '../support/web-app.ts';

/** Calls that do not yet say what they answer; to be empty. */
const withoutAnswers: readonly string[] = [];

/** Calls that cannot succeed in a fresh web with their example, and why. */
const examplesRefused: { readonly [call: string]: string } = {
  'GET /api/v1/login': 'the digest is of another password',
  'GET /api/v1/access/identifier/item/{uid}/qr': 'the identifier is a card',
  'POST /api/v1/access/identifiers/import': 'a table has no example in JSON',
  'GET /api/v1/access/door/status': 'no door has a contact',
  'POST /api/v1/backups/restore': 'no file is sent',
};

/** Every `$ref` in a value. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
}

function at(api: object, pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => Reflect.get(Object(value), key), api);
}

function operationsOf(api: OpenApi): (Operation & { method: string; path: string })[] {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      ...one,
      method: method.toUpperCase(),
      path,
    })),
  );
}

const callOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

test('the document is OpenAPI 3.1, and points to nothing that is not there', async (t) => {
  const web = await freshWeb(t);
  for (const local of [false, true]) {
    const { status, headers, body } = await web.call('GET', '/openapi.json', { local });
    assert.equal(status, 200);
    assert.equal(headers.get('content-type'), 'application/json');
    const parsed = document.safeParse(body);
    assert.ok(parsed.success, parsed.error && z.prettifyError(parsed.error));
    assert.equal(body.info.version, '1.2.3');
    for (const ref of refsIn(body)) assert.ok(at(body, ref), `${ref} is there`);
    const operations = operationsOf(body);
    const ids = operations.map(({ operationId }) => operationId);
    assert.deepEqual([...new Set(ids)], ids);
    const tags = body.tags.map((tag: { name: string }) => tag.name);
    const used = new Set(operations.flatMap((one) => one.tags));
    assert.deepEqual(new Set(tags), used);
    assert.ok(!used.has('Others'), 'every call has its heading in openapi-tags.ts');
    for (const { path, parameters = [] } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const declared = parameters.filter((one) => one.in === 'path');
      assert.deepEqual(declared.map((one) => one.name).sort(), inPath.sort(), path);
      assert.ok(declared.every(({ required }) => required));
    }
  }
});

test('operation ids tell method and path', async (t) => {
  const api = describeAll(await freshWeb(t));
  const id = (method: string, path: string) => operationOf(api, method, path).operationId;
  assert.equal(id('GET', '/api/info'), 'getInfo');
  assert.equal(
    id('PATCH', '/api/v1/access/identifier/item/{uid}'),
    'patchAccessIdentifierItemByUid',
  );
  assert.equal(id('GET', '/openapi.json'), 'getOpenapiJson');
});

test('what is mounted is described, and what is described is mounted', async (t) => {
  const web = await freshWeb(t);
  const described = (api: OpenApi) => operationsOf(api).map(callOf).sort();
  const network = (await web.call('GET', '/openapi.json')).body;
  const socket = (await web.call('GET', '/openapi.json', { local: true })).body;
  const calls = (routes: readonly Route[]) => routes.map(callOf).sort();
  assert.deepEqual(described(socket), calls(web.routes));
  const open = web.routes.filter(({ access }) => access !== 'local');
  assert.deepEqual(described(network), calls(open));
  assert.ok(open.length < web.routes.length);
});

test('only the simulated door describes its wires', async (t) => {
  for (const driver of ['sim', 'chardev'] as const) {
    const api = describeAll(await freshWeb(t, { driver }));
    const paths = Object.keys(api.paths).filter((path) => path.startsWith('/sim'));
    assert.equal(paths.length > 0, driver === 'sim');
  }
});

test('every call that is described is served, and takes its own example', async (t) => {
  for (const { method, path } of (await freshWeb(t)).routes) {
    const web = await filledWeb(t, path);
    const route = web.routes.find((one) => one.method === method && one.path === path);
    assert.ok(route);
    const api = describeAll(web);
    const { target, body } = sampleOf(api, route);
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const { status, text } = await ask(web, method, target, { local: true, ...sent });
    const title = `${method} ${target} ${sent.body ?? ''}: ${status} ${text.slice(0, 300)}`;
    if (callOf(route) in examplesRefused) assert.equal(status, 400, title);
    else assert.ok(status >= 200 && status < 300, title);
  }
});

test('parameters and bodies are those of the schemas that check them', async (t) => {
  const web = await freshWeb(t);
  const api = describeAll(web);
  for (const route of web.routes) {
    const { parameters = [], requestBody } = operationOf(api, route.method, route.path);
    for (const where of ['path', 'query'] as const) {
      const schema = where === 'path' ? route.params : route.query;
      const { properties = {} } = schema ? jsonSchemaOf(schema, 'input') : {};
      const shown = parameters.filter((one) => one.in === where).map((one) => one.name);
      assert.deepEqual(shown, Object.keys(properties), callOf(route));
    }
    const takesBody = route.body !== undefined || route.stream !== undefined;
    assert.equal(requestBody !== undefined, takesBody, callOf(route));
    if (route.body && requestBody) {
      const mayBeAbsent = route.body.safeParse(undefined).success;
      assert.equal(requestBody.required, !mayBeAbsent, callOf(route));
    }
  }
});

test('what a query or a path takes is shown as what it is', () => {
  const api = describeAll({ routes: [] });
  assert.deepEqual(api.paths, {});
  const number = z
    .string()
    .regex(/^[0-9]+$/)
    .transform(Number)
    .pipe(z.int().min(1).max(1000));
  const list = z.array(z.unknown()).max(5).pipe(z.array(z.int()));
  const schema = z.object({ limit: number.default(10), list, id: z.uuid().optional() });
  assert.deepEqual(jsonSchemaOf(schema, 'input'), {
    type: 'object',
    properties: {
      limit: { default: 10, type: 'integer', minimum: 1, maximum: 1000 },
      list: { type: 'array', items: { type: 'integer' }, maxItems: 5 },
      id: { type: 'string', format: 'uuid' },
    },
    required: ['list'],
  });
});

test('every list that can be sent has an end, and so has every page', async (t) => {
  const api = describeAll(await freshWeb(t));
  const endless = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    (('type' in value && value.type === 'array' && !('maxItems' in value)) ||
      Object.values(value).some(endless));
  for (const one of operationsOf(api)) {
    assert.ok(!endless(one.requestBody), `${callOf(one)}: a list without maxItems`);
    const limit = one.parameters?.find((parameter) => parameter.name === 'limit');
    if (!limit || one['x-access'] === 'local') continue;
    assert.ok((limit.schema.maximum ?? Number.POSITIVE_INFINITY) <= 1000, callOf(one));
  }
});

test('calls say what they answer', async (t) => {
  const web = await freshWeb(t);
  const api = describeAll(web);
  const silent = web.routes.filter(({ answers }) => answers === undefined);
  const known = ({ path }: Route) => withoutAnswers.some((start) => path.startsWith(start));
  assert.deepEqual(silent.filter((one) => !known(one)).map(callOf), []);
  for (const route of web.routes) {
    const { method, path, answers } = route;
    assert.equal(isDescribed(operationOf(api, method, path)), answers !== undefined, path);
  }
});

test('refusals are told with their exact texts', async (t) => {
  const api = describeAll(await freshWeb(t));
  const texts = (method: string, path: string, status: number) => {
    const one = operationOf(api, method, path).responses[status];
    assert.ok(one);
    const shared = '$ref' in one ? one.$ref.replace('#/components/responses/', '') : '';
    const found = '$ref' in one ? api.components.responses[shared] : one;
    const { examples = {} } = found?.content?.['application/json'] ?? {};
    return Object.values(examples).map(({ value }) => Reflect.get(Object(value), 'error'));
  };
  const type = '/api/v1/access/general/wiegand/type';
  assert.deepEqual(texts('POST', type, 400), [
    'Wrong JSON body',
    'Wrong JSON body: no value for `param`',
    'Wrong JSON body: value `param` was of the wrong type',
  ]);
  assert.deepEqual(texts('POST', type, 401), ['Log In']);
  assert.deepEqual(texts('POST', type, 403), ['Administrator rights required']);
  assert.deepEqual(texts('POST', type, 413), ['Request body is too large']);
  assert.deepEqual(texts('POST', type, 429), ['Too many attempts']);
  const { responses } = operationOf(api, 'GET', type);
  assert.deepEqual(Object.keys(responses), ['200', '401', '429', '500', '503']);
});

test('who may call is told by the security of each call', async (t) => {
  const api = describeAll(await freshWeb(t));
  const securities = {
    open: [],
    read: [{ bearer: [] }, { basic: [] }],
    admin: [{ bearer: ['admin'] }, { basic: ['admin'] }],
    key: [{ apiKey: [] }],
    local: [],
  };
  for (const one of operationsOf(api)) {
    assert.deepEqual(one.security, securities[one['x-access']], callOf(one));
  }
});

test('schemas with a name stand once, also where two things share one', () => {
  const item = z.strictObject({ uid: z.int() }).meta({ id: 'Item' });
  const sent = z.object({ name: z.string() }).meta({ id: 'Item' });
  const answers = z.strictObject({ items: z.array(item), first: item.optional() });
  const route = (method: 'GET' | 'POST', more: object): Route => ({
    method,
    path: '/x',
    summary: 'x',
    access: 'open',
    params: undefined,
    query: undefined,
    body: undefined,
    answers: undefined,
    refuses: [],
    refusesWith: {},
    notes: undefined,
    hasHead: false,
    unwell: undefined,
    bodyLimit: 1024,
    bodyMedia: 'application/json',
    serve: () => new Response(),
    ...more,
  });
  const api = describeAll({
    routes: [route('GET', { answers }), route('POST', { body: z.object({ one: sent }), answers })],
  });
  assert.deepEqual(Object.keys(api.components.schemas), ['Item', 'Item2', 'Error']);
  for (const ref of refsIn(api)) assert.ok(at(api, ref), `${ref} is there`);
  const shown = JSON.stringify(operationOf(api, 'POST', '/x').requestBody);
  assert.match(shown, /#\/components\/schemas\/Item2/);
});
