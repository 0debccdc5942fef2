/** The main thread's side of what the web asks of doors and of what is wired to them. */
import type { DoorMode } from '../../door/lock.ts';
import type { LockName } from '../../door/model.ts';
import type { DoorCommands, DoorStatus, ModeRequest } from '../../ports/doors.ts';
import type { LabelWriter } from '../../ports/labels.ts';
import type { StoreWriters } from '../../ports/store.ts';
import type { InputPlayer } from '../../ports.ts';

/** What these commands act upon, besides the store. */
export interface DoorCommandParts {
  readonly doors: {
    readonly modes: { set(request: ModeRequest): Promise<boolean> };
    readonly inputs: { doors(): readonly DoorStatus[]; sensorChanged(): void };
    readonly locks: {
      states(): readonly { readonly name: LockName; readonly mode: DoorMode }[];
    };
  };
  /** LEDs and buzzers as their lines stand. */
  readonly outputs: () => { readonly [name: string]: { readonly energised: boolean } };
  /** Only on the simulated door. */
  readonly player?: InputPlayer | undefined;
}

/** Carries commands out that concern doors. */
export function doorCommands({
  settings,
  doors,
  outputs,
  player,
}: DoorCommandParts & Pick<StoreWriters, 'settings'>): DoorCommands & LabelWriter {
  return {
    setSensor: async (value) => {
      await settings.setSensor(value);
      doors.inputs.sensorChanged();
    },
    setExitButton: (enabled) => settings.setExitButton(enabled),
    setLabels: (labels) => settings.setLabels(labels),
    setDoorMode: (request) => doors.modes.set(request),
    doorModes: async () => doors.locks.states().map(({ name, mode }) => ({ lock: name, mode })),
    doors: async () => doors.inputs.doors(),
    setInput: async (name, active) => player?.setInput(name, active) ?? false,
    outputs: async () => outputs(),
  };
}
