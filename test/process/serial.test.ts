import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { cardBody, cliScript, startDaemon } from '../support/daemon.ts';
import { em4100Bytes } from '../support/em4100.ts';
import { plugDevice } from '../support/pty.ts';
import { backedUp, descriptorsOf, restored } from '../support/restored.ts';
import { freshFolder } from '../support/store.ts';

const number = 1850186;

test('a serial reader: away at the start, plugged, read, pulled, plugged again', async (t) => {
  const folder = freshFolder(t);
  const path = join(folder, 'by-id');
  const daemon = await startDaemon(
    t,
    folder,
    `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
readers: [{ name: gate, serial: { path: ${path}, kind: em4100 } }]
locks: { first: { line: 22, open_seconds: 0.1 } }
`,
  );
  await daemon.line(/ reader lost reader=gate /);
  const row = async () => {
    const args = [cliScript, '--config', daemon.configFile, 'status'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return /^gate .*$/m.exec(stdout)?.[0] ?? '';
  };
  assert.doesNotMatch(await row(), /watched/);
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number)));

  async function plug() {
    const seen = daemon.lines.length;
    const device = await plugDevice(t);
    symlinkSync(device.path, `${path}.new`);
    renameSync(`${path}.new`, path);
    await daemon.line(/ reader is back reader=gate/, seen);
    return device;
  }
  for (const round of [1, 2]) {
    const device = await plug();
    assert.match(await row(), /watched/);
    const seen = daemon.lines.length;
    device.send(em4100Bytes(number));
    const granted = await daemon.line(/ granted /, seen);
    assert.match(granted, /reader=gate owner=Ann uid=1 number=1850186 format=em4100/);
    await daemon.line(/ at rest lock=first/, seen);
    if (round === 2) break;
    await device.pull();
    await daemon.line(/ reader lost reader=gate /, seen);
  }
  const expected = [
    ...['reader_lost', 'reader_is_back', 'access_granted_by_valid_identifier'],
    ...['reader_lost', 'reader_is_back', 'access_granted_by_valid_identifier'],
  ];
  const isOfReader = (key: string) => key.startsWith('reader_') || key.includes('granted');
  assert.deepEqual(await daemon.loggedKeys(expected.length, isOfReader), expected);
});

test('a restore lets go of the serial line and takes it again', { timeout: 120_000 }, async (t) => {
  const folder = freshFolder(t);
  const device = await plugDevice(t);
  const daemon = await startDaemon(
    t,
    folder,
    `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
readers: [{ name: gate, serial: { path: ${device.path}, kind: em4100 } }]
locks: { first: { line: 22, open_seconds: 0.1 } }
`,
  );
  const present = async () => {
    const seen = daemon.lines.length;
    device.send(em4100Bytes(number));
    return daemon.line(/ (granted|refused) /, seen);
  };
  await daemon.api('POST', '/api/v1/access/identifier', cardBody(String(number)));
  assert.match(await present(), / granted .*reader=gate /);
  assert.equal(descriptorsOf(daemon, device.path), 1);
  const name = await backedUp(daemon);
  await daemon.api('DELETE', '/api/v1/access/identifier/item/1');
  assert.match(await present(), / refused .*reader=gate /);
  for (let round = 0; round < 2; round += 1) {
    await restored(daemon, name);
    assert.match(await present(), / granted .*reader=gate .*number=1850186 /);
    assert.equal(descriptorsOf(daemon, device.path), 1, 'it is held once');
  }
});
