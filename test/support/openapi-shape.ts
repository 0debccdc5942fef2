import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z0-9._-]+$/);
const jsonSchema = z.looseObject({ type: z.union([z.string(), z.array(z.string())]).optional() });
const content = z.record(
  z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/),
  z.strictObject({
    schema: jsonSchema,
    examples: z.record(name, z.strictObject({ value: z.unknown() })).optional(),
  }),
);
const response = z.strictObject({
  description: z.string().min(1),
  headers: z
    .record(name, z.strictObject({ description: z.string(), schema: jsonSchema }))
    .optional(),
  content: content.optional(),
});
const reference = z.strictObject({ $ref: z.string().startsWith('#/components/') });
const operation = z.strictObject({
  operationId: z.string().regex(/^[a-z]+[A-Z][A-Za-z0-9]*$/),
  summary: z.string().min(1),
  description: z.string().min(1).optional(),
  tags: z.array(z.string()).length(1),
  'x-access': z.enum(['open', 'read', 'admin', 'key', 'local']),
  security: z.array(z.record(name, z.array(z.string()))),
  parameters: z
    .array(
      z.strictObject({
        name: z.string(),
        in: z.enum(['path', 'query']),
        required: z.boolean(),
        description: z.string().optional(),
        schema: jsonSchema,
      }),
    )
    .optional(),
  requestBody: z.strictObject({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string().regex(/^[2345]\d\d$/), z.union([reference, response])),
});
/** OpenAPI 3.1, as much of it as our document uses; anything else in it is a mistake. */
export const document = z.strictObject({
  openapi: z.literal('3.1.1'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string(), description: z.string() })),
  tags: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation),
  ),
  components: z.strictObject({
    schemas: z.record(name, jsonSchema),
    responses: z.record(name, response),
    securitySchemes: z.record(
      name,
      z.strictObject({
        type: z.literal('http'),
        scheme: z.enum(['bearer', 'basic']),
        description: z.string(),
      }),
    ),
  }),
});
