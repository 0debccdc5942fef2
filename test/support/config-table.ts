import { z } from 'zod';
import { configSchema } from '../../src/config/schema.ts';

interface Node {
  readonly type?: string;
  readonly properties?: { readonly [key: string]: Node };
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly unit?: string;
}

/** README's table of keys, made from the schema: one row a key. */
export function configTable(): string {
  const rows = rowsOf('', z.toJSONSchema(configSchema, { io: 'input' }) as Node, false);
  return ['| key | values | default | what |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(path: string, node: Node, required: boolean): string[] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([key, child]) =>
      rowsOf(path ? `${path}.${key}` : key, child, node.required?.includes(key) ?? false),
    );
  }
  if (node.items?.properties) return rowsOf(`${path}[]`, node.items, false);
  const fallback = node.default === undefined ? (required ? 'required' : '') : code(node.default);
  return [`| \`${path}\` | ${values(node)} | ${fallback} | ${node.description ?? ''} |`];
}

function values({ type, enum: names, minimum, maximum, unit, items }: Node): string {
  if (items) return `list of ${items.enum && items.enum.length > 8 ? 'names' : values(items)}`;
  if (names) return names.map((name) => `\`${name}\``).join(', ');
  if (type === 'boolean') return '`true`, `false`';
  if (minimum === undefined) return 'text';
  return `${minimum} to ${maximum}${unit ? ` ${unit}` : ''}`;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
