import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { configSchema } from '../../src/config/schema.ts';
import { parseConfig } from '../../src/config.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Each page with the least number of examples that it must have. */
const pages = { 'README.md': 1, 'docs/devices.md': 14, 'docs/operating.md': 1 };
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

for (const [page, least] of Object.entries(pages)) {
  test(`every example of a configuration in ${page} holds`, () => {
    const examples = examplesOf(readFileSync(`${root}${page}`, 'utf8'));
    assert.ok(examples.length >= least, String(examples.length));
    for (const example of examples) {
      const whole = Object.hasOwn(parse(example), 'locks') ? example : `${example}\n${locks}`;
      assert.doesNotThrow(() => parseConfig(whole), example);
    }
  });
}
