import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config.ts';
import { configSchema } from '../../src/config-schema.ts';

const file = fileURLToPath(new URL('../../../README.md', import.meta.url));
const locks = 'locks: { first: { line: 22 }, second: { line: 23 } }\n';

/** Indented blocks that begin with a key of the configuration; what they leave out is usual. */
function examplesOf(text: string): string[] {
  const blocks = text.match(/(?:^ {4}.*\n| *\n)+/gm) ?? [];
  const keys = Object.keys(configSchema.shape).join('|');
  const begins = new RegExp(`^(${keys}):( |$)`, 'm');
  return blocks
    .map((block) => block.replace(/^ {4}/gm, '').trim())
    .filter((block) => begins.test(block.split('\n').find((line) => !line.startsWith('#')) ?? ''));
}

test('every example of a configuration in README holds', () => {
  const examples = examplesOf(readFileSync(process.env.LATCHD_EXAMPLES ?? file, 'utf8'));
  assert.ok(examples.length >= 2);
  for (const example of examples) {
    const whole = Object.hasOwn(parse(example), 'locks') ? example : `${example}\n${locks}`;
    assert.doesNotThrow(() => parseConfig(whole), example);
  }
});
