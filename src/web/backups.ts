/** Backups over HTTP: made, listed, fetched, deleted, restored. */
import { z } from 'zod';
import type { BackupItem, Backups, RestoreRefusal } from '../ports/backup.ts';
import type { PanelCommands } from '../ports/web.ts';
import type { Log } from '../ports.ts';
import { answer, done, download, emptyAnswer, errors, refuse } from './answer.ts';
import { type Route, route } from './route.ts';

/** What the calls on backups work with. */
interface BackupRouteParts {
  readonly backups: Backups;
  readonly commands: Pick<PanelCommands, 'startAgain'>;
  readonly log: Log;
}

const path = '/api/v1/backups';
/** Longest file that is taken, bytes. */
const longestFile = 1024 * 1024 * 1024;
const noBackup = 'There is no such backup';

const refusals: { readonly [why in RestoreRefusal]: readonly [status: number, text: string] } = {
  unknown: [404, noBackup],
  'not-a-backup': [400, 'The file is not a backup of latchd'],
  damaged: [400, 'The backup is damaged: its checksum or its content does not hold'],
  newer: [400, 'The backup is of a newer version of latchd: install that version first'],
  'no-administrator': [400, 'The backup has no administrator: nobody could log in'],
  unreadable: [400, 'The backup has settings that cannot be read'],
  'too-large': [413, errors.tooLarge],
  'too-slow': [408, errors.tooSlow],
  'cut-off': [400, 'The file did not come whole'],
  busy: [409, 'Another restore is under way'],
};

const natural = z.int().min(0);
const item = {
  name: z.string().meta({ description: 'Of its file' }),
  bytes: natural,
  created: natural.meta({ description: 'Unix seconds of the state that it holds' }),
  kind: z.enum(['manual', 'scheduled', 'before-restore']),
};
const content = {
  identifiers: natural,
  events: natural,
  damaged: natural.meta({ description: 'Records that cannot be read; they open nothing' }),
};
const name = z.object({ name: z.string().min(1).max(100) });

/** Everything about backups. */
export function backupRoutes(parts: BackupRouteParts): Route[] {
  const { backups, log } = parts;
  return [
    route({
      method: 'GET',
      path,
      summary: 'The backups that are kept, newest first',
      access: 'admin',
      answers: z.strictObject({ list_items: z.array(z.strictObject(item)) }),
      handler: () => answer({ list_items: backups.list().map(itemOf) }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Make a backup now',
      access: 'admin',
      answers: z.strictObject({ ...item, ...content }),
      notes:
        'Answered when the copy has been proven: it was loaded into a database of its own, and every ' +
        'record and every index of that was read. The door does not wait for it. It holds ' +
        'everything that is stored, hashes of passwords, codes and card numbers among it: keep it ' +
        'as you keep keys.',
      async handler({ who }) {
        const made = await backups.make('manual');
        log.info('backup made by command', { by: who.name, file: made.name });
        const { identifiers, events, damaged } = made;
        return answer({ ...itemOf(made), identifiers, events, damaged });
      },
    }),
    route({
      method: 'GET',
      path: `${path}/items/{name}`,
      summary: 'Fetch a backup',
      access: 'admin',
      params: name,
      answers: { media: 'application/octet-stream' },
      refusesWith: { 404: [noBackup] },
      handler({ params, who }) {
        const file = backups.open(params.name);
        if (!file) return refuse(404, noBackup);
        log.info('backup fetched', { by: who.name, file: params.name });
        return download(file.stream, file.bytes, params.name);
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/items/{name}`,
      summary: 'Delete a backup',
      access: 'admin',
      params: name,
      answers: emptyAnswer,
      refusesWith: { 404: [noBackup] },
      handler({ params, who }) {
        if (!backups.remove(params.name)) return refuse(404, noBackup);
        log.info('backup deleted', { by: who.name, file: params.name });
        return done();
      },
    }),
    restoreRoute(parts),
  ];
}

function restoreRoute({ backups, commands, log }: BackupRouteParts): Route {
  return route({
    method: 'POST',
    path: `${path}/restore`,
    summary: 'Restore a backup that is kept, or the one that is sent',
    access: 'admin',
    query: z.object({ name: name.shape.name.optional() }),
    stream: 'application/octet-stream',
    bodyLimit: longestFile,
    answers: z.strictObject({ created: item.created, ...content }),
    refuses: textsWith(400),
    refusesWith: { 404: textsWith(404), 409: textsWith(409) },
    notes:
      'With `name` a kept one, else the body is the file, up to 1 GiB, of which at least 128 KiB come ' +
      'every 30 s. It is proven as a new backup is; what it replaces becomes a backup of the kind `before-restore`. Then latchd starts ' +
      'again within its process, which takes a second: locks come to rest, readers are not read. ' +
      'Accounts, passwords, keys and passes left are then those of the backup; nobody is logged in. ' +
      'Uids and numbers of events go on above the highest ever given here.',
    async handler({ query, stream, who }) {
      if (query.name === undefined && stream === null) return refusal('not-a-backup');
      const ready = await backups.prepare(query.name ?? stream ?? '', who.name);
      if ('refused' in ready) {
        log.warn('a restore was refused', { by: who.name, why: ready.refused });
        return refusal(ready.refused);
      }
      const { createdMs, identifiers, events, damaged } = ready;
      log.info('a backup is restored', { by: who.name, identifiers, events, damaged });
      await commands.startAgain();
      return answer({ created: Math.floor(createdMs / 1000), identifiers, events, damaged });
    },
  });
}

function textsWith(status: number): string[] {
  return Object.values(refusals).flatMap(([code, text]) => (code === status ? [text] : []));
}

function refusal(why: RestoreRefusal): Response {
  return refuse(...refusals[why]);
}

function itemOf({ name, bytes, createdMs, kind }: BackupItem) {
  return { name, bytes, created: Math.floor(createdMs / 1000), kind };
}
