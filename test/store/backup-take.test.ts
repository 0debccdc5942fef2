import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { takeFile, usualTake } from '../../src/store/backup-take.ts';
import { FakeClock } from '../support/clock.ts';
import { freshFolder } from '../support/store.ts';

const timeout = 120_000;

/** A body whose pieces are handed over by the test, and a promise that all have been read. */
function slowBody() {
  const body = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
    highWaterMark: 0,
  });
  const writer = body.writable.getWriter();
  return {
    readable: body.readable,
    send: (bytes: number) => writer.write(new Uint8Array(bytes)),
    writer,
  };
}

test('a file that comes slowly but steadily is taken, however long it takes', {
  timeout,
}, async (t) => {
  const clock = new FakeClock();
  const path = join(freshFolder(t), 'upload');
  const { readable, send, writer } = slowBody();
  const taking = takeFile(readable, path, clock);
  const piece = usualTake.leastBytes / 2;
  // Half an hour.
  for (let n = 0; n < 120; n += 1) {
    await send(piece);
    clock.advance(usualTake.intervalUs / 2);
  }
  await send(1);
  await writer.close();
  assert.equal(await taking, 'taken');
  assert.equal(statSync(path).size, 120 * piece + 1);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(clock.armed, 0);
});

test('one that stalls, or drips, is let go at the end of an interval', { timeout }, async (t) => {
  for (const drip of [0, 1000]) {
    const clock = new FakeClock();
    const { readable, send } = slowBody();
    const taking = takeFile(readable, join(freshFolder(t), 'upload'), clock);
    // The first interval is a good one.
    await send(usualTake.leastBytes);
    clock.advance(usualTake.intervalUs);
    let over: string | undefined;
    void taking.then((how) => {
      over = how;
    });
    for (let n = 0; n < 29; n += 1) {
      if (drip > 0) await send(drip);
      clock.advance(usualTake.intervalUs / 30);
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(over, undefined);
    clock.advance(usualTake.intervalUs / 30);
    assert.equal(await taking, 'too-slow');
    assert.equal(clock.armed, 0);
  }
});

test('more than is taken is refused before it is written', { timeout }, async (t) => {
  const path = join(freshFolder(t), 'upload');
  const limits = { ...usualTake, longest: 1000 };
  const bodyOf = (...sizes: number[]) =>
    new Blob(sizes.map((size) => new Uint8Array(size).fill(7))).stream();
  assert.equal(await takeFile(bodyOf(1000), path, new FakeClock(), limits), 'taken');
  assert.deepEqual(readFileSync(path), Buffer.alloc(1000, 7));
  assert.equal(await takeFile(bodyOf(1001), path, new FakeClock(), limits), 'too-large');
  assert.equal(statSync(path).size, 0);
});
