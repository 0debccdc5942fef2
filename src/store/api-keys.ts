/**
 * Keys of integrations, by their SHA-256. A key has 256 random bits, so a fast hash without a salt is
 * enough; and it is looked up by its hash, which nobody can choose, so the time that takes tells nothing.
 */
import { z } from 'zod';
import type { ApiKeyReader, ApiKeyWriter, StoredApiKey } from '../ports/keys.ts';
import { readChecked } from './checked.ts';
import type { Store } from './store.ts';

const schema = z.object({ name: z.string(), createdMs: z.number() });

/** Opens the keys of a store. Methods that write belong to the main thread. */
export function openApiKeys(store: Store): ApiKeyReader & ApiKeyWriter {
  const byHash = store.database<string>('api-keys', 'ordered-binary');

  function get(keyHash: string): StoredApiKey | undefined {
    return readChecked(byHash, keyHash, schema, 'an API key');
  }

  /** There are few: a second index would be more to keep right than to search. */
  function named(name: string): string | undefined {
    return [...byHash.getKeys({})].find((keyHash) => get(keyHash)?.name === name);
  }

  return {
    get,
    all: () =>
      [...byHash.getKeys({})]
        .map(get)
        .filter((key) => key !== undefined)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),

    add: (keyHash: string, key: StoredApiKey) =>
      store.durably(() => {
        if (named(key.name) !== undefined) return false;
        byHash.putSync(keyHash, key);
        return true;
      }),

    remove: (name: string) =>
      store.durably(() => {
        const keyHash = named(name);
        return keyHash !== undefined && byHash.removeSync(keyHash);
      }),
  };
}
