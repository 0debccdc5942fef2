import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { formatNames } from '../../src/reader/formats.ts';
import { configTable } from '../support/config-table.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** What stands between the marks of a part that is made, not written. */
function part(file: string, name: string): { text: string; set: (text: string) => void } {
  const page = readFileSync(`${root}${file}`, 'utf8');
  const start = page.indexOf('-->', page.indexOf(`<!-- ${name}`)) + '-->'.length;
  const end = page.indexOf(`<!-- /${name} -->`);
  assert(end > start, `${file} has the part ${name}`);
  return {
    text: page.slice(start, end),
    set: (text) => writeFileSync(`${root}${file}`, page.slice(0, start) + text + page.slice(end)),
  };
}

function assertPart(file: string, name: string, made: string): void {
  if (process.env.LATCHD_UPDATE === '1') part(file, name).set(made);
  assert.equal(part(file, name).text, made, 'run it once with LATCHD_UPDATE=1');
}

test('the table of keys is the one of the schema', () => {
  assertPart('README.md', 'keys', `\n${configTable()}\n`);
});

test('the formats are the ones of the catalogue', () => {
  const names = formatNames.map((name) => `\`${name}\``).join(', ');
  assertPart('docs/devices.md', 'formats', names);
});

test('the floor plan names every file of src, and no other', () => {
  const text = readFileSync(`${root}docs/floor-plan.md`, 'utf8');
  const plan = /<!-- plan -->\n```\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const folders: string[] = [];
  const named: string[] = [];
  for (const line of plan.split('\n')) {
    const [, indent = '', name = ''] = /^( *)(\S+)/.exec(line) ?? [];
    folders.length = indent.length / 2;
    if (name.endsWith('/')) folders.push(name);
    else if (name !== '') named.push(folders.join('') + name);
  }
  const there = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' });
  assert.deepEqual(named.sort(), there.filter((path) => path.endsWith('.ts')).sort());
});

test('the floor plan has a line for every folder of tests, benches and hardware', () => {
  const text = readFileSync(`${root}docs/floor-plan.md`, 'utf8');
  const named = [...text.matchAll(/^\| `((?:test|bench|hw)\/[^`]*)` \| .+ \|$/gm)].map(
    ([, name]) => name,
  );
  const below = (folder: string) =>
    readdirSync(`${root}${folder}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}${name}/`);
  assert.deepEqual(named.sort(), ['bench/', 'hw/', ...below('hw/'), ...below('test/')].sort());
});

test('every test that README names is there', () => {
  const readme = readFileSync(`${root}README.md`, 'utf8');
  const table = /## When things fail\n([\s\S]*?)\n## /.exec(readme)?.[1] ?? '';
  const rows = table.split('\n').filter((line) => /^\| (?!what |-)/.test(line));
  assert(rows.length > 10);
  for (const row of rows) {
    const shownBy = row.split('|').at(-2) ?? '';
    const named = [...shownBy.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path);
    assert(named.length > 0, row);
    for (const path of named) assert(existsSync(`${root}${path}`), `${path} in: ${row}`);
  }
});

test('what README and the pages of docs and hw link to is there', () => {
  const docs = readdirSync(`${root}docs`).map((name) => `docs/${name}`);
  const pages = ['README.md', 'hw/README.md', 'hw/rig/README.md', ...docs];
  for (const page of pages.filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(`${root}${page}`, 'utf8');
    const links = text.matchAll(/(?:\]\(|src=")(?!https?:)([^)"\s]+)/g);
    for (const [, link = ''] of links) {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? `${root}${page}` : `${dirname(`${root}${page}`)}/${path}`;
      assert(existsSync(target), `${link} in ${page}`);
      if (heading === undefined) continue;
      const headings = readFileSync(target, 'utf8').match(/^#+ .*$/gm) ?? [];
      assert(headings.map(anchorOf).includes(heading), `${link} in ${page}`);
    }
  }
});

/** As GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
