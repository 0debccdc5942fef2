/** The main thread's side of apartments, master code and card, and accounts. */
import { isListedCard } from '../../door/enrolment.ts';
import {
  accountAddedEvent,
  accountRemovedEvent,
  masterCardEvent,
  masterCodeEvent,
  passwordChangedEvent,
} from '../../door/events/operator.ts';
import type { Apartment, PanelEvent } from '../../door/model.ts';
import type {
  AccountReader,
  AccountWriter,
  MasterReader,
  MasterWriter,
} from '../../ports/accounts.ts';
import type { EnrolmentDoor } from '../../ports/enrolment.ts';
import type {
  ApartmentWriter,
  IdentifierReader,
  IdentifierWriter,
  RecordReader,
} from '../../ports/store.ts';
import type { AttachConflict, PanelCommands } from '../../ports/web.ts';
import { bindAwaiting } from './commands-links.ts';
import { inSteps } from './in-steps.ts';

/** What these commands act upon. */
export interface HomeParts {
  readonly identifiers: IdentifierReader & IdentifierWriter;
  readonly apartments: RecordReader<Apartment> & ApartmentWriter;
  readonly master: MasterReader & MasterWriter;
  readonly accounts: AccountReader & AccountWriter;
  readonly enrolments: EnrolmentDoor;
  /** Takes an event into the log. */
  readonly record: (event: PanelEvent) => void;
}

/** Changes in one transaction; some 4 ms of the main thread. */
const itemsAtOnce = 100;

type ApartmentCommand =
  | 'createApartment'
  | 'updateApartment'
  | 'upsertApartments'
  | 'removeApartments'
  | 'attachToApartment'
  | 'detachFromApartment';
type MasterCommand = 'setMasterCode' | 'setMasterCard' | 'learnMasterCard';
type AccountCommand =
  | 'addAccount'
  | 'setPassword'
  | 'removeAccount'
  | 'addSession'
  | 'removeSession';

/** Carries these commands out. */
export function homeCommands(
  parts: HomeParts,
): Pick<PanelCommands, ApartmentCommand | MasterCommand | AccountCommand> {
  return {
    ...apartmentCommands(parts),
    ...masterCommands(parts),
    ...accountCommands(parts),
  };
}

/** Identifiers that came by link id before their apartment did belong to it from now on. */
async function bindWaiting(
  { identifiers, apartments }: HomeParts,
  said: readonly Apartment[],
): Promise<void> {
  for (const { linkId } of said) {
    const apartment = linkId === undefined ? undefined : apartments.byLinkId(linkId);
    if (linkId !== undefined && apartment) {
      await bindAwaiting(identifiers, { uid: apartment.uid, linkId });
    }
  }
}

function apartmentCommands(parts: HomeParts): Pick<PanelCommands, ApartmentCommand> {
  const { identifiers, apartments } = parts;
  return {
    createApartment: async (fields) => {
      const created = await apartments.create(fields);
      await bindWaiting(parts, [fields]);
      return created;
    },
    updateApartment: async (uid, fields) => {
      const conflict = await apartments.update(uid, fields);
      await bindWaiting(parts, [fields]);
      return conflict;
    },
    upsertApartments: (items) =>
      inSteps(items, itemsAtOnce, async (some) => {
        const results = await apartments.upsert(some);
        await bindWaiting(parts, some);
        return results;
      }),
    removeApartments: (uids) =>
      inSteps(uids, itemsAtOnce, async (some) => {
        for (const uid of some) await detachAll(parts, uid);
        const removed = await apartments.remove(some);
        // Others may have been attached meanwhile; from now on none can be.
        for (const uid of removed) await detachAll(parts, uid);
        return removed;
      }),
    attachToApartment: (apartment, identifier) =>
      identifiers.batch((changes): AttachConflict | undefined => {
        if (!apartments.get(apartment)) return 'unknown-apartment';
        const old = identifiers.get(identifier);
        if (!old) return 'unknown-identifier';
        if (old.apartment === apartment) return undefined;
        const elsewhere = old.apartment !== undefined && apartments.get(old.apartment);
        if (elsewhere) return 'attached-elsewhere';
        changes.update(identifier, () => ({ ...old, apartment }));
        return undefined;
      }),
    detachFromApartment: (identifier) =>
      identifiers.batch((changes) => {
        const old = identifiers.get(identifier);
        if (!old) return 'unknown-identifier';
        if (old.apartment === undefined) return 'not-attached';
        changes.update(identifier, withoutApartment);
        return undefined;
      }),
  };
}

function masterCommands({
  master,
  identifiers,
  record,
  enrolments,
}: HomeParts): Pick<PanelCommands, MasterCommand> {
  return {
    setMasterCode: async (code, by) => {
      const isTaken = () => code !== undefined && identifiers.find('inputCode', code) !== undefined;
      const isSet = await master.setCode(code, isTaken);
      if (isSet) record(masterCodeEvent(code !== undefined, by));
      return isSet;
    },
    setMasterCard: async (number, by) => {
      const isTaken = () => number !== undefined && isListedCard(identifiers, number);
      const isSet = await master.setCard(number, isTaken);
      if (!isSet) return false;
      enrolments.learning.end('command');
      record(masterCardEvent(number !== undefined, by));
      return true;
    },
    learnMasterCard: async (by) => enrolments.learning.begin(by),
  };
}

function accountCommands({ accounts, record }: HomeParts): Pick<PanelCommands, AccountCommand> {
  return {
    addAccount: async (name, account, by) => {
      const isAdded = await accounts.add(name, account);
      if (isAdded) record(accountAddedEvent(name, account.role, by));
      return isAdded;
    },
    setPassword: async (name, password, seen, by) => {
      const isSet = await accounts.setPassword(name, password, seen);
      if (isSet) record(passwordChangedEvent(name, by));
      return isSet;
    },
    removeAccount: async (name, by) => {
      const conflict = await accounts.remove(name);
      if (!conflict) record(accountRemovedEvent(name, by));
      return conflict;
    },
    addSession: (tokenHash, session, nowMs, seen) =>
      accounts.addSession(tokenHash, session, nowMs, seen),
    removeSession: (tokenHash) => accounts.removeSession(tokenHash),
  };
}

/** Frees the identifiers of an apartment, in steps between which a card may be presented. */
async function detachAll({ identifiers }: HomeParts, apartment: number): Promise<void> {
  const attached = identifiers.referring('apartment', apartment);
  await inSteps(attached, itemsAtOnce, (uids) =>
    identifiers.batch((changes) =>
      uids.map((uid) =>
        changes.update(uid, (old) => (old.apartment === apartment ? withoutApartment(old) : old)),
      ),
    ),
  );
}

function withoutApartment<T extends { readonly apartment?: number }>(old: T): Omit<T, 'apartment'> {
  const { apartment: _, ...rest } = old;
  return rest;
}
