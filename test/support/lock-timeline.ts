import assert from 'node:assert/strict';
import { type LockInput, type LockState, lockAtRest, stepLock } from '../../src/door/lock.ts';

/** When a lock was driven, and when an emergency ended. */
export interface Timeline {
  readonly driven: { readonly released: boolean; readonly atUs: number }[];
  readonly emergenciesOverUs: number[];
  /** After each input. */
  readonly states: LockState[];
}

/**
 * Runs the state machine over inputs in the order of their times, with a tick at every moment that
 * it asks for; without ticks (`late`) it learns of the time only by its inputs.
 */
export function runLock(inputs: readonly LockInput[], ticks: 'exact' | 'late'): Timeline {
  const timeline: Timeline = { driven: [], emergenciesOverUs: [], states: [] };
  let state = lockAtRest;
  let wakeUs: number | undefined;
  function feed(input: LockInput): void {
    const step = stepLock(state, input);
    wakeUs = undefined;
    for (const effect of step.effects) {
      if (effect.kind === 'wake') {
        assert(effect.atUs > input.nowUs, 'a wake lies in the future');
        wakeUs = effect.atUs;
      } else if (effect.kind === 'emergency-over') timeline.emergenciesOverUs.push(input.nowUs);
      else {
        const released = effect.kind === 'release';
        assert.notEqual(released, state.released, 'driven to where it is');
        timeline.driven.push({ released, atUs: input.nowUs });
      }
    }
    state = step.state;
  }
  function tickUntil(endUs: number): void {
    while (ticks === 'exact' && wakeUs !== undefined && wakeUs <= endUs) {
      feed({ kind: 'tick', nowUs: wakeUs });
    }
  }
  for (const input of inputs) {
    tickUntil(input.nowUs);
    feed(input);
    timeline.states.push(state);
  }
  tickUntil(Number.POSITIVE_INFINITY);
  return timeline;
}

/** As the relay stood at a moment. */
export function wasReleased({ driven }: Timeline, atUs: number): boolean {
  return driven.findLast((change) => change.atUs <= atUs)?.released ?? false;
}
