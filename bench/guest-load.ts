/** In the guest: clients of the API that ask, create and list without a pause, until killed. */
import { constants, setPriority } from 'node:os';
import { load } from './load.ts';

// Clients have processors of their own; here they take what the panel leaves of the guest's one.
setPriority(constants.priority.PRIORITY_LOW);

const [url = '', password = ''] = process.argv.slice(2);
const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
const owner = { name: 'Load', type: 'owner' };

await load(url, 8, 3600, (n) => {
  const headers = { authorization, 'content-type': 'application/json' };
  if (n % 4 === 0) {
    const card = {
      identifier_type: 'card',
      identifier_number: String(10_000_000 + n),
      lock: 'first',
    };
    const body = JSON.stringify({ identifier_owner: owner, ...card });
    return { method: 'POST', path: '/api/v1/access/identifier', headers, body };
  }
  const path =
    n % 4 === 1 ? '/api/v1/access/identifier/items?limit=50' : '/api/v1/access/identifier/item/1';
  return { method: 'GET', path, headers };
});
