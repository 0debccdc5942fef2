import type { TestContext } from 'node:test';
import { clockFloorMs } from '../../src/door/clock-trust.ts';
import type { PanelParts } from '../../src/panel.ts';
import { freshDoor } from './door.ts';

/** A door that believes its clock as the daemon does: never behind the latest event. */
export function trustingDoor(t: TestContext, change: Partial<PanelParts> = {}) {
  const believed = () => door.clock.wallMs() >= clockFloorMs(door.eventLog.newestMs());
  const door: ReturnType<typeof freshDoor> = freshDoor(t, { clockTrusted: believed, ...change });
  return door;
}

/** How far a clock is set, milliseconds, either way. */
export const clockStepsMs = [1, 3600, 86_400, 365 * 86_400].flatMap((seconds) => [
  seconds * 1000,
  -seconds * 1000,
]);

/** Sets the wall clock alone, as `date -s` does. */
export function stepClock({ clock }: ReturnType<typeof freshDoor>, byMs: number): void {
  clock.setWall(clock.wallMs() + byMs);
}

/** How often the first lock was released. */
export function opened({ relays }: ReturnType<typeof freshDoor>): number {
  return relays.first.driven.filter(({ energised }) => energised).length;
}
