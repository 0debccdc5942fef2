/** How to make a call by hand. */
import type { Named } from './docs-members.ts';
import { exampleOf } from './example.ts';
import type { Caller, Operation, Parameter } from './openapi-document.ts';

const credentials: { readonly [access in Caller]: readonly string[] } = {
  open: [],
  read: ['-H "Authorization: Bearer $TOKEN"'],
  admin: ['-H "Authorization: Bearer $TOKEN"'],
  key: ['-H "Authorization: Bearer $KEY"'],
  local: ['--unix-socket data/control.sock'],
};

/** A command for a shell where `PANEL` is the address and `TOKEN` or `KEY` the credentials. */
export function curlOf(method: string, path: string, call: Operation, named: Named): string {
  const { parameters = [], requestBody } = call;
  const access = call['x-access'];
  const sample = ({ name, schema }: Parameter) =>
    encodeURIComponent(String(exampleOf(schema, named, false, name)));
  const filled = parameters
    .filter((one) => one.in === 'path')
    .reduce((text, one) => text.replace(`{${one.name}}`, sample(one)), path);
  // What may be left out is left out, unless its schema says what to put there.
  const query = parameters
    .filter((one) => one.in === 'query' && (one.required || one.schema.examples))
    .map((one) => `${one.name}=${sample(one)}`);
  const asked = query.length > 0 ? `?${query.join('&')}` : '';
  const url = `${access === 'local' ? 'http://localhost' : '$PANEL'}${filled}${asked}`;
  const body = requestBody?.content['application/json'];
  const sent = body && JSON.stringify(exampleOf(body.schema, named), null, 2);
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"${url}"`,
    ...credentials[access],
    ...(requestBody?.content['text/csv'] ? ['--data-binary @FILE.csv'] : []),
    ...(requestBody?.content['application/octet-stream'] ? ['-T FILE'] : []),
    ...(sent === undefined ? [] : [`-d '${sent.replaceAll("'", "'\\''")}'`]),
  ].join(' \\\n  ');
}
