/** Who is to hold a new access key. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { personName } from '../../door/access-key.ts';
import { uidOfId } from '../../door/derived-id.ts';
import type { Holder } from '../../ports/keys.ts';
import { errors } from '../answer.ts';
import { keyErrors, personBody } from './access-key-body.ts';
import { type KeyStore, systemId } from './access-key-item.ts';
import { keyTypeOf } from './access-key-parts.ts';

/** The holder that `person` of a body names, or the text of its refusal. */
export function holderOf(store: KeyStore, person: unknown): Holder | string {
  const checked = personBody.safeParse(person);
  if (!checked.success) return problem(checked.error);
  const { id, first_name, last_name } = checked.data ?? {};
  if (id) return holderById(store, id.toLowerCase()) ?? keyErrors.unknownPerson;
  return {
    kind: 'new',
    person: {
      firstName: first_name ?? newName(),
      lastName: last_name ?? newName(),
      linkId: randomUUID(),
    },
  };
}

/** Undefined: nobody has this id. */
function holderById(store: KeyStore, id: string): Holder | undefined {
  const known = store.persons.byLinkId(id);
  if (known) return { kind: 'known', person: known.uid };
  const uid = uidOfId('person', systemId(store), id);
  const identifier = uid === undefined ? undefined : store.identifiers.get(uid);
  if (!identifier || !keyTypeOf(identifier)) return undefined;
  // Who is a person has the id of that record.
  if (identifier.person !== undefined && store.persons.get(identifier.person)) return undefined;
  const names = personName(identifier.owner.name);
  return { kind: 'owner', identifier: identifier.uid, person: { ...names, linkId: id } };
}

/** In the words of any other body. */
function problem({ issues: [issue] }: z.ZodError): string {
  if (issue?.code !== 'invalid_type') return errors.wrongBody;
  return errors.wrongType(String(issue.path.at(-1) ?? 'person'));
}

function newName(): string {
  return randomBytes(4).toString('hex');
}
