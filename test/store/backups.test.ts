import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { IdentifierFields } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import { openAttempts } from '../../src/store/attempts.ts';
import { databaseFrame, endFrame, entryFrame, readHead } from '../../src/store/backup-format.ts';
import { openBackups } from '../../src/store/backups.ts';
import { EventLog } from '../../src/store/events.ts';
import { numbered } from '../../src/store/layout.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openStored } from '../../src/store/stored.ts';
import { FakeClock } from '../support/clock.ts';
import { memoryLog } from '../support/log.ts';
import { randomOf } from '../support/random.ts';
import { seedOf } from '../support/seed.ts';
import { freshFolder } from '../support/store.ts';

const defaults = {
  wiegand: { type: 'wiegand_26', representation: 'decimal' },
  openSeconds: { first: 5, second: 5 },
} as const;
const silent = { appended: () => {}, failed: () => {}, recovered: () => {} };

/** A panel's data with something of many kinds, and its backups. */
async function filled(t: TestContext, keep = 3) {
  const data = freshFolder(t);
  const store = openStore(data, 'writer');
  const clock = new FakeClock();
  const stored = openStored(store, defaults);
  await stored.accounts.set('admin', { role: 'admin', salt: 's', hash: 'h' });
  await stored.settings.setSerial('91c615e3-1040-4815-8ecb-000000000001');
  await stored.persons.create({ firstName: 'Ann', lastName: 'Ek', linkId: 'a' });
  const events = new EventLog(store, clock, 1000, silent);
  for (let number = 1; number <= 300; number += 1) {
    const fields: IdentifierFields = {
      type: number % 2 ? 'card' : 'inputCode',
      number: String(number),
      owner: { name: `Ann \u{1f600} ${number}`, type: 'owner' },
      lock: 'all',
      ...(number % 3 === 0 && { linkId: `91c615e3${number}` }),
    };
    await stored.identifiers.create(fields);
    const category = number % 2 ? 'access' : 'info';
    events.append({ category, priority: 'low', key: 'x', text: 'x', model: { number } });
  }
  await events.settled();
  const log = memoryLog();
  const folder = join(data, 'backups');
  const backups = openBackups({ store, data, folder, keep, version: '1', clock, log });
  t.after(() => store.close());
  return { data, store, clock, stored, folder, backups, log };
}

/** Everything in a database but the sessions. */
function contentOf(store: Store): string {
  const snapshot = store.snapshot();
  const all = snapshot.names.map((name) => [
    name,
    snapshot
      .entries(name, undefined, 1_000_000)
      .map(({ key, value }) => [key, value.toString('hex')]),
  ]);
  snapshot.end();
  return JSON.stringify(all);
}

test('every database is known with its kind of key', async (t) => {
  const store = openStore(freshFolder(t), 'writer');
  t.after(() => store.close());
  const kinds = new Map<string, string>();
  const watched: Store = {
    ...store,
    database(name, keyEncoding) {
      kinds.set(name, keyEncoding);
      return store.database(name, keyEncoding);
    },
  };
  openStored(watched, defaults);
  openAttempts(watched);
  new EventLog(watched, new FakeClock(), 100, silent);
  const found = [...kinds].filter(([, kind]) => kind === 'uint32').map(([name]) => name);
  assert.deepEqual(found.sort(), [...numbered].sort());
  assert.deepEqual([...store.snapshot().names].sort(), [...kinds.keys()].sort());
});

test('a copy holds every entry as it stood when the copy began', async (t) => {
  const { data, store, stored, backups } = await filled(t);
  const before = contentOf(store);
  const making = backups.make('manual');
  // Written while the copy is being made.
  await stored.identifiers.remove([1, 2, 3]);
  const { name, ...made } = await making;
  assert.deepEqual([made.identifiers, made.events, made.damaged], [300, 300, 0]);
  assert.notEqual(contentOf(store), before);
  const ready = await backups.prepare(name, 'admin');
  assert.deepEqual(ready, {
    identifiers: 300,
    events: 300,
    damaged: 0,
    createdMs: Date.UTC(2026, 5, 1, 12),
  });
  const copy = openStore(join(data, 'restore'), 'writer');
  assert.equal(contentOf(copy), before);
  await copy.close();
  assert.deepEqual(await backups.prepare(name, 'admin'), { refused: 'busy' });
});

test('so many of each kind are kept, the newest', async (t) => {
  const { clock, folder, backups } = await filled(t, 2);
  const made: string[] = [];
  for (let n = 0; n < 4; n += 1) {
    clock.advance(1e9);
    made.push((await backups.make('scheduled')).name);
  }
  const { name: manual } = await backups.make('manual');
  const names = backups.list().map(({ name }) => name);
  assert.deepEqual(
    names,
    [made[3], manual, made[2]].sort((a, b) => names.indexOf(a ?? '') - names.indexOf(b ?? '')),
  );
  assert.deepEqual(readdirSync(folder).sort(), [...names].sort());
  assert.equal(backups.scheduledMs(), clock.wallMs());
  assert.equal(backups.remove(manual), true);
  assert.equal(backups.remove(manual), false);
  assert.equal(backups.remove('../latchd.mdb'), false);
  assert.equal(backups.open('../latchd.mdb'), undefined);
});

test('the copy that was just made stays, though the clock was set back before it', async (t) => {
  const { clock, backups } = await filled(t, 2);
  for (let n = 0; n < 2; n += 1) {
    clock.advance(1e9);
    await backups.make('manual');
  }
  clock.setWall(clock.wallMs() - 86_400_000);
  const { name } = await backups.make('manual');
  const names = backups.list().map((item) => item.name);
  assert.equal(names.length, 2);
  assert.equal(names.at(-1), name);
});

test('two copies in the same millisecond have two names', async (t) => {
  const { backups } = await filled(t);
  const [first, second] = await Promise.all([backups.make('manual'), backups.make('manual')]);
  assert.notEqual(first.name, second.name);
});

test('where no copy can be written nothing is left of it', async (t) => {
  const { data, store, clock, log } = await filled(t);
  writeFileSync(join(data, 'file'), '');
  const folder = join(data, 'file', 'backups');
  const backups = openBackups({ store, data, folder, keep: 1, version: '1', clock, log });
  await assert.rejects(
    backups.make('manual'),
    (error) => error instanceof Fault && error.code === 'backup-failed',
  );
  assert.deepEqual(backups.list(), []);
  assert.deepEqual(
    readdirSync(data).filter((name) => name.startsWith('.')),
    [],
  );
});

test('what an end in the middle has left is swept away', async (t) => {
  const { data, store, clock, log, folder } = await filled(t);
  mkdirSync(join(data, '.staged-state'));
  writeFileSync(join(data, '.staged-state/latchd.mdb'), 'x');
  mkdirSync(folder);
  writeFileSync(join(folder, 'latchd-20260101T000000000Z-manual.backup.part'), 'x');
  writeFileSync(join(folder, 'mine.part'), 'x');
  openBackups({ store, data, folder, keep: 1, version: '1', clock, log });
  assert.ok(!existsSync(join(data, '.staged-state')));
  assert.deepEqual(readdirSync(folder), ['mine.part']);
});

/** A backup as bytes, changed, with a checksum that holds. */
function resealed(file: Buffer, change: (header: object, frames: Buffer) => [object, Buffer]) {
  const head = readHead(file);
  assert.ok(head);
  const frames = gunzipSync(file.subarray(head.length, -32));
  const [header, changed] = change(head.header, frames);
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  const body = Buffer.concat([file.subarray(0, 16), length, json, gzipSync(changed)]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

function streamOf(bytes: Buffer): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream();
}

test('a file that is no good is refused for what is wrong with it', async (t) => {
  const { data, stored, folder, backups } = await filled(t);
  const { name } = await backups.make('manual');
  const file = readFileSync(join(folder, name));
  const refusalOf = (bytes: Buffer) => backups.prepare(streamOf(bytes), 'admin');
  assert.deepEqual(await backups.prepare('latchd-x', 'admin'), { refused: 'unknown' });
  for (const bytes of ['', 'x', 'latchd backup 1\n', readFileSync(join(data, 'latchd.mdb'))]) {
    assert.deepEqual(await refusalOf(Buffer.from(bytes)), { refused: 'not-a-backup' });
  }
  assert.deepEqual(await refusalOf(file.subarray(0, -1)), { refused: 'damaged' });
  assert.deepEqual(await refusalOf(Buffer.concat([file, file])), { refused: 'damaged' });
  const newer = resealed(file, (header, frames) => [{ ...header, schema: 99 }, frames]);
  assert.deepEqual(await refusalOf(newer), { refused: 'newer' });
  const short = resealed(file, (header, frames) => [header, frames.subarray(0, -3)]);
  assert.deepEqual(await refusalOf(short), { refused: 'damaged' });
  await stored.accounts.set('admin', { role: 'manager', salt: 's', hash: 'h' });
  const nobody = await backups.make('manual').catch((error: unknown) => String(error));
  assert.match(String(nobody), /no-administrator/);
  assert.ok(!existsSync(join(data, 'restore')));
});

test('a value that would end the process when it is read is a damaged record', async (t) => {
  const { data, folder, backups } = await filled(t);
  const { name } = await backups.make('manual');
  const file = readFileSync(join(folder, name));
  const head = Buffer.of(0xdd, 0x01, 0xff, 0xff, 0xff);
  const bomb = Buffer.concat(Array.from({ length: 60 }, () => head));
  const bytes = resealed(file, (header, frames) => {
    const count = Number(/\d+$/.exec(frames.toString('latin1', frames.length - 20))?.[0]);
    const rest = frames.subarray(0, frames.length - endFrame(count).length);
    assert.ok(count > 900);
    const added = [databaseFrame('persons'), entryFrame(77, bomb), endFrame(count + 1)];
    return [header, Buffer.concat([rest, ...added])];
  });
  const answered = await backups.prepare(streamOf(bytes), 'admin');
  assert.ok(!('refused' in answered), JSON.stringify(answered));
  assert.equal(answered.damaged, 1);
  const copy = openStore(join(data, 'restore'), 'reader');
  assert.throws(() => copy.database<number>('persons', 'uint32').get(77));
  await copy.close();
});

const rounds = Number(process.env.LATCHD_RESTORE_FUZZ ?? 150);

test('no file that is restored ends the process, whatever its bytes', async (t) => {
  const { data, folder, backups } = await filled(t);
  const { name } = await backups.make('manual');
  const file = readFileSync(join(folder, name));
  const random = randomOf(seedOf(t));
  const below = (limit: number) => Math.floor(random() * limit);
  const hurt = (bytes: Buffer): Buffer => {
    const copy = Buffer.from(bytes);
    for (let n = 1 + below(4); n > 0; n -= 1) {
      const at = below(copy.length);
      if (random() < 0.3) copy.writeUInt8(below(256), at);
      else if (random() < 0.5) copy.writeUInt8((copy[at] ?? 0) ^ (1 << below(8)), at);
      else copy.copyWithin(at, below(copy.length), below(copy.length));
    }
    return random() < 0.2 ? copy.subarray(0, below(copy.length)) : copy;
  };
  const found = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    const bytes =
      random() < 0.3 ? hurt(file) : resealed(file, (header, frames) => [header, hurt(frames)]);
    const answered = await backups.prepare(streamOf(bytes), 'admin');
    const outcome = 'refused' in answered ? answered.refused : 'taken';
    found.set(outcome, (found.get(outcome) ?? 0) + 1);
    if (outcome !== 'taken') continue;
    // What was taken can be begun with.
    const trial = freshFolder(t);
    cpSync(join(data, 'restore'), trial, { recursive: true });
    const store = openStore(trial, 'writer');
    const stored = openStored(store, defaults);
    assert.ok(stored.accounts.names().length > 0);
    new EventLog(store, new FakeClock(), 1000, silent);
    await store.close();
    rmSync(join(data, 'restore'), { recursive: true });
  }
  t.diagnostic([...found].map(([what, times]) => `${what}: ${times}`).join(', '));
  for (const outcome of ['damaged', 'taken']) assert.ok(found.has(outcome), outcome);
});
