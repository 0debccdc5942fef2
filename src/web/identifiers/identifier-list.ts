/** Lists of identifiers over HTTP: read in pages, filtered and sorted; and several deleted at once. */
import { z } from 'zod';
import { type Identifier, identifierTypes } from '../../door/model.ts';
import type {
  IdentifierReader,
  SettingReader,
  StoreReaders,
  WiegandSetting,
} from '../../ports/store.ts';
import type { PanelCommands } from '../../ports/web.ts';
import type { Log } from '../../ports.ts';
import { answer, done, emptyAnswer, errors, refuse } from '../answer.ts';
import { type Field, linkIdField, uidField } from '../lists/filter.ts';
import { type Comparison, operators } from '../lists/filter-expression.ts';
import { listAnswer, optionOf, wantedOf } from '../lists/list.ts';
import { numberOrder, numbersMeant, numberTest } from '../lists/number-filter.ts';
import { listQuery } from '../lists/paging.ts';
import { type Source, sortedAtMost, type Walks } from '../lists/search.ts';
import { both, type Searched, textSearch } from '../lists/text-search.ts';
import { type Route, route } from '../route.ts';
import { isUid } from '../uid.ts';
import { identifierAnswer, identifierItem } from './identifier-answer.ts';

/** What the lists work with. */
export interface IdentifierListParts {
  readonly identifiers: IdentifierReader;
  readonly timeProfiles: StoreReaders['timeProfiles'];
  readonly apartments: StoreReaders['apartments'];
  readonly settings: SettingReader;
  readonly commands: Pick<PanelCommands, 'removeIdentifiers'>;
  readonly walks: Walks;
  readonly log: Log;
}

const path = '/api/v1/access/identifier/items';
const uidsAtOnce = 10_000;
/** Identifiers of one owner that are read one by one; a walk over all is as good for more. */
const ownedAtMost = 10_000;

/** What a search looks at in an identifier. */
const searched: Searched<Identifier> = {
  text: ({ owner }) => owner.name,
  number: (identifier) => identifier,
};

/** `GET` and `DELETE /access/identifier/items`. */
export function identifierListRoutes(records: IdentifierListParts): Route[] {
  const { identifiers, settings, commands, walks, log } = records;
  return [
    route({
      method: 'GET',
      path,
      summary: 'Identifiers in pages, by uid unless sorted; filtered in either dialect',
      access: 'read',
      query: listQuery.extend({ search: z.string().max(200).default('') }),
      answers: listAnswer(identifierAnswer),
      refuses: [errors.wrongParameters],
      notes:
        'Any `limit` from 1 to 1000. A filter or an order that is not understood is refused: it is ' +
        'never answered with everything. Filters by number, uid, link id or owner are look-ups; ' +
        'others look at every identifier, of which only a few at a time are served, others answered ' +
        `429. In an order other than by uid only the first ${sortedAtMost} can be reached; pages ` +
        'beyond are refused. `identifier_number` is understood in every spelling, ' +
        '`identifier_owner` as the name of the owner. What an ' +
        'identifier does not have differs from every value. Both filters at once must both hold. `search` finds a piece of ' +
        'the owner’s name in any case, or the number in any spelling.',
      async handler({ query, gone }) {
        const wiegand = settings.wiegand();
        const fields = identifierFields(wiegand);
        const wanted = wantedOf(query, fields);
        if (!wanted) return refuse(400, errors.wrongParameters);
        const filter = both(wanted.filter, textSearch(query.search, wiegand, searched));
        const source = identifierSource(identifiers, wiegand);
        const found = await walks.search(source, { ...wanted, filter }, gone);
        if (found instanceof Response) return found;
        if (found === 'too-far') return refuse(400, errors.wrongParameters);
        return answer({
          list_items: found.items.map((identifier) => identifierItem(identifier, wiegand, records)),
          list_option: optionOf(query, wanted, found.total, fields),
        });
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Delete several identifiers; uids that nothing has are skipped',
      access: 'admin',
      body: z.object({
        // The length first: a long list of wrong values would cost a report for each.
        uid_items: z.array(z.unknown()).max(uidsAtOnce).pipe(z.array(z.int())),
      }),
      answers: emptyAnswer,
      notes: `At most ${uidsAtOnce} uids at once. The pages do not say what an unknown uid does.`,
      async handler({ body: { uid_items }, who }) {
        const uids = [...new Set(uid_items.filter(isUid))];
        const removed = await commands.removeIdentifiers(uids);
        log.info('identifiers deleted', { by: who.name, count: removed.length });
        return done();
      },
    }),
  ];
}

const equal = ['eq', 'nq'] as const;

/** What identifiers can be filtered for and sorted by; names are paths into the item of an answer. */
export function identifierFields({ representation }: WiegandSetting): Field<Identifier>[] {
  return [
    uidField('identifier_uid', 'uid'),
    {
      name: 'identifier_number',
      type: 'string',
      operators,
      read: numberOrder,
      test: (operator, value) => numberTest(operator, value, representation),
    },
    {
      name: 'identifier_type',
      type: 'string',
      operators: equal,
      values: identifierTypes,
      read: ({ type }) => type,
    },
    {
      name: 'identifier_owner.name',
      aliases: ['identifier_owner', 'owner_name', 'identifier_owner_name', 'name'],
      type: 'string',
      operators,
      read: ({ owner }) => owner.name,
    },
    {
      name: 'identifier_owner.type',
      aliases: ['owner_type', 'identifier_owner_type'],
      type: 'string',
      operators: equal,
      values: ['owner', 'guest'],
      read: ({ owner }) => owner.type,
    },
    {
      name: 'lock',
      type: 'string',
      operators: equal,
      values: ['first', 'second', 'all'],
      read: ({ lock }) => lock,
    },
    ...limitFields,
  ];
}

const limitFields: readonly Field<Identifier>[] = [
  linkIdField(),
  {
    name: 'valid.time.from',
    type: 'timestamp',
    operators,
    read: ({ window }) => window?.fromS,
  },
  { name: 'valid.time.to', type: 'timestamp', operators, read: ({ window }) => window?.toS },
  {
    name: 'additional.passes_left',
    aliases: ['passes_left'],
    type: 'integer',
    operators,
    read: ({ passes }) => (passes ? passes.left : -1),
  },
];

/** All identifiers; numbers, uids, link ids and owners are looked up. */
export function identifierSource(
  identifiers: IdentifierReader,
  { representation }: WiegandSetting,
): Source<Identifier> {
  const lookUp = ({ field, operator, value }: Comparison): readonly number[] | undefined => {
    if (operator !== 'eq') return undefined;
    switch (field) {
      case 'identifier_uid':
        return [Number(value)].filter(isUid);
      case 'identifier_number':
        return numbersMeant(value, representation).flatMap(({ type, number }) => {
          const found = identifiers.soundOf(type, number);
          return found ? [found.uid] : [];
        });
      case 'link_id': {
        const found = identifiers.soundByLinkId(value.toLowerCase());
        return found ? [found.uid] : [];
      }
      case 'identifier_owner.name':
        return identifiers.maybeOwnedBy(value, ownedAtMost);
      default:
        return undefined;
    }
  };
  return {
    keyOf: ({ uid }) => uid,
    get: (uid) => identifiers.sound(uid),
    page(offset, limit, reverse) {
      const total = identifiers.count();
      return { total, items: offset < total ? identifiers.list(offset, limit, reverse) : [] };
    },
    next: (after, limit, reverse) => identifiers.beyond(after, limit, reverse),
    lookUp,
  };
}
