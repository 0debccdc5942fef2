import type { TestContext } from 'node:test';

/** Seed of a property test: LATCHD_SEED, or a new one; printed, so that a failure can be repeated. */
export function seedOf(t: TestContext): number {
  const seed = Number(process.env.LATCHD_SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}; LATCHD_SEED=${seed} repeats it`);
  return seed;
}
