/** What the log is filtered for: from the address of the view to the query of the API. */
import type { Query } from '../api.ts';
import type { texts } from '../texts.ts';
import type { Times } from '../times.ts';
import { startOfDay } from '../zone.ts';

type Kind = keyof typeof texts.log.kinds;

/** As it stands in the address. */
export interface LogQuery {
  readonly search: string;
  readonly kind: Kind;
  /** Civil days of the panel, `2026-11-22`, both included; empty: without bound. */
  readonly from: string;
  readonly to: string;
  readonly page: number;
  /** Number of the event that was the newest when the first page was shown. */
  readonly upTo: number | undefined;
}

/** Kinds as filters of the API. */
const filters: { readonly [kind in Kind]: string } = {
  all: '',
  granted: "category eq 'access' and key eq 'access_granted_by_valid_identifier'",
  refused: `category eq 'access' and (${[
    ...['access_denied_by_unknown_card', 'access_denied_unknown_identifier'],
    ...['access_denied_by_not_valid_identifier', 'access_denied_by_not_valid_input_code'],
    'access_denied_by_remote_server_api_call',
  ]
    .map((key) => `key eq '${key}'`)
    .join(' or ')})`,
  misread: "category eq 'access' and reason eq 'misread'",
  access: "category eq 'access'",
  emergency: "category eq 'emergency'",
  system: "category eq 'system'",
  info: "category eq 'info'",
};

/** The filters that an address holds; what makes no sense is left out. */
export function logFilters(query: URLSearchParams): LogQuery {
  const text = (name: string) => query.get(name) ?? '';
  const day = (name: string) => (/^\d{4}-\d\d-\d\d$/.test(text(name)) ? text(name) : '');
  const whole = (name: string) => (/^\d{1,15}$/.test(text(name)) ? Number(text(name)) : undefined);
  const kind = text('kind');
  return {
    search: text('search').slice(0, 200),
    kind: isKind(kind) ? kind : 'all',
    from: day('from'),
    to: day('to'),
    page: Math.max(1, whole('page') ?? 1),
    upTo: whole('upTo'),
  };
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(filters, text);
}

/** The query that asks for them, newest first. */
export function queryOf({ search, kind, from, to, page, upTo }: LogQuery, { zone }: Times): Query {
  const filter = [filters[kind], upTo === undefined ? '' : `sequence le ${upTo}`]
    .filter((part) => part !== '')
    .join(' and ');
  return {
    search: search || undefined,
    filter: filter || undefined,
    from: from ? startOfDay(from, zone, 0) : undefined,
    to: to ? startOfDay(to, zone, 1) - 1 : undefined,
    sort_type: 'desc',
    page_number: page,
  };
}
