/** Latency and lost frames on the rig's real kernel lines; boots a guest for each part. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { rigObstacle, runInGuest } from '../test/rig/rig.ts';

assert.equal(rigObstacle(), undefined);
const guest = fileURLToPath(new URL('./guest-rig.js', import.meta.url));
const parts = process.argv.slice(2);
for (const part of parts.length > 0 ? parts : ['latency', 'frames-chardev', 'frames-onoff']) {
  process.stdout.write(`== ${part}\n`);
  const { status } = await runInGuest([process.execPath, guest, part], 2400);
  assert.equal(status, 0);
}
