/**
 * Begins with what stands in a folder, as latchd does, and dies at the n-th change of its files:
 * `node restore-child.js FOLDER N`. Ends with 0 when there was no such change.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [folder = '', deadly = ''] = process.argv.slice(2);
let changes = 0;

/** Dies in the place of the n-th call. */
function deadlyAt<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    changes += 1;
    if (changes === Number(deadly)) process.kill(process.pid, 'SIGKILL');
    return call(...args);
  };
}

fs.renameSync = deadlyAt(fs.renameSync);
fs.rmSync = deadlyAt(fs.rmSync);
fs.fsyncSync = deadlyAt(fs.fsyncSync);
syncBuiltinESMExports();

const { openState, stateHolds } = await import('../../src/start/state.ts');
const { memoryLog } = await import('./log.ts');
const { store, beginning } = await openState(folder);
stateHolds(folder, beginning, { log: memoryLog(), record: () => undefined });
await store.close();
