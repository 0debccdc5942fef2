import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { LineWriter } from '../../src/io/line-writer.ts';

const line = `${'x'.repeat(1023)}\n`;

test('a reader that stalls gets a mebibyte, and then how many lines it missed', async () => {
  const stream = new PassThrough({ writableHighWaterMark: 1024, readableHighWaterMark: 1024 });
  const told: number[] = [];
  const lines = new LineWriter(stream, (count) => told.push(count));
  for (let n = 0; n < 2000; n += 1) lines.write(line);
  assert.deepEqual(told, []);
  let read = 0;
  stream.on('data', (bytes: Buffer) => {
    read += bytes.length;
  });
  await lines.flushed();
  const kept = read / line.length;
  assert.ok(kept >= 1024 && kept <= 1026, `${kept} lines of 1 KiB`);
  assert.deepEqual(told, [2000 - kept]);
  lines.write(line);
  await lines.flushed();
  assert.equal(read / line.length, kept + 1);
});

test('a reader that has gone ends nothing', async () => {
  const stream = new PassThrough();
  const lines = new LineWriter(stream, () => assert.fail('nothing was lost'));
  stream.destroy(new Error('EPIPE'));
  lines.write(line);
  await lines.flushed();
  lines.write(line);
  await lines.flushed();
  assert.equal(stream.writableLength, 0);
});
