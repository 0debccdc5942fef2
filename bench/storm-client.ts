/** 64 clients that try wrong passwords for ten seconds; tells how many answers they got a second. */
import { createHash } from 'node:crypto';
import { load } from './load.ts';

const [url = ''] = process.argv.slice(2);
const { perSecond } = await load(url, 64, 10, (n) => {
  const digest = createHash('md5').update(String(n)).digest('hex');
  return { method: 'GET', path: `/api/v1/login?username=admin&password=${digest}`, headers: {} };
});
process.send?.(perSecond);
