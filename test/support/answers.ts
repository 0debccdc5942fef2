import assert from 'node:assert/strict';
import { z } from 'zod';
import type { OpenApi, Operation, ResponseOrRef } from '../../src/web/docs/openapi-document.ts';

/** An answer, its body read. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What was asked. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Over the Unix socket. */
  readonly local: boolean;
}

/** Fails for an answer that `api` does not describe. @returns the JSON value of one that is checked. */
export type AnswerCheck = (asked: Asked, answered: Answered) => unknown;

const headersOfAll = {
  // What is the same for everybody may be kept, if it is asked for anew.
  'cache-control': /^no-(store|cache)$/,
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /default-src 'none';.*frame-ancestors 'none'/,
} as const;

/** Checks answers against the document that describes them. @param api as the socket shows it. */
export function answerCheck(api: OpenApi): AnswerCheck {
  const schemas = new Map<object, z.ZodType>();
  const operationOf = finder(api);
  const parserOf = (schema: object) => {
    const known = schemas.get(schema) ?? z.fromJSONSchema(withDefinitions(schema, api));
    schemas.set(schema, known);
    return known;
  };
  return ({ method, target, local }, { status, headers, text }) => {
    const title = `${method} ${target.slice(0, 500)}: ${status} ${text.slice(0, 500)}`;
    for (const [name, value] of Object.entries(headersOfAll)) {
      assert.match(headers.get(name) ?? '', value, `${title}: ${name}`);
    }
    assert.equal(headers.get('access-control-allow-origin'), null, title);
    // Not every GET has one.
    const one = method === 'HEAD' && status === 405 ? undefined : operationOf(method, target);
    if (!one || (one['x-access'] === 'local' && !local)) {
      assert.ok(status === 404 || status === 405, `${title}: not described`);
      return undefined;
    }
    const described = one.responses[status];
    if (!isDescribed(one)) return undefined;
    assert.ok(described, `${title}: this status is not described`);
    const content = Object.entries(responseOf(described, api).content ?? {})[0];
    if (!content) {
      assert.equal(text, '', title);
      return undefined;
    }
    const [media, { schema, examples = {} }] = content;
    assert.equal(headers.get('content-type')?.split(';')[0], media, title);
    if (media !== 'application/json' || method === 'HEAD') return undefined;
    const value: unknown = JSON.parse(text);
    const { error } = parserOf(schema).safeParse(value);
    assert.equal(error, undefined, `${title}: ${error && z.prettifyError(error)}`);
    const texts = Object.values(examples).map((example) => example.value);
    if (status >= 400 && status < 500) {
      assert.ok(
        texts.some((known) => isSame(known, value)),
        `${title}: this text is not described`,
      );
    }
    return value;
  };
}

/** Finds the call that serves a path: of two that fit, the one with fewer parameters. */
function finder(api: OpenApi): (method: string, target: string) => Operation | undefined {
  const patterns = new Map<number, { methods: OpenApi['paths'][string]; pattern: RegExp }[]>();
  const parts = (path: string) => path.split('/').length;
  const byParameters = Object.entries(api.paths).sort(
    ([a], [b]) => a.split('{').length - b.split('{').length,
  );
  for (const [path, methods] of byParameters) {
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
    const some = patterns.get(parts(path)) ?? [];
    patterns.set(parts(path), [...some, { methods, pattern }]);
  }
  return (method, target) => {
    const path = target.split('?')[0] ?? '';
    const methods = patterns.get(parts(path))?.find(({ pattern }) => pattern.test(path))?.methods;
    const get = methods?.get;
    const reads = get && ['open', 'read'].includes(get['x-access']);
    return methods?.[method.toLowerCase()] ?? (method === 'HEAD' && reads ? get : undefined);
  };
}

/** A declaration without `answers` says nothing that could be checked. */
export function isDescribed({ responses }: Operation): boolean {
  const good = responses[200];
  if (!good || '$ref' in good) return true;
  return Object.keys(good.content?.['application/json']?.schema ?? { any: 1 }).length > 0;
}

function responseOf(one: ResponseOrRef, api: OpenApi) {
  if (!('$ref' in one)) return one;
  const found = api.components.responses[one.$ref.replace('#/components/responses/', '')];
  assert.ok(found, `${one.$ref} is there`);
  return found;
}

function withDefinitions(schema: object, api: OpenApi): z.core.JSONSchema.JSONSchema {
  const whole = { ...schema, $defs: api.components.schemas };
  return JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/'));
}

/** Texts are the same, word for word, but for the name that stands for `param`. */
function isSame(known: unknown, value: unknown): boolean {
  const text = (given: unknown) => (given as { readonly error: string }).error;
  const [before, after] = text(known).split('`param`');
  if (after === undefined) return text(known) === text(value);
  return text(value).startsWith(`${before}\``) && text(value).endsWith(`\`${after}`);
}
