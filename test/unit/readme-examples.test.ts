import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/schema.ts';
import { parseConfig } from '../../src/config.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const files = [`${root}README.md`, `${root}docs/devices.md`];
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

for (const file of files) {
  test(`every example of a configuration in ${basename(file)} holds`, () => {
    const examples = examplesOf(readFileSync(file, 'utf8'));
    assert.ok(examples.length >= 2);
    for (const example of examples) {
      const whole = Object.hasOwn(parse(example), 'locks') ? example : `${example}\n${locks}`;
      assert.doesNotThrow(() => parseConfig(whole), example);
    }
  });
}
