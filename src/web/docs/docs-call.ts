/** One call of the API on the page. */
import { html } from 'hono/html';
import { curlOf } from './curl.ts';
import { limitsOf, type Member, membersOf, type Named } from './docs-members.ts';
import { type Html, inline, prose } from './docs-prose.ts';
import { exampleOf } from './example.ts';
import type { JsonSchema } from './json-schema.ts';
import type {
  ApiResponse,
  Caller,
  Media,
  OpenApi,
  Operation,
  Parameter,
  ResponseOrRef,
} from './openapi-document.ts';

const callers: { readonly [access in Caller]: string } = {
  open: 'Anybody',
  read: 'Manager, admin',
  admin: 'Admin',
  key: 'API key',
  local: 'Unix socket',
};

/** Statuses that any call may be answered with; told once. */
const everywhere = ['500', '503'];

/** A call with its place. */
export interface Entry extends Operation {
  readonly method: string;
  readonly path: string;
}

/** A method, in its colour. */
export function badge(method: string): Html {
  return html`<b class="${method.toLowerCase()}">${method}</b>`;
}

/** One call: who may, what it takes, what it answers. */
export function article(entry: Entry, api: OpenApi): Html {
  const { operationId, method, path, summary, description, parameters, requestBody } = entry;
  const named = api.components.schemas;
  const access = entry['x-access'];
  return html`
<article id="${operationId}" aria-labelledby="${operationId}-name">
<h3 id="${operationId}-name">${badge(method)} <a href="#${operationId}"><code>${pathParts(path)}</code></a></h3>
<p class="summary">${inline(summary)}<span class="who ${access}">${callers[access]}</span></p>
${description === undefined ? '' : html`<div class="notes">${prose(description)}</div>`}
${parameters ? parameterTable(parameters) : ''}
${requestBody ? bodyOf(requestBody.content, named) : ''}
${example('Example', curlOf(method, path, entry, named))}
${Object.entries(entry.responses).map(([status, one]) =>
  status.startsWith('2') ? answerOf(status, one, api) : '',
)}
${refusalTable(entry, api)}
</article>`;
}

function pathParts(path: string): (Html | string)[] {
  return path
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? html`<var>${part}</var>` : part));
}

function parameterTable(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(({ name, in: where, required, description, schema }) => {
    const [member] = membersOf(schema, {});
    const says = [description ?? '', ...limitsOf(schema)].filter((part) => part !== '');
    return { name, required, type: member?.type ?? 'string', says: says.join('. '), where };
  });
  return table(
    'Parameters',
    ['Name', 'Type', 'Notes'],
    rows.map(({ name, where, type, required, says }) => [
      html`<code>${name}</code> <small>${where}${required && where === 'query' ? ', required' : ''}</small>`,
      inline(type),
      inline(says),
    ]),
  );
}

function memberTable(title: string, schema: JsonSchema, named: Named): Html {
  const members = membersOf(schema, named);
  if (members.length === 0) return html`<h4>${title}</h4><p>An empty object.</p>`;
  return table(title, ['Member', 'Type', 'Notes'], members.map(cellsOf));
}

function cellsOf({ name, type, required, says }: Member): unknown[] {
  const mark = required ? '' : html` <small>optional</small>`;
  return [html`<code>${name === '' ? '(value)' : name}</code>${mark}`, inline(type), inline(says)];
}

/** A table with a heading, that scrolls by itself where it is too wide. */
export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly unknown[])[],
): Html {
  return html`<h4>${title}</h4>
<div class="wide" role="group" aria-label="${title}" tabindex="0"><table>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

/** Text to copy. */
export function example(title: string, text: string): Html {
  return html`<h4>${title}</h4>
<pre role="group" aria-label="${title}" tabindex="0"><code>${text}</code></pre>`;
}

function bodyOf(content: Required<Operation>['requestBody']['content'], named: Named): Html {
  const json = content['application/json'];
  if (json) return memberTable('Body', json.schema, named);
  return html`<h4>Body</h4><p><code>${Object.keys(content).join(', ')}</code></p>`;
}

function answerOf(status: string, one: ResponseOrRef, api: OpenApi): Html {
  const { description, content } = responseOf(one, api);
  const [[media, { schema }] = ['', { schema: {} }]] = Object.entries<Media>(content ?? {});
  const title = `Answer ${status}`;
  if (media === '') return html`<h4>${title}</h4><p>${inline(description)}.</p>`;
  if (media !== 'application/json') return html`<h4>${title}</h4><p><code>${media}</code></p>`;
  const members = memberTable(title, schema, api.components.schemas);
  if (membersOf(schema, api.components.schemas).length < 2) return members;
  const value = JSON.stringify(exampleOf(schema, api.components.schemas, true), null, 2);
  return html`${members}
<details><summary>Example of answer ${status}</summary><pre tabindex="0"><code>${value}</code></pre></details>`;
}

function refusalTable({ responses }: Entry, api: OpenApi): Html | '' {
  const refusals = Object.entries(responses).filter(
    ([status]) => Number(status) >= 400 && !everywhere.includes(status),
  );
  if (refusals.length === 0) return '';
  return table(
    'Refusals',
    ['Status', 'error'],
    refusals.map(([status, one]) => refusalCells(status, one, api)),
  );
}

/** Status and texts of a refusal. */
export function refusalCells(status: string, one: ResponseOrRef, api: OpenApi): unknown[] {
  const examples = Object.values(
    responseOf(one, api).content?.['application/json']?.examples ?? {},
  );
  const texts = examples.map(({ value }) => value.error);
  return [status, html`<ul class="texts">${texts.map((text) => html`<li>${text}</li>`)}</ul>`];
}

function responseOf(one: ResponseOrRef, api: OpenApi): ApiResponse {
  if (!('$ref' in one)) return one;
  const name = one.$ref.slice(one.$ref.lastIndexOf('/') + 1);
  return api.components.responses[name] ?? { description: name };
}
