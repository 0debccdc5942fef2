/** What events can be filtered for, and which part of a filter the index of the log answers. */
import { type IdentifierType, identifierTypes, type LoggedEvent } from '../../door/model.ts';
import type { EventQuery, EventReader, WiegandSetting } from '../../ports/store.ts';
import type { Field, Filter } from '../lists/filter.ts';
import { type Comparison, type Operator, operators } from '../lists/filter-expression.ts';
import { numberOrder, numberTest, type TypedNumber } from '../lists/number-filter.ts';
import type { Source } from '../lists/search.ts';
import type { Searched } from '../lists/text-search.ts';

const equal = ['eq', 'nq'] as const;

/** Fields of an event; names are those of the answer, without `info.model.`, which may stand before. */
export function eventFields({ representation }: WiegandSetting): Field<LoggedEvent>[] {
  return [
    {
      name: 'timestamp',
      type: 'timestamp',
      operators,
      read: ({ wallMs }) => wallMs,
      natural: true,
    },
    { name: 'sequence', type: 'integer', operators, read: ({ seq }) => seq, natural: true },
    {
      name: 'category',
      type: 'string',
      operators: equal,
      values: ['access', 'info', 'system', 'emergency'],
      read: ({ category }) => category,
      sortable: false,
    },
    {
      name: 'priority',
      type: 'string',
      operators: equal,
      values: ['low', 'medium', 'high'],
      read: ({ priority }) => priority,
      sortable: false,
    },
    {
      name: 'name.key',
      aliases: ['key', 'name'],
      type: 'string',
      operators: equal,
      read: ({ key }) => key,
      sortable: false,
    },
    {
      name: 'number',
      aliases: ['info.model.number', 'identifier_number'],
      type: 'string',
      operators,
      read: (event) => {
        const number = typedNumber(event);
        return number && numberOrder(number);
      },
      test(operator, value) {
        const test = numberTest(operator, value, representation);
        return test && ((event) => test(typedNumber(event)));
      },
      sortable: false,
    },
    modelField('owner', 'identifier_owner.name', 'owner_name'),
    modelField('type', 'identifier_type'),
    ...['reader', 'lock', 'reason', 'account', 'address'].map((name) => modelField(name)),
    { ...modelField('identifier_uid', 'uid'), type: 'integer', operators },
  ];
}

/** A code that was typed has none here: a filter must not tell it either. */
function typedNumber({ model: { type, number } }: LoggedEvent): TypedNumber | undefined {
  const known = identifierTypes.find((name): name is IdentifierType => name === type);
  if (known === undefined || known === 'inputCode' || typeof number !== 'string') return undefined;
  return { type: known, number };
}

/** What a search looks at in an event: its text, which names people, and a credential's number. */
export const searchedEvent: Searched<LoggedEvent> = {
  text: ({ text }) => text,
  number: typedNumber,
};

/** A member of `info.model`. */
function modelField(name: string, ...aliases: readonly string[]): Field<LoggedEvent> {
  return {
    name,
    aliases: [`info.model.${name}`, ...aliases],
    type: 'string',
    operators: equal,
    read({ model }) {
      const value = model[name];
      return typeof value === 'string' || typeof value === 'number' ? value : undefined;
    },
    sortable: false,
  };
}

/** What the index of the log answers. */
type Bounds = Omit<EventQuery, 'newestFirst' | 'offset' | 'limit'>;

/**
 * Takes out of a filter what the index answers: one category, times and numbers, where all of it
 * must hold. `rest`: what is left to be tested.
 */
export function narrowed(
  filter: Filter<LoggedEvent> | undefined,
  asked: { readonly from?: number | undefined; readonly to?: number | undefined },
): { readonly bounds: Bounds; readonly rest: Filter<LoggedEvent> | undefined } {
  let bounds: Bounds = {
    ...(asked.from !== undefined && { fromMs: asked.from }),
    ...(asked.to !== undefined && { toMs: asked.to }),
  };
  const rest: Filter<LoggedEvent>[] = [];
  for (const part of filter?.kind === 'and' ? filter.of : filter ? [filter] : []) {
    const narrower = part.kind === 'compare' ? within(bounds, part) : undefined;
    if (narrower) bounds = narrower;
    else rest.push(part);
  }
  return { bounds, rest: rest.length > 1 ? { kind: 'and', of: rest } : rest[0] };
}

/** What an operator bounds; absent: nothing on this side. */
type Limits = { readonly [operator in Operator]?: number };

function within(bounds: Bounds, { field, operator, value }: Comparison): Bounds | undefined {
  if (field === 'category') {
    const taken = bounds.category !== undefined || operator !== 'eq';
    return taken ? undefined : { ...bounds, category: value };
  }
  if (operator === 'nq' || (field !== 'timestamp' && field !== 'sequence')) return undefined;
  const number = Number(value);
  const least: Limits = { eq: number, ge: number, gt: number + 1 };
  const most: Limits = { eq: number, le: number, lt: number - 1 };
  const from = least[operator] ?? Number.NEGATIVE_INFINITY;
  const to = most[operator] ?? Number.POSITIVE_INFINITY;
  const {
    fromMs = Number.NEGATIVE_INFINITY,
    toMs = Number.POSITIVE_INFINITY,
    afterSeq = Number.NEGATIVE_INFINITY,
    beforeSeq = Number.POSITIVE_INFINITY,
  } = bounds;
  return field === 'timestamp'
    ? { ...bounds, fromMs: Math.max(fromMs, from), toMs: Math.min(toMs, to) }
    : {
        ...bounds,
        afterSeq: Math.max(afterSeq, from - 1),
        beforeSeq: Math.min(beforeSeq, to + 1),
      };
}

/** The events within some bounds, in the order of their numbers. */
export function eventSource(events: EventReader, bounds: Bounds): Source<LoggedEvent> {
  const { afterSeq = 0, beforeSeq = Number.POSITIVE_INFINITY } = bounds;
  return {
    keyOf: ({ seq }) => seq,
    get: (seq) => events.get(seq),
    page(offset, limit, reverse) {
      const { total, events: items } = events.query({
        ...bounds,
        offset,
        limit,
        newestFirst: reverse,
      });
      return { total, items };
    },
    next: (after, limit, reverse) =>
      events.query({
        ...bounds,
        afterSeq: reverse ? afterSeq : Math.max(afterSeq, after ?? 0),
        beforeSeq: reverse ? Math.min(beforeSeq, after ?? beforeSeq) : beforeSeq,
        offset: 0,
        limit,
        newestFirst: reverse,
      }).events,
    lookUp: () => undefined,
  };
}
