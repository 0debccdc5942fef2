/** A database -> what it holds, in the cells of the model; it is checked as a whole on the way. */
import type { Identifier, LoggedEvent } from '../../src/door/model.ts';
import type { Store } from '../../src/store/store.ts';
import { checkStore } from '../support/check-store.ts';
import type { Cell, Found, Grant } from './model.ts';

/** Fails where the database contradicts itself, or where two records have one name. */
export function observe(store: Store): Found {
  const { identifiers, apartments, timeProfiles, webhooks, events } = checkStore(store);
  const cells = new Map<string, Cell>();
  const left = new Map<number, number>();
  const put = (name: string, text: string, uid?: number) => {
    if (cells.has(name)) throw new Error(`${name} is there twice`);
    cells.set(name, { text, ...(uid !== undefined && { uid }) });
  };
  for (const one of identifiers.list(0, Number.MAX_SAFE_INTEGER, false)) {
    put(one.owner.name, identifierText(one), one.uid);
    if (one.passes && isPresented(one)) left.set(one.uid, one.passes.left);
  }
  for (const { name, building, room, uid } of apartments.all()) {
    put(name, `${building}/${room}`, uid);
  }
  for (const { name, fromS, uid } of timeProfiles.all()) put(name, String(fromS), uid);
  for (const { description, url, uid } of webhooks.all()) put(description, url, uid);
  const settings = store.database<string>('settings', 'ordered-binary');
  for (const { key, value } of settings.getRange({})) {
    if (key !== 'serial') put(`setting ${key}`, JSON.stringify(value));
  }
  const [first, last] = [events.firstSeq(), events.lastSeq()];
  const logged = Array.from({ length: last === 0 ? 0 : last - first + 1 }, (_, index) => {
    const event = events.get(first + index);
    const grant = event && grantOf(event.model);
    return { seq: first + index, ...(grant && { grant }) };
  });
  return { cells, left, events: logged };
}

/** Cards whose passes are used have names of their own. */
function isPresented({ owner }: Pick<Identifier, 'owner'>): boolean {
  return owner.name.startsWith('pass ');
}

/** What must come back of an identifier. The passes left of those that are presented do not stand still. */
export function identifierText(
  identifier: Pick<Identifier, 'type' | 'number' | 'lock' | 'passes' | 'linkId' | 'owner'>,
): string {
  const { type, number, lock, passes, linkId = '', owner } = identifier;
  const left = isPresented({ owner }) ? '' : `left ${passes?.left}`;
  return `${type} ${number} ${lock} max ${passes?.max} ${left} ${linkId}`;
}

/** The grant that an event tells of, where passes are limited. */
export function grantOf({
  identifier_uid: uid,
  passes_left: left,
}: LoggedEvent['model']): Grant | undefined {
  return typeof uid === 'number' && typeof left === 'number' ? { uid, left } : undefined;
}
