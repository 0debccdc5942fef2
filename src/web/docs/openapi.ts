/**
 * The description of the API (OpenAPI 3.1), made from the declarations of its calls: what is
 * described is what is checked, and the other way round.
 */
import type { z } from 'zod';
import { errors } from '../answer.ts';
import type { Answers, Route } from '../route.ts';
import { type JsonSchema, jsonSchemaOf, SharedSchemas } from './json-schema.ts';
import type { Caller, OpenApi, Operation, Parameter } from './openapi-document.ts';
import { refusalsOf, sharedResponses } from './openapi-refusals.ts';
import { tagOf, tagsOf } from './openapi-tags.ts';

const about = `The API of a door panel: identifiers, time profiles, locks and the log.

- **Log in** with \`GET /api/v1/login\` and send the token as \`Authorization: Bearer …\`; it lives for
  two hours. HTTP Basic with name and password is taken as well.
- **Accounts**: \`admin\` may do everything, \`manager\` only reads.
- **Integrations** call \`/v1/…\`, with a key of their own as \`Authorization: Bearer …\`; it opens nothing
  else, and accounts do not open these calls.
- **The pages** that notes speak of are those of the panels that this API follows.
- **Refusals** are \`{"error": "…"}\`. The texts are fixed: a client may compare them.
- **Unknown** members of a body and unknown parameters of a query are ignored.
- An answer with 200 to a change means that it is on the disk.
- \`HEAD\` is answered wherever \`GET\` only reads.`;

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'Token of `GET /api/v1/login`; it lives for two hours.',
  },
  basic: { type: 'http', scheme: 'basic', description: 'Name and password of an account.' },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'Key made by `latchctl apikey add NAME`.',
  },
} as const;

type Requirement = { readonly [scheme in keyof typeof securitySchemes]?: readonly string[] };

/** How callers prove who they are; either way will do. Roles as OpenAPI 3.1 lets them stand. */
const securityOf: { readonly [access in Caller]: readonly Requirement[] } = {
  open: [],
  read: [{ bearer: [] }, { basic: [] }],
  admin: [{ bearer: ['admin'] }, { basic: ['admin'] }],
  key: [{ apiKey: [] }],
  local: [],
};

/** Describes `routes`, of which those for the socket are shown only over the socket. */
export function describeApi(
  routes: readonly Route[],
  { version, local }: { readonly version: string; readonly local: boolean },
): OpenApi {
  const shared = new SharedSchemas();
  const shown = routes.filter(({ access }) => local || access !== 'local');
  const paths: Record<string, Record<string, Operation>> = {};
  for (const one of shown) {
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operation(one, shared) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'latchd',
      version,
      summary: 'Door panel: identifiers, locks and log over HTTP',
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The panel that serves this description' }],
    tags: tagsOf(shown.map(({ path }) => path)),
    paths,
    components: {
      schemas: { ...shared.all(), Error: errorSchema },
      responses: sharedResponses,
      securitySchemes,
    },
  };
}

const errorSchema: JsonSchema = {
  type: 'object',
  properties: { error: { type: 'string', examples: [errors.wrongBody] } },
  required: ['error'],
  additionalProperties: false,
};

function operation(one: Route, shared: SharedSchemas): Operation {
  const { summary, notes, access, path, params, query, body, stream, answers } = one;
  const parameters = [
    ...(params ? parametersOf(params, 'path', shared) : []),
    ...(query ? parametersOf(query, 'query', shared) : []),
  ];
  return {
    operationId: operationId(one),
    summary,
    ...(notes !== undefined && { description: notes }),
    tags: [tagOf(path).name],
    'x-access': access,
    security: securityOf[access],
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: { [one.bodyMedia]: { schema: shared.lift(jsonSchemaOf(body, 'input')) } },
      },
    }),
    ...(stream && { requestBody: { required: false, content: { [stream]: { schema: {} } } } }),
    responses: { ...good(answers, shared), ...refusalsOf(one) },
  };
}

/** `GET /api/v1/access/identifier/item/{uid}` -> `getAccessIdentifierItemByUid`. */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api(\/v1)?\//, '/')
    .replace(/\{(\w+)\}/g, 'By/$1')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  return method.toLowerCase() + words.map(capital).join('');
}

function parametersOf(
  schema: z.ZodType,
  where: Parameter['in'],
  shared: SharedSchemas,
): Parameter[] {
  const { properties = {}, required = [] } = shared.lift(jsonSchemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, value]) => {
    const { description, ...rest } = typeof value === 'object' ? value : {};
    return {
      name,
      in: where,
      required: where === 'path' || required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function good(answers: Answers | undefined, shared: SharedSchemas): Operation['responses'] {
  const json = (schema: JsonSchema) => ({ 'application/json': { schema } });
  if (answers === undefined) return { 200: { description: 'Done', content: json({}) } };
  if ('media' in answers) {
    const isText = !/^image|octet-stream$/.test(answers.media);
    const schema = isText ? { type: 'string' as const } : {};
    return { 200: { description: 'Done', content: { [answers.media]: { schema } } } };
  }
  if ('status' in answers) {
    return answers.status === 204
      ? { 204: { description: 'Done; the answer has no body' } }
      : { 202: { description: 'Taken; it is being done', content: json(empty) } };
  }
  const schema = shared.lift(jsonSchemaOf(answers, 'output'));
  return { 200: { description: 'Done', content: json(schema) } };
}

const empty: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };
