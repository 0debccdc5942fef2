/** Everything that is stored, opened over one database. */
import type { SettingDefaults, StoreReaders, StoreWriters } from '../ports/store.ts';
import { openAccessLevels, openPersons } from './access-levels.ts';
import { openAccounts } from './accounts.ts';
import { openApartments } from './apartments.ts';
import { openApiKeys } from './api-keys.ts';
import { openEvents } from './events.ts';
import { Identifiers } from './identifiers.ts';
import { masterConflict, openMaster } from './master.ts';
import { openPassback } from './passback.ts';
import { openSettings } from './settings.ts';
import type { Store } from './store.ts';
import { openTimeProfiles } from './time-profiles.ts';
import { openWebhookProgress, openWebhooks } from './webhooks.ts';

/** Opens all records of a store; on the worker's side, only what reads may be used. */
export function openStored(store: Store, defaults: SettingDefaults) {
  const settings = openSettings(store, defaults);
  const master = openMaster(store);
  return {
    settings,
    identifiers: new Identifiers(store, (fields) => masterConflict(master, fields)),
    events: openEvents(store),
    accounts: openAccounts(store),
    timeProfiles: openTimeProfiles(store),
    apartments: openApartments(store),
    accessLevels: openAccessLevels(store),
    persons: openPersons(store),
    master,
    webhooks: openWebhooks(store),
    webhookProgress: openWebhookProgress(store),
    apiKeys: openApiKeys(store),
    passback: openPassback(store),
  } satisfies StoreReaders & StoreWriters;
}

/** Names of damaged records that lists have left out. */
export function damagedIn(stored: ReturnType<typeof openStored>): string[] {
  const { identifiers, timeProfiles, apartments, accessLevels, persons, webhooks } = stored;
  return [identifiers, timeProfiles, apartments, accessLevels, persons, webhooks].flatMap(
    (records) => records.damaged(),
  );
}
