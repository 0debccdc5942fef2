import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The language of the test: every text stands in ⟦ ⟧, and what a text is given by the page stands
 * outside of them. It is one more file beside that of English, as anybody would add one.
 */
const language = `
import { en as english } from './english.js';
const outside = (value) =>
  typeof value === 'string' ? '\\u27e7' + value + '\\u27e6'
  : Array.isArray(value) ? value.map(outside)
  : value && typeof value === 'object'
    ? new Proxy(value, { get: (from, name) => outside(from[name]) })
    : value;
const translated = (value) =>
  typeof value === 'string' ? '\\u27e6' + value + '\\u27e7'
  : typeof value === 'function' ? (...given) => translated(value(...given.map(outside)))
  : Array.isArray(value) ? value.map(translated)
  : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, translated(one)]));
const { language, direction, ...rest } = english;
export const en = { language, direction, ...translated(rest) };
`;

/** Compiles the page with that language. @returns the folder of its modules. */
export function pageInOtherLanguage(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchd-page-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'src/page'), '--outDir', folder]);
  const texts = join(folder, 'texts');
  writeFileSync(join(texts, 'english.js'), readFileSync(join(texts, 'en.js')));
  writeFileSync(join(texts, 'en.js'), language);
  return folder;
}

const start = `<!doctype html><html><head><meta charset="utf-8">
<script type="module" src="/other/main.js"></script></head><body></body></html>`;

/** Serves these modules in the place of the page; all else comes from the panel. */
export async function servePage(context: BrowserContext, folder: string): Promise<void> {
  await context.route(/^[^#?]*:\d+\/$/, (route) =>
    route.fulfill({ contentType: 'text/html', body: start }),
  );
  await context.route('**/other/**', (route) => {
    const file = join(folder, normalize(new URL(route.request().url()).pathname).slice(6));
    if (!existsSync(file)) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: 'text/javascript', body: readFileSync(file) });
  });
}

/**
 * Every text on the page that is in no language file: what stands outside of ⟦ ⟧, also in labels and
 * titles, each with the element that it is in. Times are written by the browser in any language.
 */
export const foreignTexts = `(() => {
  const rest = (text) => {
    let depth = 0;
    let outside = '';
    for (const one of text) {
      if (one === '\\u27e6') depth += 1;
      else if (one === '\\u27e7') depth -= 1;
      outside += depth <= 0 && one !== '\\u27e7' ? one : ' ';
    }
    return outside.trim();
  };
  const found = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest('time, script, style')) continue;
    found.push([rest(node.data), node.parentElement.outerHTML]);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-label']) {
    for (const one of document.querySelectorAll('[' + name + ']')) {
      if (!one.closest('time')) found.push([rest(one.getAttribute(name)), name + ' of ' + one.outerHTML]);
    }
  }
  return found.filter(([text]) => text !== '').map(([text, where]) => [text, where.slice(0, 160)]);
})()`;
