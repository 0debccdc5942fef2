/** What a panel must be that has just been started again. */
import assert from 'node:assert/strict';
import { openStore } from '../../src/store/store.ts';
import type { Daemon } from '../support/daemon.ts';
import type { Found, Loss, Model } from './model.ts';
import { observe } from './observe.ts';

/** A panel in `folder` that is ready, and that nobody has asked for anything. */
export async function observed(daemon: Daemon, folder: string): Promise<Found> {
  const rest = { energised: false };
  const locks = await fetch(`${daemon.url}/sim/locks`);
  assert.deepEqual(await locks.json(), { first: rest, second: rest });
  const store = openStore(`${folder}/data`, 'reader');
  try {
    return observe(store);
  } finally {
    await store.close();
  }
}

/** Compares it with what it must be. */
export async function lookAt(daemon: Daemon, folder: string, model: Model): Promise<Loss> {
  return model.look(await observed(daemon, folder));
}
