/**
 * 64 clients that try wrong passwords for twenty seconds; tells how many answers they got a second. They
 * stand for other machines: their own work yields to the panel's.
 */
import { createHash } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { load } from './load.ts';

const [url = ''] = process.argv.slice(2);
setPriority(constants.priority.PRIORITY_LOW);
const { perSecond } = await load(url, 64, 20, (n) => {
  const digest = createHash('md5').update(String(n)).digest('hex');
  return { method: 'GET', path: `/api/v1/login?username=admin&password=${digest}`, headers: {} };
});
process.send?.(perSecond);
