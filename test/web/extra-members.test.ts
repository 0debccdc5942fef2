import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonSchema } from '../../src/web/docs/json-schema.ts';
import { dump, withoutRandom } from '../support/dump.ts';
import { ask, describeAll, filledWeb, operationOf, sampleOf } from '../support/walk.ts';
import { cardBody, freshWeb } from '../support/web-app.ts';

/** Members that somebody might hope to set: what is stored, what is answered, and what JavaScript minds. */
const hopes = JSON.parse(`{
  "uid": 77, "identifier_uid": 77, "id": 77, "seq": 77, "schema": 77,
  "role": "admin", "account_type": "admin", "access": "open", "who": "admin", "by": "admin",
  "passes_left": 999, "passes": {"max": 999, "left": 999}, "additional": {"passes_left": 999},
  "window": {"fromS": 1, "toS": 9999999999}, "number": "77", "type": "qr", "owner": {"name": "Eve"},
  "levels": [1], "profiles": [1], "pin": "0000", "person": 1, "apartment": 1, "linkId": "eve",
  "salt": "eve", "hash": "eve", "expiresMs": 9999999999999, "enabled": true, "disabled": false,
  "__proto__": {"role": "admin", "uid": 77, "passes": {"max": 9, "left": 9}, "polluted": true},
  "constructor": {"prototype": {"polluted": true}}, "prototype": {"polluted": true},
  "toString": "eve", "hasOwnProperty": "eve", "then": "eve", "toJSON": "eve"
}`);

/** All members that any form of this object may have. */
function knownTo(schema: JsonSchema): Set<string> {
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  const own = Object.keys(schema.properties ?? {});
  return new Set([...own, ...forms.flatMap((form) => [...knownTo(form)])]);
}

/** Members of the schema of one member, whatever the form. */
function schemaOf(schema: JsonSchema, member: string): JsonSchema {
  const own = schema.properties?.[member];
  if (typeof own === 'object') return own;
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return { anyOf: forms.map((form) => schemaOf(form, member)) };
}

/** A schema with what its references point to in their place. */
function withoutRefs(
  schema: JsonSchema,
  named: { readonly [name: string]: JsonSchema },
): JsonSchema {
  const text = JSON.stringify(schema, (_, value) => {
    const ref = value?.$ref;
    return typeof ref === 'string' ? named[ref.slice(ref.lastIndexOf('/') + 1)] : value;
  });
  return JSON.parse(text);
}

/** The same value with members in every object that its schema does not know; as text. */
function withHopes(value: unknown, schema: JsonSchema): string {
  if (Array.isArray(value)) {
    const items =
      typeof schema.items === 'object' && !Array.isArray(schema.items) ? schema.items : {};
    return `[${value.map((item) => withHopes(item, items)).join(',')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const known = knownTo(schema);
  // Older pages have it at the top, and there it means the same.
  if (known.has('valid')) known.add('passes');
  const own = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${withHopes(member, schemaOf(schema, name))}`,
  );
  const more = Object.keys(hopes)
    .filter((name) => !known.has(name))
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(Reflect.get(hopes, name) ?? null)}`);
  return `{${[...own, ...more].join(',')}}`;
}

test('members that a call does not know change nothing, wherever they stand', async (t) => {
  const routes = (await freshWeb(t)).routes.filter(
    ({ body, bodyMedia }) => body && bodyMedia === 'application/json',
  );
  assert.ok(routes.length >= 7);
  for (const { method, path } of routes) {
    const [plain, hopeful] = [await filledWeb(t, path), await filledWeb(t, path)];
    const route = plain.routes.find((one) => one.method === method && one.path === path);
    assert.ok(route);
    const api = describeAll(plain);
    const { target, body } = sampleOf(api, route);
    const content = operationOf(api, method, path).requestBody?.content['application/json'];
    assert.ok(content);
    const schema = withoutRefs(content.schema, api.components.schemas);
    const text = withHopes(body, schema);
    assert.match(text, /"__proto__":\{"role":"admin"/);
    const sent = { plain: JSON.stringify(body), hopeful: text };
    // Over the socket, where all calls are served: one that is refused would change nothing anyway.
    const a = await ask(plain, method, target, { local: true, body: sent.plain });
    const b = await ask(hopeful, method, target, { local: true, body: sent.hopeful });
    assert.ok(a.status < 300, `${method} ${target} ${sent.plain}: ${a.status} ${a.text}`);
    const answers = [a, b].map((one) => [one.status, withoutRandom(one.text)]);
    assert.deepEqual(answers[1], answers[0], `${method} ${target} ${text}`);
    assert.equal(await dump(hopeful), await dump(plain), `${method} ${target} ${text}`);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  }
});

test('what is dumped shows a change, so that the test above can fail', async (t) => {
  const [a, b] = [await filledWeb(t), await filledWeb(t)];
  assert.equal(await dump(a), await dump(b));
  await b.call('PATCH', '/api/v1/access/identifier/item/1', {
    local: true,
    body: cardBody('1', { lock: 'all' }),
  });
  assert.notEqual(await dump(a), await dump(b));
});
