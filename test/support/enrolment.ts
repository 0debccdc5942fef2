import { Enrolments } from '../../src/panel/enrolments.ts';
import { Locks } from '../../src/panel/locks.ts';
import type { PanelParts } from '../../src/panel.ts';
import type { Identifiers } from '../../src/store/identifiers.ts';
import { memoryLog } from './log.ts';

/** What becomes of cards that are taken for the list, unless a test says otherwise. */
export function listRules(identifiers: Identifiers): PanelParts['enrolment'] {
  return {
    masterCard: 'add',
    seconds: 30,
    lock: 'reader',
    owner: { name: 'Enrolled at {reader}', type: 'owner' },
    list: {
      add: (fields) => identifiers.create(fields),
      remove: async (uid) => (await identifiers.remove([uid])).length > 0,
    },
  };
}

/** Enrolments at a reader `front` without wires. */
export function frontEnrolments(
  parts: Pick<PanelParts, 'clock' | 'record' | 'master'> & { readonly identifiers: Identifiers },
) {
  const log = memoryLog();
  const rules = { blocked: () => false, clockTrusted: () => true } as const;
  const enrolments = new Enrolments(
    {
      ...parts,
      ...rules,
      log,
      whenClockUntrusted: 'refuse',
      enrolment: listRules(parts.identifiers),
    },
    new Locks({ ...parts, log }),
  );
  const front = { setup: { name: 'front', locks: ['first'] as const }, credentials: 0 };
  enrolments.add(front);
  return { enrolments, front };
}
