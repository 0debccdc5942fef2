/** The description of the API as a page to read: made here, no script, nothing from elsewhere. */
import { hash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { article, badge, type Entry, example, refusalCells, table } from './docs-call.ts';
import { type Html, inline, prose } from './docs-prose.ts';
import { docsStyle } from './docs-style.ts';
import type { OpenApi } from './openapi-document.ts';

/** Headers of the page: its one style sheet is allowed by its hash, and nothing else. */
export const docsPolicy = {
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${hash('sha256', docsStyle, 'base64')}'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** The whole page. */
export function docsPage(api: OpenApi): Html {
  const entries = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      ...one,
      method: method.toUpperCase(),
      path,
    })),
  );
  const groups = api.tags.map((tag) => ({
    ...tag,
    anchor: anchorOf(tag.name),
    entries: entries.filter(({ tags }) => tags.includes(tag.name)),
  }));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${api.info.title} ${api.info.version} API</title>
<style>${raw(docsStyle)}</style>
</head>
<body>
<a class="skip" href="#main">To the calls</a>
<header>
<h1>${api.info.title} <span>API ${api.info.version}</span></h1>
<p>${api.info.summary}. For machines: <a href="/openapi.json">openapi.json</a></p>
</header>
<nav aria-label="Calls">${groups.map(
    ({ name, anchor, entries }) => html`
<h2><a href="#${anchor}">${name}</a></h2>
<ul>${entries.map(linkTo)}</ul>`,
  )}
</nav>
<main id="main">
<section aria-label="About">${prose(api.info.description)}
${example('Log in, then ask', firstSteps)}
${everyRefusal(api)}
</section>${groups.map(
    ({ name, anchor, description, entries }) => html`
<section id="${anchor}">
<h2>${name}</h2>
<p>${inline(description)}</p>${entries.map((entry) => article(entry, api))}
</section>`,
  )}
</main>
</body>
</html>
`;
}

const firstSteps = `PANEL=http://192.0.2.1:8080
DIGEST=$(printf %s "$PASSWORD" | md5sum | cut -d' ' -f1)
TOKEN=$(curl -s "$PANEL/api/v1/login?username=admin&password=$DIGEST" | jq -r .token)
curl -H "Authorization: Bearer $TOKEN" "$PANEL/api/v1/access/identifier/items"`;

function linkTo({ operationId, method, path, summary }: Entry): Html {
  return html`<li><a href="#${operationId}" title="${summary}">${badge(method)} <span>${path.replace(/^\/api\/v1/, '')}</span></a></li>`;
}

function everyRefusal(api: OpenApi): Html {
  const { Bug, Fault } = api.components.responses;
  const rows = Object.entries({ 500: Bug, 503: Fault }).flatMap(([status, one]) =>
    one ? [[...refusalCells(status, one, api), one.description]] : [],
  );
  return table('Any call may also be answered with', ['Status', 'error', 'Why'], rows);
}

function anchorOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
