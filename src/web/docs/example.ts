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
  identification: '0000001850187',
  system_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  door_name: 'front',
  master_card: '6304521',
  new_password: 'long enough',
  url: 'http://events.example/',
};

type Named = { readonly [name: string]: JsonSchema };

/** A schema may hold itself; its example ends at this depth. */
const deepest = 12;

interface Place {
  readonly named: Named;
  readonly whole: boolean;
  /** Name of the member that the value is for. */
  readonly member: string;
  readonly depth: number;
}

/**
 * A value that fits `schema`: its own example or default where it has one, else one made from its
 * limits. Members that may be left out are left out unless `whole`.
 * @param named schemas that `$ref` may point to, by name.
 * @param member name of the member that the value is for.
 */
export function exampleOf(schema: JsonSchema, named: Named, whole = false, member = ''): unknown {
  return valueAt(schema, { named, whole, member, depth: 0 });
}

function valueAt(schema: JsonSchema, place: Place): unknown {
  const [example] = schema.examples ?? [];
  if (example !== undefined) return example;
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const inner = { ...place, depth: place.depth + 1 };
  if (inner.depth > deepest) return null;
  if (schema.$ref !== undefined) {
    const target = place.named[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)];
    return target ? valueAt(target, inner) : {};
  }
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  return choice ? valueAt(choice, inner) : ofType(schema, inner);
}

function ofType(schema: JsonSchema, place: Place): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'object':
      return objectOf(schema, place);
    case 'array':
      return listOf(schema, place);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'integer':
    case 'number':
      return byName[place.member] ?? numberWithin(schema);
    default:
      return byName[place.member] ?? textWithin(schema);
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema, place: Place): unknown {
  const members = Object.entries(properties).flatMap(([name, value]) =>
    typeof value === 'object' && (place.whole || required.includes(name))
      ? [[name, valueAt(value, { ...place, member: name })]]
      : [],
  );
  return Object.fromEntries(members);
}

function listOf(
  { items, maxItems = 1, minItems = Math.min(1, maxItems) }: JsonSchema,
  place: Place,
) {
  if (typeof items !== 'object' || Array.isArray(items)) return [];
  return Array.from({ length: minItems }, () => valueAt(items, { ...place, member: '' }));
}

function numberWithin({ minimum = 1, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): number {
  return Math.min(Math.max(1, minimum), maximum);
}

function textWithin({ format, minLength = 0, maxLength = 4 }: JsonSchema): string {
  if (format === 'uuid') return '5c1c0c6e-7a4b-4b0e-9d5b-3f2a1f6c8e01';
  if (format === 'date-time') return '2026-01-01T00:00:00Z';
  return 'text'.padEnd(minLength, 'x').slice(0, Math.max(minLength, maxLength));
}
