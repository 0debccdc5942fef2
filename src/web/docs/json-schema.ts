/** JSON Schema (2020-12, the dialect of OpenAPI 3.1) of what crosses the wire, from the zod schemas that check it. */
import { z } from 'zod';

/** A JSON Schema; every one made here is an object, never `true` or `false`. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** `input`: what a client may send; `output`: what an answer holds, and nothing else. */
type Direction = 'input' | 'output';

/**
 * The JSON Schema of `schema`. Checks written as code do not show; nothing throws for them. Schemas
 * named by `.meta({ id })` stand under `$defs`.
 */
export function jsonSchemaOf(schema: z.ZodType, io: Direction): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
    override: tellMore,
  });
  return made;
}

/** Half of what zod writes is noise here, and what follows a pipe is hidden. */
function tellMore({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: JsonSchema;
}): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
  delete jsonSchema.propertyNames;
  const { def } = zodSchema._zod;
  // zod hides the default of what is written as text; here it is shown as what it is.
  if (def.type === 'default' && typeof def.defaultValue === 'number') {
    jsonSchema.default = def.defaultValue;
  }
  // As it hides the examples of what is changed after its check; here they all are of what is sent.
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (Array.isArray(examples)) jsonSchema.examples = examples;
  if (def.type !== 'pipe' || !(def.out instanceof z.ZodType)) return;
  const after = def.out._zod.def.type;
  const then = () => jsonSchemaOf(def.out as z.ZodType, 'input');
  // A number that is written as text in a path or a query.
  if (after === 'number' && jsonSchema.type === 'string') {
    for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
    Object.assign(jsonSchema, then());
  }
  // A list whose length is checked before its items.
  if (after === 'array' && jsonSchema.type === 'array') {
    Object.assign(jsonSchema, { ...then(), ...limitsOf(jsonSchema) });
  }
}

function limitsOf({ minItems, maxItems }: JsonSchema): JsonSchema {
  return {
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
}

/** Named schemas that several calls share, collected while their document is written. */
export class SharedSchemas {
  readonly #named = new Map<string, JsonSchema>();

  /** `schema` with what stands under its `$defs` moved here. */
  lift({ $defs = {}, ...rest }: JsonSchema): JsonSchema {
    const names = new Map(Object.entries($defs).map(([id, one]) => [id, this.#place(id, one)]));
    for (const [id, one] of Object.entries($defs)) {
      this.#named.set(names.get(id) ?? id, relink(one, names));
    }
    return relink(rest, names);
  }

  /** All of them, by name. */
  all(): { readonly [name: string]: JsonSchema } {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The same name may stand for what is sent and for what is answered: the later one is numbered. */
  #place(id: string, schema: JsonSchema): string {
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? id : `${id}${count}`;
      const there = this.#named.get(name);
      const same = relink(schema, new Map([[id, name]]));
      if (!there || JSON.stringify(there) === JSON.stringify(same)) return name;
    }
  }
}

const local = '#/$defs/';

/** References inside one schema become references to the document's. */
function relink(schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema {
  const text = JSON.stringify(schema, (key, value) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(local)
      ? `#/components/schemas/${names.get(value.slice(local.length)) ?? value.slice(local.length)}`
      : value,
  );
  return JSON.parse(text);
}
