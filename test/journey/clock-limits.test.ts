import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AreaRule } from '../../src/door/anti-passback.ts';
import { bits26 } from '../support/daemon.ts';
import { freshDoor } from '../support/door.ts';
import { typeKeys } from '../support/keys.ts';
import { clockStepsMs, opened, stepClock } from '../support/trusting-door.ts';

const second = 1_000_000;
const owner = { name: 'Ann', type: 'owner' } as const;
const ann = { type: 'card', number: '7', owner, lock: 'first' } as const;
const code = { ...ann, type: 'inputCode', number: '1234' } as const;
const formats = ['H10301'];
const keypad = {
  kind: 'burst_8',
  mode: 'card_or_code',
  betweenKeysUs: 5 * second,
  facility: 0,
} as const;

test('a keypad is blocked for its 60 s, no less and no more, however the clock is set', async (t) => {
  for (const stepMs of clockStepsMs) {
    const door = freshDoor(t);
    await door.identifiers.create(code);
    const front = door.addReader({ formats, keypad });
    for (let wrong = 0; wrong < 5; wrong += 1) typeKeys(door, front, '99#');
    const blockedUs = door.clock.monoUs();
    const rightAt = (seconds: number) => {
      // Five keys, five a second: the last is typed in that moment.
      door.clock.advance(blockedUs + seconds * second - door.clock.monoUs() - second);
      const before = opened(door);
      typeKeys(door, front, '1234#');
      return opened(door) - before;
    };
    assert.equal(rightAt(10), 0);
    stepClock(door, stepMs);
    assert.equal(rightAt(20), 0, `freed by ${stepMs}`);
    stepClock(door, -2 * stepMs);
    assert.equal(rightAt(58), 0, `freed by ${-2 * stepMs}`);
    assert.equal(rightAt(62), 1, `kept by ${stepMs}`);
    const keys = (await door.events()).map(({ key }) => key);
    assert.equal(keys.filter((key) => key === 'reader_is_unblocked').length, 1);
  }
});

test('wrong tries count together within 60 s, however the clock is set between them', async (t) => {
  for (const stepMs of clockStepsMs) {
    for (const [waitS, isBlocked] of [
      [50, true],
      [70, false],
    ] as const) {
      const door = freshDoor(t);
      await door.identifiers.create(code);
      const front = door.addReader({ formats, keypad });
      for (let wrong = 0; wrong < 4; wrong += 1) typeKeys(door, front, '99#');
      stepClock(door, stepMs);
      door.clock.advance(waitS * second);
      typeKeys(door, front, '99#');
      typeKeys(door, front, '1234#');
      assert.equal(opened(door), isBlocked ? 0 : 1, `${stepMs} ${waitS}`);
    }
  }
});

test('timed anti-passback: a clock that is set refuses nobody for longer than the rule', async (t) => {
  const area: AreaRule = { name: 'hall', mode: 'timed', againAfterMs: 60_000, exempt: [] };
  for (const stepMs of clockStepsMs) {
    const door = freshDoor(t);
    await door.identifiers.create(ann);
    const inward = door.addReader({ formats, side: { area, direction: 'in' } });
    const passes = () => {
      const before = opened(door);
      door.send(inward, bits26(7));
      door.clock.advance(10 * second);
      return opened(door) > before;
    };
    assert.equal(passes(), true);
    stepClock(door, stepMs);
    // A step by more than the rule forgives: nobody waits for a year.
    assert.equal(passes(), Math.abs(stepMs) > area.againAfterMs, `${stepMs}`);
    door.clock.advance(61 * second);
    assert.equal(passes(), true, `${stepMs}`);
    assert.equal(passes(), false, 'the rule holds on');
  }
});

test('enrolment ends after its time, however the clock is set', async (t) => {
  const request = { reader: 'front', mode: 'add', cards: 5, by: 'boss', seconds: 30 } as const;
  for (const stepMs of clockStepsMs) {
    const door = freshDoor(t);
    door.addReader({ formats });
    const { enrolments } = door.panel;
    assert.equal(enrolments.start(request), undefined);
    stepClock(door, stepMs);
    door.clock.advance(29 * second);
    const state = enrolments.state('front');
    assert(state?.kind === 'active');
    assert.equal(state.secondsLeft, 1, `${stepMs}`);
    stepClock(door, -2 * stepMs);
    door.clock.advance(second);
    const ended = enrolments.state('front');
    assert(ended?.kind === 'ended', `${stepMs}`);
    assert.equal(ended.why, 'time');
  }
});
