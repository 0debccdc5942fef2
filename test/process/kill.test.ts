import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEvents } from '../../src/store/events.ts';
import { Identifiers } from '../../src/store/identifiers.ts';
import { openStore } from '../../src/store/store.ts';
import { bits26, cardBody, startDaemon } from '../support/daemon.ts';
import { freshFolder } from '../support/store.ts';

test('SIGKILL under load: what was answered is there, events have no gap', async (t) => {
  const folder = freshFolder(t);
  const answered = new Map<number, string>();
  const gone = new Set<number>();
  let limitedUid = 0;
  for (let round = 0; round < 5; round += 1) {
    const daemon = await startDaemon(t, folder);
    if (round === 0) {
      const valid = {
        time: { is_permanent: true },
        passes: { is_permanent: false, max_passes: 500 },
      };
      const { json } = await daemon.api<{ uid: number }>(
        'POST',
        '/api/v1/access/identifier',
        cardBody('7', { valid }),
      );
      limitedUid = json.uid;
    }
    let killed = false;
    const write = async (client: number) => {
      for (let n = 0; !killed; n += 1) {
        const number = String(1_000_000 + round * 100_000 + client * 10_000 + n);
        const { json } = await daemon.api<{ uid: number }>(
          'POST',
          '/api/v1/access/identifier',
          cardBody(number),
        );
        answered.set(json.uid, number);
        if (n % 3 !== 0) continue;
        gone.add(json.uid);
        await daemon.api('DELETE', `/api/v1/access/identifier/item/${json.uid}`);
        answered.delete(json.uid);
      }
    };
    const writers = [0, 1, 2, 3].map((client) => write(client).catch(() => undefined));
    await daemon.present('front', bits26(7));
    await daemon.line(/ granted /);
    while (answered.size < (round + 1) * 60) await new Promise(setImmediate);
    killed = true;
    await daemon.kill();
    await Promise.all(writers);
  }
  const store = openStore(`${folder}/data`, 'writer');
  t.after(() => store.close());
  const identifiers = new Identifiers(store);
  for (const [uid, number] of answered) {
    if (!gone.has(uid)) assert.equal(identifiers.get(uid)?.number, number);
  }
  for (const identifier of identifiers.list(0, 100_000, false)) {
    assert.equal(identifiers.find(identifier.type, identifier.number)?.uid, identifier.uid);
  }
  assert.equal(identifiers.get(limitedUid)?.passes?.left, 495);
  const events = openEvents(store);
  for (let seq = events.firstSeq(); seq <= events.lastSeq(); seq += 1)
    assert(events.get(seq), `${seq}`);
});
