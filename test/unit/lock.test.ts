import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type DoorMode,
  type LockInput,
  lockAtRest,
  type Outlasts,
  stepLock,
} from '../../src/door/lock.ts';
import { runLock } from '../support/lock-timeline.ts';

const release = (
  nowUs: number,
  openUs: number,
  delayUs = 0,
  outlasts: Outlasts = 'nothing',
): LockInput => ({ kind: 'release', nowUs, openUs, delayUs, outlasts });
const extend = (nowUs: number, openUs: number): LockInput => ({ kind: 'extend', nowUs, openUs });
const emergency = (nowUs: number, openUs: number): LockInput => ({
  kind: 'emergency',
  nowUs,
  openUs,
});
const hold = (nowUs: number, on: boolean): LockInput => ({ kind: 'hold', nowUs, on });
const toggle = (nowUs: number): LockInput => ({ kind: 'toggle', nowUs });
const mode = (nowUs: number, name: DoorMode): LockInput => ({ kind: 'mode', nowUs, mode: name });
const exit = (nowUs: number, openUs: number, outlasts: Outlasts = 'nothing'): LockInput => ({
  kind: 'exit',
  nowUs,
  openUs,
  outlasts,
});
const opened = (nowUs: number): LockInput => ({ kind: 'opened', nowUs });
const fire = (nowUs: number, active: boolean): LockInput => ({ kind: 'fire', nowUs, active });
const relock = (nowUs: number): LockInput => ({ kind: 'relock', nowUs });
const close = (nowUs: number): LockInput => ({ kind: 'close', nowUs });

/** What is fed, and the moments at which the relay changes, beginning with released. */
const table: [string, LockInput[], number[]][] = [
  ['a grant ends by itself', [release(10, 5)], [10, 15]],
  ['a grant while one runs extends it', [release(10, 5), release(13, 5)], [10, 18]],
  ['and never shortens it', [release(10, 50), release(13, 5)], [10, 60]],
  ['a delay comes before the relay', [release(10, 5, 3)], [13, 18]],
  [
    'a second grant does not start the delay again',
    [release(10, 5, 3), release(12, 5, 3)],
    [13, 18],
  ],
  ['but may ask for longer', [release(10, 5, 3), release(12, 9, 3)], [13, 22]],
  ['while a grant runs there is no delay', [release(10, 5), release(14, 5, 9)], [10, 19]],
  ['after one has ended there is', [release(10, 5), release(15, 5, 3)], [10, 15, 18, 23]],
  ['a close ends a delay', [release(10, 5, 3), close(12)], []],
  ['a close ends a grant', [release(10, 5), close(12)], [10, 12]],
  [
    'a grant after a close is a new one',
    [release(10, 50), close(12), release(13, 5)],
    [10, 12, 13, 18],
  ],
  ['an emergency opens at once', [emergency(10, 5)], [10, 15]],
  ['the longest emergency counts', [emergency(10, 50), emergency(20, 5)], [10, 60]],
  ['a grant does not shorten an emergency', [emergency(10, 50), release(20, 5)], [10, 60]],
  ['a grant outlasts an emergency', [emergency(10, 5), release(14, 5)], [10, 19]],
  [
    'a grant waits for its delay in an emergency too',
    [emergency(10, 5), release(14, 5, 3)],
    [10, 15, 17, 22],
  ],
  [
    'an emergency does not wait for the delay of a grant',
    [release(10, 5, 9), emergency(11, 2)],
    [11, 13, 19, 24],
  ],
  ['a close ends an emergency', [emergency(10, 50), close(12)], [10, 12]],
  ['a hold lasts until it is let go', [hold(10, true), hold(10_000, false)], [10, 10_000]],
  ['a hold twice is a hold', [hold(10, true), hold(11, true), hold(20, false)], [10, 20]],
  ['a grant outlasts a hold', [hold(10, true), release(18, 5), hold(20, false)], [10, 23]],
  [
    'a grant inside a hold changes nothing',
    [hold(10, true), release(11, 5), hold(20, false)],
    [10, 20],
  ],
  ['a close ends a hold', [hold(10, true), close(12)], [10, 12]],
  ['a close of a lock at rest drives nothing', [close(12)], []],
  ['a toggle lasts until the next', [toggle(10), toggle(10_000)], [10, 10_000]],
  [
    'a toggle while free access holds it does not outlast that',
    [hold(10, true), toggle(15), hold(20, false), toggle(30)],
    [10, 20, 30],
  ],
  ['nor in an emergency', [emergency(10, 5), toggle(12), toggle(30)], [10, 15, 30]],
  [
    'a toggle in an emergency ends one from before',
    [toggle(5), emergency(10, 5), toggle(12)],
    [5, 15],
  ],
  ['a toggle while an exit button holds it is for good', [exit(10, 5), toggle(12)], [10]],
  [
    'a toggle that locks ends what was opened for a time',
    [release(10, 3600), toggle(12), toggle(20), toggle(30)],
    [10, 20, 30],
  ],
  [
    'also when it locks no sooner than an emergency is over',
    [release(10, 3600), emergency(11, 9), toggle(12)],
    [10, 20],
  ],
  [
    'but not what an exit button holds open for somebody who leaves',
    [toggle(10), exit(11, 9), toggle(12)],
    [10, 20],
  ],
  ['a close ends a toggle', [toggle(10), close(12), toggle(20), toggle(30)], [10, 12, 20, 30]],
  ['free mode lasts until another', [mode(10, 'free'), mode(99, 'normal')], [10, 99]],
  ['a close ends free mode', [mode(10, 'free'), close(12)], [10, 12]],
  [
    'blocked, it heeds neither grant, hold nor toggle, after a close too',
    [mode(5, 'blocked'), release(10, 5), hold(11, true), close(12), toggle(13), release(14, 1)],
    [],
  ],
  ['blocking ends a grant', [release(10, 50), mode(12, 'blocked')], [10, 12]],
  ['and one that waits for its delay', [release(10, 5, 3), mode(12, 'blocked')], []],
  ['blocking does not end an emergency', [emergency(10, 50), mode(12, 'blocked')], [10, 60]],
  ['blocked, an exit button opens', [mode(5, 'blocked'), exit(10, 5)], [10, 15]],
  [
    'an exit button does not wait for the delay of a grant',
    [release(10, 5, 9), exit(11, 2)],
    [11, 13, 19, 24],
  ],
  ['pressed again, it extends', [exit(10, 5), exit(13, 5)], [10, 18]],
  [
    'fire lasts beyond its end, until a close',
    [fire(10, true), fire(20, false), close(30)],
    [10, 30],
  ],
  [
    'a close during fire is not heeded, and not kept',
    [fire(10, true), close(12), fire(20, false)],
    [10],
  ],
  ['the end of a fire that never was opens nothing', [fire(10, false)], []],
  ['a relock ends a grant and an exit', [release(10, 50), exit(11, 50), relock(12)], [10, 12]],
  ['but not a grant that waits', [release(10, 5, 3), relock(11)], [13, 18]],
  [
    'nor what is for somebody who follows, until the door is opened for them',
    [release(10, 5), opened(11), release(12, 5, 0, 'this-close'), relock(13)],
    [10, 17],
  ],
  [
    'which ends it at the next',
    [
      ...[release(10, 5), opened(11), release(12, 50, 0, 'this-close'), relock(13)],
      ...[opened(14), relock(15)],
    ],
    [10, 15],
  ],
  [
    'nor an exit of somebody who follows',
    [release(10, 50), opened(11), exit(12, 9, 'this-close'), relock(13)],
    [10, 21],
  ],
  [
    'nor the time that an operator has set',
    [release(10, 50, 0, 'every-close'), opened(11), release(12, 90), relock(13), relock(30)],
    [10, 60],
  ],
  [
    'nor a grant whose delay ended while the door stood open for another',
    [release(10, 5, 4), opened(11), relock(15)],
    [14, 19],
  ],
  ['whoever is still there extends a grant', [release(10, 5), extend(13, 5)], [10, 18]],
  ['and never shortens it', [release(10, 50), extend(13, 5)], [10, 60]],
  ['nor opens anything', [extend(13, 5), release(20, 5), extend(26, 5)], [20, 25]],
  ['nor starts a delay again', [release(10, 5, 3), extend(12, 50)], [13, 18]],
  [
    'what was extended ends with the door',
    [release(10, 5), opened(11), extend(12, 50), relock(13)],
    [10, 13],
  ],
  [
    'nor what is for more than one passage',
    [hold(10, true), relock(11), hold(20, false)],
    [10, 20],
  ],
];

for (const [title, inputs, changes] of table) {
  test(title, () => {
    const { driven } = runLock(inputs, 'exact');
    assert.deepEqual(
      driven,
      changes.map((atUs, index) => ({ released: index % 2 === 0, atUs })),
    );
  });
}

test('the end of an emergency is told once, by its time or by a close', () => {
  const over = (...inputs: LockInput[]) => runLock(inputs, 'exact').emergenciesOverUs;
  assert.deepEqual(over(emergency(10, 5), emergency(11, 9)), [20]);
  assert.deepEqual(over(emergency(10, 5), close(12), close(13)), [12]);
  assert.deepEqual(over(emergency(10, 5), hold(11, true)), [15]);
  assert.deepEqual(over(release(10, 5), close(12)), []);
});

test('a tick too early asks again and changes nothing', () => {
  const { state } = stepLock(lockAtRest, release(100, 50));
  assert.deepEqual(stepLock(state, { kind: 'tick', nowUs: 149 }), {
    state,
    effects: [{ kind: 'wake', atUs: 150 }],
  });
  assert.deepEqual(stepLock(lockAtRest, { kind: 'tick', nowUs: 5 }), {
    state: lockAtRest,
    effects: [],
  });
});
