/** An OpenAPI 3.1 document, as far as this one needs it. Types only. */

import type { Access } from '../route.ts';
import type { JsonSchema } from './json-schema.ts';

/** Who may call; with the key of an integration, for the calls that have such. */
export type Caller = Access | 'key';

/** A group of calls. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

/** A value with its media type. */
export interface Media {
  readonly schema: JsonSchema;
  /** Of refusals. */
  readonly examples?: { readonly [name: string]: { readonly value: { readonly error: string } } };
}

/** What one status means. */
export interface ApiResponse {
  readonly description: string;
  readonly headers?: { readonly [name: string]: { description: string; schema: JsonSchema } };
  readonly content?: { readonly [media: string]: Media };
}

/** A response, or where it stands. */
export type ResponseOrRef = ApiResponse | { readonly $ref: string };

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** One call. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Who may call, as the declaration says it. */
  readonly 'x-access': Caller;
  readonly security: readonly { readonly [scheme: string]: readonly string[] }[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: {
      readonly 'application/json'?: Media;
      readonly 'application/octet-stream'?: Media;
      readonly 'text/csv'?: Media;
    };
  };
  readonly responses: { readonly [status: string]: ResponseOrRef };
}

/** The whole document, as far as it is written here. */
export interface OpenApi {
  readonly openapi: '3.1.1';
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary: string;
    readonly description: string;
    readonly license: { readonly name: string; readonly identifier: string };
  };
  readonly servers: readonly { readonly url: string; readonly description: string }[];
  readonly tags: readonly Tag[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: {
    readonly schemas: { readonly [name: string]: JsonSchema };
    readonly responses: { readonly [name: string]: ApiResponse };
    readonly securitySchemes: { readonly [name: string]: object };
  };
}
