/** `/v1/accesskeys`: identifiers as integrations see them. */
import { randomInt } from 'node:crypto';
import { formatIsoTime } from '../../door/iso-time.ts';
import type { Identifier, LockName } from '../../door/model.ts';
import type { KeyConflict } from '../../ports/keys.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Clock, Log } from '../../ports.ts';
import { answer, errors, noContent, refuse } from '../answer.ts';
import { type Route, route } from '../route.ts';
import {
  type AddBody,
  accessKeyAnswer,
  addBody,
  changeOf,
  type KeySpec,
  keyErrors,
  numberNotes,
  removeBody,
  statusAnswer,
  statusBody,
} from './access-key-body.ts';
import { holderOf } from './access-key-holder.ts';
import {
  accessKeyItem,
  idOfKey,
  isApplied,
  type KeyStore,
  keyById,
  keysByNumber,
  systemId,
} from './access-key-item.ts';
import { type KeyType, keyTypes, parseIdentification } from './access-key-number.ts';

/** What the calls under `/v1` work with. */
export interface AccessKeyParts extends KeyStore {
  readonly commands: Pick<PanelCommands, 'addAccessKey' | 'changeAccessKey' | 'removeAccessKey'>;
  /** Locks that this panel has. */
  readonly locks: readonly LockName[];
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Log;
}

/** Digits of a code that the panel makes, and how often it tries to find one that is free. */
const codeDigits = 6;
const codeTries = 20;

const refusals = {
  duplicate: [409, keyErrors.taken],
  'duplicate-link': [409, keyErrors.taken],
  'master-code': [409, keyErrors.masterCode],
  'master-card': [409, keyErrors.masterCard],
  'unknown-uid': [404, keyErrors.unknownKey],
  'unknown-person': [400, keyErrors.unknownPerson],
  'wrong-window': [400, keyErrors.wrongWindow],
} as const satisfies { readonly [conflict in KeyConflict]: readonly [number, string] };

/** How calls refuse a key that this panel does not have. */
const unknownKey = { 404: [keyErrors.unknownKey] };

/** Add, remove and status of access keys. */
export function accessKeyRoutes(parts: AccessKeyParts): Route[] {
  return [addRoute(parts), removeRoute(parts), statusRoute(parts)];
}

function addRoute(parts: AccessKeyParts): Route {
  return route({
    method: 'POST',
    path: '/v1/accesskeys/add',
    summary: 'Create an access key, or change the one that `id`, else `key`, names',
    access: 'key',
    body: addBody,
    answers: accessKeyAnswer,
    refuses: [
      keyErrors.wrongIdentification,
      keyErrors.wrongPin,
      keyErrors.wrongWindow,
      keyErrors.wrongDate('valid_from_date'),
      keyErrors.wrongDate('valid_to_date'),
      keyErrors.unknownLevel,
      keyErrors.unknownPerson,
    ],
    refusesWith: {
      ...unknownKey,
      409: [keyErrors.taken, keyErrors.masterCode, keyErrors.masterCard, keyErrors.noCode],
    },
    notes:
      'On a change, members that are absent keep what there is; a null date or PIN removes it. ' +
      '404 for an id that this panel does not have; 409 where a number belongs to another key or is ' +
      'the master code or card. A key without an access level opens nothing; time profiles that it ' +
      'was given through the panel API limit its levels as well. `key` of type `code` without ' +
      '`identification` makes a code of 6 digits, which this one answer shows; other answers show ' +
      `codes as ******. A person who holds no key any more is forgotten. ${numberNotes}`,
    async handler({ body, who }) {
      const levels = levelUids(parts, body.access_levels);
      if (levels === 'unknown') return refuse(400, keyErrors.unknownLevel);
      const change = changeOf(body, levels, parts.clock.wallMs());
      if (body.id) {
        const known = keyById(parts, body.id);
        return known ? changeKey(parts, known, change, who.name) : refuseConflict('unknown-uid');
      }
      if (!body.key) return refuse(400, errors.noValue('key'));
      const numbers = numbersOf(body.key);
      if (numbers instanceof Response) return numbers;
      const known = keyOfNumbers(parts, body.key.type, numbers);
      if (known === 'taken') return refuseConflict('duplicate');
      if (known) return changeKey(parts, known, change, who.name);
      return createKey(parts, body, numbers, change, who.name);
    },
  });
}

type Change = ReturnType<typeof changeOf>;

async function changeKey(
  parts: AccessKeyParts,
  { uid }: Identifier,
  change: Change,
  by: string,
): Promise<Response> {
  const conflict = await parts.commands.changeAccessKey(uid, change);
  if (conflict) return refuseConflict(conflict);
  parts.log.info('access key changed', { by, uid });
  return shown(parts, uid);
}

async function createKey(
  parts: AccessKeyParts,
  body: AddBody,
  given: readonly string[],
  change: Change,
  by: string,
): Promise<Response> {
  const holder = holderOf(parts, body.person);
  if (typeof holder === 'string') return refuse(400, holder);
  const type = keyTypes[body.key?.type ?? 'proximity'];
  for (let tries = 0; tries < codeTries; tries += 1) {
    const made = given.length > 0 ? undefined : newCode();
    const numbers = made === undefined ? given : [made];
    const result = await parts.commands.addAccessKey({ type, numbers, holder, change });
    if (!('conflict' in result)) {
      parts.log.info('access key created', { by, uid: result.uid, type });
      return shown(parts, result.uid, made);
    }
    const isTaken = result.conflict === 'duplicate' || result.conflict === 'master-code';
    if (made !== undefined && isTaken) continue;
    // Somebody may have made this very key since it was looked for.
    const there = isTaken && body.key && keyOfNumbers(parts, body.key.type, given);
    const isKey = there && there !== 'taken';
    return isKey ? changeKey(parts, there, change, by) : refuseConflict(result.conflict);
  }
  return refuse(409, keyErrors.noCode);
}

/** The key as it is now; 404 where somebody has removed it since. */
function shown(parts: AccessKeyParts, uid: number, code?: string): Response {
  const identifier = parts.identifiers.get(uid);
  return identifier
    ? answer(accessKeyItem(parts, identifier, code))
    : refuseConflict('unknown-uid');
}

function removeRoute(parts: AccessKeyParts): Route {
  return route({
    method: 'POST',
    path: '/v1/accesskeys/remove',
    summary: 'Remove an access key by `id`, else by `key`, with all of its numbers',
    access: 'key',
    body: removeBody,
    answers: { status: 204 },
    refuses: [keyErrors.wrongIdentification],
    refusesWith: unknownKey,
    notes: `404 for a key that this panel does not have. ${numberNotes}`,
    async handler({ body, who }) {
      const found = body.id ? keyById(parts, body.id) : named(parts, body.key);
      if (found instanceof Response) return found;
      const removed = found && (await parts.commands.removeAccessKey(found.uid));
      if (!removed) return refuseConflict('unknown-uid');
      parts.log.info('access key removed', { by: who.name, uid: found.uid });
      return noContent();
    },
  });
}

function statusRoute(parts: AccessKeyParts): Route {
  return route({
    method: 'POST',
    path: '/v1/accesskeys/status',
    summary: 'Whether an access key opens a lock of this panel',
    access: 'key',
    body: statusBody,
    answers: statusAnswer,
    refusesWith: unknownKey,
    notes:
      'A change has reached the disk when it is answered, so nothing is ever pending or has failed. ' +
      '`applied_at` is when this API last created or changed the key, absent where it never did or ' +
      'the clock of the panel was not set. `system_id` is the serial number of the panel. 404 for a ' +
      'key that this panel does not have.',
    handler({ body: { id } }) {
      const key = keyById(parts, id);
      if (!key) return refuseConflict('unknown-uid');
      const applied = isApplied(parts, key, parts.locks);
      const applied_at = key.appliedS === undefined ? undefined : formatIsoTime(key.appliedS);
      return answer({
        id: idOfKey(parts, key),
        status: applied ? 'Applied' : 'NotApplied',
        systems_where_applied: applied
          ? [{ system_id: systemId(parts), ...(applied_at !== undefined && { applied_at }) }]
          : [],
        systems_where_pending: [],
        systems_where_failed: [],
      });
    },
  });
}

/** The numbers that a body names; none: the panel is to make a code. */
function numbersOf({ type, identification }: KeySpec): readonly string[] | Response {
  if (typeof identification !== 'string') {
    return type === 'code' ? [] : refuse(400, errors.noValue('identification'));
  }
  return parseIdentification(type, identification) ?? refuse(400, keyErrors.wrongIdentification);
}

/** The one key that a body names. */
function named(
  parts: AccessKeyParts,
  key: KeySpec | null | undefined,
): Identifier | undefined | Response {
  if (!key) return refuse(400, errors.noValue('key'));
  const numbers = numbersOf(key);
  if (numbers instanceof Response) return numbers;
  if (numbers.length === 0) return refuse(400, errors.noValue('identification'));
  const found = keyOfNumbers(parts, key.type, numbers);
  return found === 'taken' ? undefined : found;
}

/** The key that has all of these numbers; undefined: nothing has any; else some belong to another. */
function keyOfNumbers(
  parts: AccessKeyParts,
  type: KeyType,
  numbers: readonly string[],
): Identifier | 'taken' | undefined {
  const [found, ...others] = keysByNumber(parts, type, numbers);
  const isThere = (number: string) => parts.identifiers.find(keyTypes[type], number) !== undefined;
  if (!found) return undefined;
  return others.length === 0 && numbers.every(isThere) ? found : 'taken';
}

function levelUids(
  { accessLevels }: AccessKeyParts,
  ids: readonly string[] | undefined,
): readonly number[] | undefined | 'unknown' {
  if (!ids) return undefined;
  const levels = ids.map((id) => accessLevels.byLinkId(id.toLowerCase()));
  const known = levels.filter((level) => level !== undefined);
  return known.length === levels.length ? [...new Set(known.map(({ uid }) => uid))] : 'unknown';
}

function newCode(): string {
  return String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
}

function refuseConflict(conflict: KeyConflict): Response {
  const [status, error] = refusals[conflict];
  return refuse(status, error);
}
