/** Values that fit a schema, for the examples of the description. */
import type { JsonSchema } from './json-schema.ts';

/** What members of these names look like where their schema does not say. */
const byName: { readonly [name: string]: unknown } = {
  identifier_number: '1850186',
  link_id: '5c1c0c6e-7a4b-4b0e-9d5b-3f2a1f6c8e01',
  name: 'Ann',
  first_name: 'Ann',
  last_name: 'Moss',
  username: 'admin',
  password: 'e10adc3949ba59abbe56e057f20f883e',
  from: 1_767_225_600,
  to: 1_798_761_599,
  bits: '0110'.padEnd(26, '10'),
  pin: '4711',
  url: 'http://192.0.2.10/',
};

type Named = { readonly [name: string]: JsonSchema };

/**
 * A value that fits `schema`: its own example or default where it has one, else one made from its
 * limits. Members that may be left out are left out unless `whole`.
 * @param named schemas that `$ref` may point to, by name.
 * @param member name of the member that the value is for.
 */
export function exampleOf(schema: JsonSchema, named: Named, whole = false, member = ''): unknown {
  const [example] = schema.examples ?? [];
  if (example !== undefined) return example;
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.$ref !== undefined) {
    const target = named[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)];
    return target ? exampleOf(target, named, whole, member) : {};
  }
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (choice) return exampleOf(choice, named, whole, member);
  return ofType(schema, named, whole, member);
}

function ofType(schema: JsonSchema, named: Named, whole: boolean, member: string): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return objectOf(schema, named, whole);
    case 'array':
      return listOf(schema, named, whole);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'integer':
    case 'number':
      return byName[member] ?? numberWithin(schema);
    default:
      return byName[member] ?? textWithin(schema);
  }
}

function objectOf(schema: JsonSchema, named: Named, whole: boolean): unknown {
  const { properties = {}, required = [] } = schema;
  const members = Object.entries(properties).flatMap(([name, value]) =>
    typeof value === 'object' && (whole || required.includes(name))
      ? [[name, exampleOf(value, named, whole, name)]]
      : [],
  );
  return Object.fromEntries(members);
}

function listOf({ items, minItems = 1 }: JsonSchema, named: Named, whole: boolean): unknown {
  if (typeof items !== 'object' || Array.isArray(items)) return [];
  return Array.from({ length: minItems }, () => exampleOf(items, named, whole));
}

function numberWithin({ minimum = 1, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): number {
  return Math.min(Math.max(1, minimum), maximum);
}

function textWithin({ format, minLength = 0, maxLength = 4 }: JsonSchema): string {
  if (format === 'uuid') return '5c1c0c6e-7a4b-4b0e-9d5b-3f2a1f6c8e01';
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  return 'text'.padEnd(minLength, 'x').slice(0, Math.max(minLength, maxLength));
}
