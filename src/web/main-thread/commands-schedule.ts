/** The main thread's side of time profiles: writes, and what binds profiles to identifiers. */
import type { Identifier, IdentifierFields, TimeProfile } from '../../door/model.ts';
import type { IdentifierWriter, RecordReader, RecordWriter } from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import { inSteps } from './in-steps.ts';

/** What these commands act upon. */
interface ScheduleParts {
  readonly identifiers: Pick<IdentifierWriter, 'update'>;
  readonly timeProfiles: RecordReader<TimeProfile> & RecordWriter<TimeProfile>;
}

/** Commands of this file. */
type ScheduleCommands = Pick<
  PanelCommands,
  | 'createTimeProfile'
  | 'updateTimeProfile'
  | 'upsertTimeProfile'
  | 'removeTimeProfiles'
  | 'attachTimeProfile'
  | 'detachTimeProfile'
>;

/** Profiles of a panel. */
const mostProfiles = 1000;
/** Profiles of one identifier: all of them may have to be read before its door opens. */
const mostAttached = 100;
/** Deletions in one transaction; a few ms of the main thread. */
const removedAtOnce = 200;

/** Carries the commands of time profiles out. */
export function scheduleCommands({ identifiers, timeProfiles }: ScheduleParts): ScheduleCommands {
  let lastCreate: Promise<unknown> = Promise.resolve();

  /** One after the other, so that what `make` looks at is what its write finds. */
  function inTurn<T>(make: () => Promise<T>): Promise<T> {
    const made = lastCreate.then(make);
    lastCreate = made.catch(() => undefined);
    return made;
  }

  async function create(fields: TimeProfile) {
    const isFull = timeProfiles.count() >= mostProfiles;
    return isFull ? ({ conflict: 'full' } as const) : timeProfiles.create(fields);
  }

  const update = (uid: number, fields: TimeProfile) =>
    timeProfiles.update(uid, ({ linkId }) => ({
      ...fields,
      ...(linkId !== undefined && { linkId }),
    }));

  /** False: nothing has this link id. */
  async function updateLinked(fields: TimeProfile & { readonly linkId: string }) {
    const uid = timeProfiles.byLinkId(fields.linkId)?.uid;
    return uid !== undefined && (await update(uid, fields)) === undefined;
  }

  return {
    createTimeProfile: (fields) => inTurn(() => create(fields)),
    updateTimeProfile: update,
    async upsertTimeProfile(fields) {
      if (await updateLinked(fields)) return 'updated';
      return inTurn(async () => {
        // Whoever was before may have made it.
        if (await updateLinked(fields)) return 'updated';
        return 'conflict' in (await create(fields)) ? 'full' : 'created';
      });
    },
    removeTimeProfiles: (uids) => inSteps(uids, removedAtOnce, (some) => timeProfiles.remove(some)),
    async attachTimeProfile(uid, profile) {
      let refusal: 'unknown-profile' | 'full' | undefined;
      const conflict = await identifiers.update(uid, (old) => {
        const profiles = old.profiles ?? [];
        if (profiles.includes(profile)) return old;
        if (!timeProfiles.get(profile)) refusal = 'unknown-profile';
        else if (profiles.length >= mostAttached) refusal = 'full';
        return refusal ? old : { ...old, profiles: [...profiles, profile] };
      });
      return conflict ? 'unknown-uid' : refusal;
    },
    async detachTimeProfile(uid, profile) {
      let refusal: 'unknown-profile' | undefined;
      const conflict = await identifiers.update(uid, (old) => {
        if (old.profiles?.includes(profile)) return without(old, profile);
        if (!timeProfiles.get(profile)) refusal = 'unknown-profile';
        return old;
      });
      return conflict ? 'unknown-uid' : refusal;
    },
  };
}

/** The identifier without a profile; the member goes with the last one. */
function without({ profiles, ...rest }: Identifier, profile: number): IdentifierFields {
  const left = profiles?.filter((uid) => uid !== profile) ?? [];
  return left.length > 0 ? { ...rest, profiles: left } : rest;
}
