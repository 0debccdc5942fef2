import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import type { Daemon } from './daemon.ts';

/** Makes a backup. @returns its name. */
export async function backedUp(daemon: Daemon): Promise<string> {
  const { status, json } = await daemon.api<{ name: string }>('POST', '/api/v1/backups');
  assert.equal(status, 200);
  return json.name;
}

/**
 * Restores a kept backup, and waits until the panel is ready again within its process and has kept
 * what the backup replaced.
 */
export async function restored(daemon: Daemon, name: string): Promise<void> {
  const seen = daemon.lines.length;
  const { status } = await daemon.api('POST', `/api/v1/backups/restore?name=${name}`);
  assert.equal(status, 200);
  await daemon.line(/ a backup was restored /, seen);
  await daemon.ready(seen);
  await daemon.line(/ backup made .*before-restore/, seen);
  assert.equal(daemon.process.exitCode, null);
}

/** How many descriptors of a process lead to what is named so. */
export function descriptorsOf({ process: { pid } }: Daemon, target: string): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`) === target;
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}
