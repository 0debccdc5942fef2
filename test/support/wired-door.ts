import type { TestContext } from 'node:test';
import type { LockName } from '../../src/door/model.ts';
import { Fault } from '../../src/errors.ts';
import type { PanelParts } from '../../src/panel.ts';
import type { WiredInput } from '../../src/ports/doors.ts';
import { bitsOf, freshDoor } from './door.ts';

export const second = 1_000_000;

const wire = { chip: 'gpiochip0', activeLow: false, bias: 'none', debounceUs: 50_000 } as const;

/** Inputs as a configuration would give them; both doors have a contact. */
export const wired = {
  exit: {
    name: 'exit',
    kind: 'exit_button',
    locks: ['first'],
    way: 'releases',
    wire: { ...wire, name: 'exit', line: 1 },
  },
  handle: {
    name: 'handle',
    kind: 'exit_button',
    locks: ['first'],
    way: 'excuses',
    wire: { ...wire, name: 'handle', line: 2 },
  },
  door: {
    name: 'door',
    kind: 'door_contact',
    lock: 'first',
    rules: { heldOpenUs: 30 * second, warningUs: 10 * second, relockOnClose: true },
    wire: { ...wire, name: 'door', line: 3 },
  },
  gate: {
    name: 'gate',
    kind: 'door_contact',
    lock: 'second',
    rules: { heldOpenUs: 30 * second, warningUs: 0, relockOnClose: false },
    wire: { ...wire, name: 'gate', line: 4 },
  },
  case: {
    name: 'case',
    kind: 'tamper',
    of: 'enclosure',
    wire: { ...wire, name: 'case', line: 5 },
  },
  fire: {
    name: 'fire',
    kind: 'fire',
    locks: ['first', 'second'],
    wire: { ...wire, name: 'fire', line: 6 },
  },
  smoke: {
    name: 'smoke',
    kind: 'fire',
    locks: ['first'],
    wire: { ...wire, name: 'smoke', line: 7 },
  },
} as const satisfies { readonly [name: string]: WiredInput };
export type WiredName = keyof typeof wired;

/** The frame of the card that `annsCard` creates. */
export const frame = bitsOf('2F623AE', 26);

/** A door with inputs, none of them active unless named. */
export function wiredDoor(
  t: TestContext,
  change: Partial<PanelParts> = {},
  active: readonly WiredName[] = [],
) {
  const warnings: [LockName, boolean][] = [];
  const door = freshDoor(t, { warn: (lock, on) => warnings.push([lock, on]), ...change });
  const inputs = new Map<WiredName, ReturnType<typeof door.panel.inputs.add>>();
  const closed: string[] = [];
  for (const name of Object.keys(wired) as WiredName[]) {
    const input = door.panel.inputs.add(wired[name]);
    inputs.set(name, input);
    const isActive = active.includes(name);
    input.attach({ isActive: () => isActive, close: () => closed.push(name) });
  }
  return {
    ...door,
    warnings,
    closed,

    /** An input becomes active or inactive, now. */
    set(name: WiredName, on: boolean): void {
      inputs.get(name)?.changed(on, door.clock.monoUs());
    },

    /** Somebody presses a button for 400 ms. */
    press(name: WiredName): void {
      inputs.get(name)?.changed(true, door.clock.monoUs());
      door.clock.advance(0.4 * second);
      inputs.get(name)?.changed(false, door.clock.monoUs());
    },

    /** The line of an input goes. */
    lose(name: WiredName): void {
      inputs.get(name)?.lost(new Fault('gpio-lost', 'the line is gone', 'check the board'));
    },

    /** Whether the first and the second lock are released. */
    released(): boolean[] {
      return door.panel.locks.states().map(({ released }) => released);
    },

    /** A card that opens both locks, read at a reader of both. */
    async annsCard() {
      await door.identifiers.create({
        type: 'card',
        number: String(0x7b11d7),
        lock: 'all',
        owner: { name: 'Ann', type: 'owner' },
      });
      return (locks: readonly LockName[] = ['first']) => {
        const reader = door.addReader({ formats: ['H10301'], locks });
        door.send(reader, frame);
      };
    },

    async keys(): Promise<string[]> {
      return (await door.events()).map(({ key }) => key);
    },
  };
}
