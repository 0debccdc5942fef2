import assert from 'node:assert/strict';
import { fstatSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { createLog, isJournald } from '../../src/io/log.ts';
import type { LogLevel } from '../../src/ports.ts';

function lines(
  level: LogLevel,
  journald: boolean,
  write: (log: ReturnType<typeof createLog>) => void,
) {
  const written: string[] = [];
  const clock = { wallMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };
  write(createLog({ level, journald, clock, write: (line) => written.push(line) }));
  return written;
}

test('an entry is one line of text and fields, absent ones left out', () => {
  assert.deepEqual(
    lines('info', false, (log) =>
      log.info('granted', { reader: 'front', uid: 3, owner: undefined }),
    ),
    ['2026-01-02T03:04:05.006Z INFO  granted reader=front uid=3\n'],
  );
});

test('under journald the priority comes first and the time is its own', () => {
  const written = lines('debug', true, (log) => {
    log.debug('d');
    log.info('i');
    log.warn('w');
    log.error('e');
  });
  assert.deepEqual(written, ['<7>d\n', '<6>i\n', '<4>w\n', '<3>e\n']);
});

test('levels below the least are not written', () => {
  assert.deepEqual(
    lines('warn', true, (log) => {
      log.info('no');
      log.error('yes');
    }),
    ['<3>yes\n'],
  );
});

test('a name from outside forges no second entry', () => {
  const [line, ...rest] = lines('info', true, (log) =>
    log.info('granted', { owner: 'Eve\n<3>relay failed\u2028x\u001b[2J', empty: '' }),
  );
  assert.deepEqual(rest, []);
  assert.equal(line, '<6>granted owner="Eve <3>relay failed x [2J" empty=""\n');
});

test('only the very socket that JOURNAL_STREAM names is the journal', () => {
  const fd = openSync('/dev/null', 'w');
  const { dev, ino } = fstatSync(fd);
  assert.equal(isJournald({ JOURNAL_STREAM: `${dev}:${ino}` }, fd), true);
  assert.equal(isJournald({ JOURNAL_STREAM: `${dev}:${ino + 1}` }, fd), false);
  assert.equal(isJournald({}, fd), false);
  assert.equal(isJournald({ JOURNAL_STREAM: `${dev}:${ino}` }, 9999), false);
});

test('the journal takes an entry with its fields; what it refuses becomes a line', () => {
  const taken: unknown[] = [];
  const written: string[] = [];
  const log = createLog({
    level: 'info',
    journald: true,
    clock: { wallMs: () => 0 },
    journal: (...entry) => taken.push(entry) === 1,
    write: (line) => written.push(line),
  });
  log.warn('misread', { reader: 'front\nPRIORITY=0', bits: 26 });
  log.info('ready');
  assert.deepEqual(taken[0], [
    4,
    'misread reader="front PRIORITY=0" bits=26',
    { reader: 'front PRIORITY=0', bits: 26 },
  ]);
  assert.deepEqual(written, ['<6>ready\n']);
});
