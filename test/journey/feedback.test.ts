import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeedbackPart } from '../../src/door/feedback.ts';
import type { EventValue, PanelEvent } from '../../src/door/model.ts';
import { Feedback } from '../../src/panel/feedback.ts';
import { FakeClock } from '../support/clock.ts';
import { FakeRelay } from '../support/door.ts';
import { memoryLog } from '../support/log.ts';
import { wiredDoor } from '../support/wired-door.ts';

const ms = 1000;
const parts: readonly FeedbackPart[] = ['green', 'red', 'buzzer'];

/** Readers with an LED of two colours and a buzzer: `front` at the first door, `back` at both. */
function freshFeedback() {
  const clock = new FakeClock();
  const log = memoryLog();
  const feedback = new Feedback({ clock, log });
  const outputs = new Map<string, FakeRelay>();
  for (const [reader, locks] of [
    ['front', ['first']],
    ['back', ['first', 'second']],
  ] as const) {
    for (const part of parts) {
      const relay = new FakeRelay(clock);
      outputs.set(`${reader}.${part}`, relay);
      feedback.add(reader, locks, part, relay);
    }
  }
  return {
    clock,
    log,
    feedback,
    outputs,

    /** What is on at a reader, as letters. */
    on: (reader: string) =>
      parts
        .filter((part) => {
          const relay = outputs.get(`${reader}.${part}`);
          return relay && !relay.broken && relay.isEnergised();
        })
        .map((part) => part[0])
        .join(''),

    /** What is on at a reader for so long, with the milliseconds of each change. */
    film(reader: string, forMs: number): [number, string][] {
      const frames: [number, string][] = [];
      for (let atMs = 0; atMs < forMs; atMs += 50) {
        const now = this.on(reader);
        if (now !== (frames.at(-1)?.[1] ?? '')) frames.push([atMs, now]);
        clock.advance(50 * ms);
      }
      return frames;
    },
  };
}

function event(key: string, model: { readonly [key: string]: EventValue }): PanelEvent {
  return { category: 'access', priority: 'medium', key, text: key, model };
}
const granted = event('access_granted_by_valid_identifier', { reader: 'front' });

test('a grant is a tone and green, at its reader only, and then nothing', () => {
  const one = freshFeedback();
  one.feedback.heed(granted);
  assert.equal(one.on('back'), '');
  assert.deepEqual(one.film('front', 3000), [
    [0, 'gb'],
    [300, 'g'],
    [2000, ''],
  ]);
  assert.equal(one.clock.armed, 0);
});

test('refusals look and sound alike, whatever the reason', () => {
  const films = (
    [
      ['access_denied_by_unknown_card', 'unknown-credential'],
      ['access_denied_by_not_valid_identifier', 'expired'],
      ['access_denied_by_not_valid_identifier', 'door-blocked'],
      ['access_denied_by_misread', 'misread'],
      ['access_denied_by_remote_server_api_call', 'remote'],
    ] as const
  ).map(([key, reason]) => {
    const one = freshFeedback();
    one.feedback.heed(event(key, { reader: 'front', reason }));
    return one.film('front', 3000);
  });
  assert.deepEqual(films[0], [
    [0, 'rb'],
    [100, 'r'],
    [200, 'rb'],
    [300, 'r'],
    [400, 'rb'],
    [500, 'r'],
    [1500, ''],
  ]);
  for (const film of films) assert.deepEqual(film, films[0]);
});

test('what is no presentation shows nothing', () => {
  const one = freshFeedback();
  for (const other of [
    event('access_granted_by_api_call', { lock: 'first', by: 'admin' }),
    event('reader_lost', { reader: 'front' }),
    event('access_granted_by_valid_identifier', { reader: 'elsewhere' }),
  ]) {
    one.feedback.heed(other);
  }
  assert.equal(one.on('front') + one.on('back'), '');
});

test('waiting goes on until something else is shown', () => {
  const one = freshFeedback();
  one.feedback.show('front', 'wait');
  assert.deepEqual(one.film('front', 1000).slice(0, 4), [
    [0, 'g'],
    [250, 'r'],
    [500, 'g'],
    [750, 'r'],
  ]);
  one.feedback.heed(granted);
  assert.deepEqual(one.film('front', 3000).at(-1), [2000, '']);
  one.feedback.show('front', 'enrol');
  one.clock.advance(10_000 * ms);
  one.feedback.show('front', undefined);
  assert.equal(one.on('front'), '');
  assert.equal(one.clock.armed, 0);
});

test('every reader of a door warns until it is closed, and a card is shown in between', () => {
  const one = freshFeedback();
  one.feedback.warn('first', true);
  assert.deepEqual([one.on('front'), one.on('back')], ['rb', 'rb']);
  one.clock.advance(500 * ms);
  assert.deepEqual([one.on('front'), one.on('back')], ['', '']);
  one.feedback.heed(granted);
  assert.deepEqual(one.film('front', 2500), [
    [0, 'gb'],
    [300, 'g'],
    [2000, 'rb'],
  ]);
  one.feedback.warn('second', true);
  one.feedback.warn('first', false);
  assert.equal(one.on('front'), '');
  assert.deepEqual(
    one
      .film('back', 1100)
      .map(([, on]) => on)
      .includes('rb'),
    true,
  );
  one.feedback.warn('second', false);
  assert.equal(one.on('back'), '');
  assert.equal(one.clock.armed, 0);
});

test('an LED that is gone is told once; the others go on', () => {
  const one = freshFeedback();
  const red = one.outputs.get('front.red');
  assert(red);
  red.broken = true;
  one.feedback.heed(event('access_denied_by_unknown_card', { reader: 'front' }));
  assert.equal(one.on('front'), 'b');
  one.clock.advance(10_000 * ms);
  assert.equal(one.log.entries.filter(({ level }) => level === 'warn').length, 1);
});

test('at the end all is off', () => {
  const one = freshFeedback();
  one.feedback.warn('first', true);
  one.feedback.heed(granted);
  one.feedback.close();
  assert.equal(one.on('front') + one.on('back'), '');
  assert.equal(one.clock.armed, 0);
  assert.deepEqual(one.feedback.states(), {});
});

test('the panel tells when a door is to be closed', async (t) => {
  const door = wiredDoor(t);
  door.press('exit');
  door.set('door', true);
  door.clock.advance(25_000 * ms);
  door.panel.commanded.openEmergency({ locks: [{ lock: 'first', seconds: 100 }], by: 'guard' });
  assert.deepEqual(door.warnings, [
    ['first', true],
    ['first', false],
  ]);
});
