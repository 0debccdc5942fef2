/** What a schema says, member by member, for a table that people read. */
import type { JsonSchema } from './json-schema.ts';

/** One member of a body or an answer. */
export interface Member {
  /** With the path to it: `valid.time.from`, `uid_items[]`. Empty: the value as a whole. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** Limits, default and meaning; `code` in backticks. */
  readonly says: string;
}

/** Schemas that `$ref` may point to, by name. */
export type Named = { readonly [name: string]: JsonSchema };

/** Members nest in what we serve by three or four; deeper ones are a schema that holds itself. */
const deepest = 8;

/** All members of `schema`, depth first. */
export function membersOf(schema: JsonSchema, named: Named): Member[] {
  const { properties = {}, required = [] } = withoutNull(resolve(schema, named), named).schema;
  const own = Object.entries(properties).flatMap(([name, value]) =>
    typeof value === 'object' ? rowsOf(name, value, required.includes(name), named, 1) : [],
  );
  return own.length > 0 || resolve(schema, named).type === 'object'
    ? own
    : rowsOf('', schema, true, named, 1);
}

function rowsOf(
  name: string,
  given: JsonSchema,
  required: boolean,
  named: Named,
  depth: number,
  condition = '',
): Member[] {
  const { schema, orNull } = withoutNull(resolve(given, named), named);
  const says = [condition, given.description ?? schema.description ?? '', ...limitsOf(schema)];
  const row: Member = {
    name,
    required,
    type: orNull ? `${typeOf(schema)} or null` : typeOf(schema),
    says: says.filter((part) => part !== '').join('. '),
  };
  return depth > deepest ? [row] : [row, ...below(name, schema, named, depth + 1)];
}

function below(name: string, schema: JsonSchema, named: Named, depth: number): Member[] {
  const prefix = name === '' ? '' : `${name}.`;
  const inObject = ({ properties = {}, required = [] }: JsonSchema, condition = ''): Member[] =>
    Object.entries(properties).flatMap(([member, value]) =>
      typeof value === 'object'
        ? rowsOf(`${prefix}${member}`, value, required.includes(member), named, depth, condition)
        : [],
    );
  const { items } = schema;
  if (typeof items === 'object' && !Array.isArray(items)) {
    const inner = withoutNull(resolve(items, named), named).schema;
    return inner.properties || inner.oneOf || inner.anyOf
      ? below(`${name}[]`, inner, named, depth)
      : [];
  }
  const variants = variantsOf(schema, named);
  if (variants.length > 0 && variants.every(({ properties }) => properties)) {
    return variants.flatMap((one) => inObject(one, conditionOf(one, variants)));
  }
  return inObject(schema);
}

/** How the variants of a choice are told apart: by members of which each allows one value only. */
function conditionOf(one: JsonSchema, variants: readonly JsonSchema[]): string {
  if (variants.length < 2) return '';
  const fixed = Object.entries(one.properties ?? {}).flatMap(([name, value]) =>
    typeof value === 'object' && value.const !== undefined
      ? [`\`${name}\` is \`${JSON.stringify(value.const)}\``]
      : [],
  );
  return fixed.length > 0
    ? `Where ${fixed.join(' and ')}`
    : `Form ${variants.indexOf(one) + 1} of ${variants.length}`;
}

function variantsOf({ oneOf, anyOf, allOf }: JsonSchema, named: Named): JsonSchema[] {
  return (oneOf ?? anyOf ?? allOf ?? []).map((one) => resolve(one, named));
}

/** A choice between null and one other thing is that thing, or null. */
function withoutNull(schema: JsonSchema, named: Named): { schema: JsonSchema; orNull: boolean } {
  const variants = variantsOf(schema, named);
  const rest = variants.filter(({ type }) => type !== 'null');
  if (rest.length === variants.length) return { schema, orNull: false };
  const [only] = rest;
  const { oneOf: _, anyOf: __, ...outside } = schema;
  if (only && rest.length === 1) {
    const inner = withoutNull({ ...outside, ...only }, named);
    return { schema: inner.schema, orNull: true };
  }
  return { schema: { ...outside, anyOf: rest }, orNull: true };
}

function resolve(schema: JsonSchema, named: Named): JsonSchema {
  const { $ref, ...rest } = schema;
  if ($ref === undefined) return schema;
  return { ...named[$ref.slice($ref.lastIndexOf('/') + 1)], ...rest };
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) {
    return schema.enum
      .map((value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``)
      .join(', ');
  }
  const { items } = schema;
  if (schema.type === 'array') {
    if (schema.maxItems === 0) return 'empty list';
    const inner = typeof items === 'object' && !Array.isArray(items) ? typeOf(items) : 'anything';
    return `list of ${inner}`;
  }
  if (schema.format === 'uuid') return 'UUID';
  if (schema.format === 'date-time') return 'time (ISO 8601)';
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : schema.type;
  if (type !== undefined) return type;
  const variants = schema.oneOf ?? schema.anyOf ?? [];
  const types = new Set(variants.map(typeOf));
  return types.size > 0
    ? [...types].join(' or ')
    : schema.$ref === undefined
      ? 'anything'
      : 'object';
}

/** Ranges, lengths, pattern and default, each a sentence without its full stop. */
export function limitsOf(schema: JsonSchema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = schema;
  const range = between(minimum, maximum);
  const length = between(minLength, maxLength);
  const items = maxItems === 0 ? '' : between(minItems, maxItems);
  return [
    ...(range ? [range] : []),
    ...(length ? [`${length} characters`] : []),
    ...(items ? [`${items} items`] : []),
    ...(pattern === undefined ? [] : [`Pattern \`${pattern}\``]),
    ...(schema.default === undefined ? [] : [`Default \`${JSON.stringify(schema.default)}\``]),
  ];
}

function between(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined)
    return least === most ? `${least}` : `${least} to ${most}`;
  if (least !== undefined) return `At least ${least}`;
  return most === undefined ? '' : `At most ${most}`;
}
