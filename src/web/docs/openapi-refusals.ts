/** How the description of the API tells refusals: by status, with their exact texts as examples. */
import { z } from 'zod';
import { errors } from '../answer.ts';
import type { Route } from '../route.ts';
import { pathUid } from '../uid.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { ApiResponse, Caller, ResponseOrRef } from './openapi-document.ts';

const challenge = {
  'WWW-Authenticate': { description: 'Always `Bearer`', schema: { type: 'string' as const } },
};
const later = {
  'Retry-After': {
    description: 'Whole seconds after which trying again makes sense',
    schema: { type: 'integer' as const, minimum: 1 },
  },
};

/** Refusals that are the same for every call, by the name they have in the document. */
export const sharedResponses = {
  LogIn: { ...refusal('No credentials, or none that hold', [errors.logIn]), headers: challenge },
  NoKey: { ...refusal('No API key, or none that holds', ['Unauthorized']), headers: challenge },
  NotAdmin: refusal('The account may only read', [errors.notAdmin]),
  TooLarge: refusal('The body is longer than this call takes, 1 MiB unless it says more', [
    errors.tooLarge,
  ]),
  TooSlow: refusal('The body did not come within 30 seconds', [errors.tooSlow]),
  TooManyAttempts: {
    ...refusal('Too many wrong logins', [errors.tooManyAttempts]),
    headers: later,
  },
  Bug: refusal('A bug; the log of the panel has more', [errors.internal]),
  Fault: refusal('The panel cannot do it now; the text says what failed', [
    'The database cannot be written',
  ]),
} satisfies { readonly [name: string]: ApiResponse };

const byAccess: {
  readonly [access in Caller]: { readonly [status: string]: ResponseOrRef };
} = {
  open: {},
  read: { 401: ref('LogIn'), 429: ref('TooManyAttempts') },
  admin: { 401: ref('LogIn'), 403: ref('NotAdmin'), 429: ref('TooManyAttempts') },
  key: { 401: ref('NoKey'), 429: ref('TooManyAttempts') },
  local: {},
};

/** Every refusal that a call may be answered with, by status. */
export function refusalsOf(one: Route): { readonly [status: string]: ResponseOrRef } {
  const wrong = wrongTexts(one);
  const own = Object.entries(one.refusesWith).map(([status, texts]) => [
    status,
    Number(status) === 429 ? ref('TooManyAttempts') : refusal('Refused', texts),
  ]);
  return {
    ...(wrong.length > 0 && { 400: refusal('Wrong request', wrong) }),
    ...byAccess[one.access],
    ...(one.method !== 'GET' && { 413: ref('TooLarge') }),
    ...((one.body || one.stream) && { 408: ref('TooSlow') }),
    500: ref('Bug'),
    503: ref('Fault'),
    ...(one.unwell && { 503: unwell(one.unwell) }),
    ...Object.fromEntries(own),
  };
}

function unwell(schema: z.ZodType): ApiResponse {
  const content = { 'application/json': { schema: jsonSchemaOf(schema, 'output') } };
  return { description: 'The panel is not well', content };
}

/**
 * Texts of the refusals of a call with 400: the standard forms that its schemas bring, with `param`
 * in the place of a name, and its own.
 */
function wrongTexts({ params, query, body, bodyMedia, refuses }: Route): string[] {
  const texts = [
    ...((params && refusesTexts(params)) || query ? [errors.wrongParameters] : []),
    ...(body ? wrongBodies[bodyMedia] : []),
    ...refuses,
  ];
  return [...new Set(texts)];
}

/** Whether the schema of a path refuses some texts; a uid may be any, and is then unknown. */
function refusesTexts(params: z.ZodType): boolean {
  return (
    !(params instanceof z.ZodObject) || Object.values(params.shape).some((one) => one !== pathUid)
  );
}

const wrongBodies = {
  'application/json': [errors.wrongBody, errors.noValue('param'), errors.wrongType('param')],
  'text/csv': [errors.notText],
} as const;

function refusal(description: string, texts: readonly string[]): ApiResponse {
  const examples: Record<string, { value: { error: string } }> = {};
  for (const error of texts) {
    const slug = slugOf(error);
    examples[slug in examples ? `${slug}-${Object.keys(examples).length}` : slug] = {
      value: { error },
    };
  }
  return {
    description,
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples,
      },
    },
  };
}

/** Names of examples may hold few characters. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function ref(name: string): { readonly $ref: string } {
  return { $ref: `#/components/responses/${name}` };
}
