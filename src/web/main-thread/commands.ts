/**
 * The main thread's side of the web: every write to the store, and everything that touches a line.
 * One writer, so an update reads and writes without anybody in between.
 */
import type { LockName, PanelEvent } from '../../door/model.ts';
import { freshPasses } from '../../door/passes.ts';
import { restate } from '../../door/restate.ts';
import type { PanelFigures } from '../../ports/figures.ts';
import type { FrameKeeper } from '../../ports/frames.ts';
import type { EventWriter, StoreWriters } from '../../ports/store.ts';
import type { OpenRequest, PanelCommands, PanelStatus } from '../../ports/web.ts';
import type { InputPlayer, PulsePlayer } from '../../ports.ts';
import { areaCommands } from './commands-areas.ts';
import { type BackupCommandParts, backupCommands } from './commands-backup.ts';
import { type DoorCommandParts, doorCommands } from './commands-doors.ts';
import { type EnrolmentCommandParts, enrolmentCommands } from './commands-enrolment.ts';
import { type HomeParts, homeCommands } from './commands-homes.ts';
import { importCommands } from './commands-import.ts';
import { type KeyParts, keyCommands, removeWithHolders } from './commands-keys.ts';
import { linkCommands } from './commands-links.ts';
import { listCommands } from './commands-lists.ts';
import { type LockCommandParts, lockCommands } from './commands-locks.ts';
import { type RemoteCommandParts, remoteCommandsOf } from './commands-remote.ts';
import { scheduleCommands } from './commands-schedule.ts';
import { inSteps } from './in-steps.ts';

/** What commands act upon. */
export interface CommandParts
  extends StoreWriters,
    LockCommandParts,
    HomeParts,
    RemoteCommandParts,
    KeyParts,
    DoorCommandParts,
    EnrolmentCommandParts,
    BackupCommandParts {
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
  /** False: there is no such lock. */
  readonly open: (request: OpenRequest) => boolean;
  /** Tells the readers that the panel's wiegand type is another now. */
  readonly wiegandChanged: () => void;
  readonly lockStates: () => readonly { readonly name: LockName; readonly energised: boolean }[];
  readonly status: () => PanelStatus;
  readonly figures: () => PanelFigures;
  /** False: the clock was never set. */
  readonly acceptClock: (by: string) => Promise<boolean>;
  readonly clearLog: EventWriter['clear'];
  readonly frames: FrameKeeper;
  /** Only on the simulated door. */
  readonly player?: (PulsePlayer & InputPlayer) | undefined;
}

/** Carries commands out. */
export function panelCommands(parts: CommandParts): PanelCommands {
  const { identifiers, settings } = parts;
  return {
    createIdentifier: (fields) => identifiers.create(fields),
    updateIdentifier: (uid, fields) => identifiers.update(uid, (old) => restate(old, fields)),
    removeIdentifiers: (uids) =>
      inSteps(uids, uidsAtOnce, (some) => removeWithHolders(parts, some)),
    resetPasses: (uid) =>
      identifiers.update(uid, (old) =>
        old.passes ? { ...old, passes: freshPasses(old.passes.max) } : old,
      ),
    setWiegand: async (value) => {
      await settings.setWiegand(value);
      parts.wiegandChanged();
    },
    setOpenSeconds: (lock, seconds) => settings.setOpenSeconds(lock, seconds),
    openLocks: async (request) => parts.open(request),
    record: async (event) => parts.record(event),
    status: async () => parts.status(),
    figures: async () => parts.figures(),
    readerFrames: async (reader, after, atMost) => parts.frames.frames(reader, after, atMost),
    acceptClock: (by) => parts.acceptClock(by),
    playPulses: async (reader, bits, widthUs, intervalUs) =>
      parts.player?.play(reader, bits, widthUs, intervalUs) ?? false,
    relays: async () => {
      const states = new Map(parts.lockStates().map(({ name, energised }) => [name, energised]));
      return {
        first: { energised: states.get('first') ?? false },
        second: { energised: states.get('second') ?? false },
      };
    },
    ...lockCommands(parts),
    ...scheduleCommands(parts),
    ...homeCommands(parts),
    ...remoteCommandsOf(parts),
    ...keyCommands(parts),
    ...linkCommands(parts),
    ...importCommands(parts),
    ...listCommands(parts),
    ...doorCommands(parts),
    ...backupCommands(parts),
    ...areaCommands(parts),
    ...enrolmentCommands(parts),
  };
}

/** Deletions in one transaction; some 3 ms of the main thread. */
const uidsAtOnce = 50;
