import type { Route } from '../../src/web/route.ts';
import { asAdmin, asManager, basic, cardBody } from './web-app.ts';

/** What requests of the access-key API are sent with. */
export const apiKey = 'latchd_random';

export interface RandomRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly local: boolean;
  readonly remote: string;
}

/** Requests from well-formed to hopeless, around the calls that there are. */
export class RandomRequests {
  readonly #random: () => number;
  readonly #routes: readonly Route[];

  constructor(random: () => number, routes: readonly Route[]) {
    this.#random = random;
    this.#routes = routes;
  }

  next(): RandomRequest {
    const route = this.#route();
    const method = this.#chance(0.03)
      ? this.#pick(['PUT', 'OPTIONS', 'HEAD', 'BREW', 'GET', 'DELETE'])
      : route.method;
    const hasBody = method !== 'GET' && method !== 'HEAD' && (route.body || this.#chance(0.05));
    return {
      method,
      path: `${this.#path(route)}${this.#query()}`,
      headers: this.#headers(route),
      ...(hasBody && { body: this.#body(route) }),
      local: !route.path.endsWith('events/list') && this.#chance(0.2),
      remote: `10.0.0.${this.#below(4)}`,
    };
  }

  /** The description is long, and always the same; a backup is work: seldom asked for. */
  #route(): Route {
    const route = this.#pick(this.#routes);
    const isLong =
      ['/openapi.json', '/docs'].includes(route.path) || route.path.startsWith('/api/v1/backups');
    return isLong && !this.#chance(0.05) ? this.#route() : route;
  }

  #path({ path }: Route): string {
    const filled = path
      .replace('{profile}', () => this.#pick([this.#uid(), this.#word()]))
      .replace(/\{\w*[uU]id\}/g, () =>
        this.#pick([this.#uid(), this.#uid(), this.#uid(), this.#word()]),
      )
      .replace('{uid}', () => this.#pick([this.#uid(), this.#uid(), this.#uid(), this.#word()]))
      .replace('{webhookUid}', () => String(1 + this.#below(20)))
      .replace('{lock}', () => this.#pick(['0', '1', '2', this.#word()]))
      .replace('{name}', () => this.#pick(['front', this.#word()]));
    return this.#chance(0.02) ? `${filled}/${this.#word()}` : filled;
  }

  #uid(): string {
    return String(1 + this.#below(60));
  }

  #headers({ path }: Route): Record<string, string> {
    // Ending what is remembered makes the next call compute scrypt again; that is slow on purpose.
    // Looking through the events is slow by their number.
    const isSlow = path.endsWith('logout') || path.endsWith('events/list');
    const seldom = isSlow && !this.#chance(0.01);
    if (seldom || this.#chance(0.1)) {
      const wrong = ['', 'Bearer x', 'Basic', 'Digest a=b', basic('admin', 'guess')];
      return { authorization: this.#pick([...wrong, `Basic ${this.#word()}`]) };
    }
    if (path.startsWith('/v1/')) return { authorization: `Bearer ${apiKey}` };
    return { authorization: this.#chance(0.15) ? asManager : asAdmin };
  }

  #query(): string {
    if (this.#chance(0.5)) return '';
    const names = [
      ...['limit', 'page_number', 'sort_type', 'order_by', 'from', 'to', 'locale', 'unlockTime'],
      ...['type', 'number', 'size', 'reader'],
      ...['filter_field', 'filter_type', 'filter_value', 'filter', 'username', 'password', 'after'],
    ];
    const values = ['1', '10', '1000', '0', '-1', 'asc', 'desc', '', 'equal', 'admin', 'category'];
    const pairs = Array.from({ length: 1 + this.#below(4) }, () => {
      const filter = this.#pick(["number eq '7'", "not lock eq 'all'", '(', "'", 'sequence gt 3']);
      const more = ['identifier_number', 'access', 'card', 'qr', this.#word(), encodeURI(filter)];
      const value = this.#pick([...values, ...more]);
      return `${this.#pick([...names, this.#word()])}=${value}`;
    });
    return `?${pairs.join('&')}`;
  }

  /** Text that may stand in a URL as it is. */
  #word(): string {
    const words = [
      '%00',
      '%',
      '%ff%fe',
      '..',
      '%2e%2e',
      '%f0%9f%98%80',
      '1e5',
      '0x1',
      'NaN',
      'a b',
    ];
    return encodeURI(
      this.#pick([...words, 'x'.repeat(this.#below(200)), String(this.#below(2 ** 32) * 4096)]),
    );
  }

  #body({ path }: Route): string | Uint8Array<ArrayBuffer> {
    const kind = this.#random();
    if (kind < 0.03) return Uint8Array.from({ length: 99 }, () => this.#below(256));
    if (kind < 0.06) return '['.repeat(this.#below(20_000));
    if (path.endsWith('/import')) return this.#table();
    const template = this.#template(path);
    const value = kind < 0.5 ? template : this.#broken(template, 0);
    const text = JSON.stringify(value) ?? '';
    return kind > 0.95 ? text.slice(0, this.#below(text.length)) : text;
  }

  /** A table of identifiers, and what comes near to one. */
  #table(): string {
    const columns = ['type', 'number', 'name', 'lock', 'link_id', 'max_passes'];
    const cells = () => [
      this.#pick(['card', 'ukey', 'qr', '']),
      this.#number(),
      this.#text(),
      this.#pick(['first', 'all', 'x']),
      this.#pick(['', this.#link()]),
      this.#pick(['', '1', '0']),
    ];
    const lines = Array.from({ length: this.#below(6) }, () => cells().join(','));
    return [this.#chance(0.9) ? columns.join(',') : this.#text(), ...lines].join('\n');
  }

  #template(path: string): unknown {
    if (path.startsWith('/api/v1/apartment') && !path.endsWith('/items')) return this.#apartments();
    if (path.endsWith('code')) {
      const number = String(this.#below(40));
      return { input_code_enable: this.#chance(0.5), input_code_number: number };
    }
    if (path.endsWith('card/master')) return { master_card: this.#number() };
    if (path.endsWith('/items')) {
      return { uid_items: Array.from({ length: this.#below(5) }, () => Number(this.#uid())) };
    }
    if (path.endsWith('/identifiers')) {
      const card = this.#card();
      return this.#pick([card, { list_items: [card, this.#card()] }]);
    }
    if (path.endsWith('/link')) {
      return { list_items: [this.#linkItem(), this.#linkItem()], link_ids: [this.#link()] };
    }
    if (path.endsWith('/link/delete')) return { link_ids: [this.#link(), this.#text()] };
    if (path.endsWith('wiegand/type')) {
      const representation = this.#pick(['hex', 'decimal']);
      return { identifier_representation: representation, type: 'wiegand_34' };
    }
    if (path.endsWith('data/clear')) {
      // Seldom: each waits for the disk several times.
      return { data_types: [this.#chance(0.1) ? this.#pick(['logs', 'identifiers']) : 'other'] };
    }
    if (path.endsWith('enrolment')) {
      return { reader: 'front', mode: this.#pick(['report', 'add', 'remove']), seconds: 5 };
    }
    if (path.includes('timeout')) return { lock_timeout: this.#below(45) };
    if (path.startsWith('/sim/readers')) return { bits: '0110', width_us: 50, interval_us: 1000 };
    if (path.includes('timeprofile/') || path.endsWith('timeprofile')) return this.#profile(path);
    if (path.startsWith('/v1/') || path.includes('apikeys')) return this.#keyTemplate(path);
    if (path.includes('access/level')) return { name: this.#text(), lock: 'all' };
    if (path.startsWith('/control')) return { lock: this.#pick(['first', 'second', 'all']) };
    if (path.includes('emergency')) return { locks: this.#emergency(path) };
    if (path.includes('lock/dtmf')) return { dtmf_code: this.#pick(['', '12#', 'x', 7]) };
    if (path.includes('lock/delay')) return { lock_delay: this.#below(12) };
    if (path.endsWith('locks/settings')) {
      const settings = [{ lock_number: 1 + this.#below(3), timeout: this.#below(42), delay: 1 }];
      return { open_all_dtmf: '#', use_old_sh42: this.#chance(0.5), settings };
    }
    if (path.endsWith('freeaccess')) {
      const times = { time_from: this.#below(86_400), time_to: this.#below(86_400) };
      return { enable: true, days: [{ day: 'MON', enable: true, lock: 'all', ...times }] };
    }
    if (path.endsWith('remote/control/settings')) {
      const url = this.#pick(['', '127.0.0.1', 'http://x/', this.#text()]);
      const both = { enabled: this.#chance(0.5), custom_server_enabled: this.#chance(0.5) };
      return { ...both, custom_server_api_url: url };
    }
    if (path.includes('/webhooks')) {
      const url = this.#pick(['127.0.0.1/x', 'http://[::1]:9/', this.#text()]);
      const rest = { headers: '{"X-A":"b"}', description: this.#text(), timeout: 1000 };
      return { url, status: 'disabled', event_types: ['log.*'], ...rest };
    }
    return this.#card();
  }

  #linkItem(): object {
    const additional = this.#chance(0.3) ? { passes_left: this.#below(4) } : {};
    const apartment = this.#chance(0.3) ? { apartment_link_id: this.#link() } : {};
    return { link_id: this.#link(), ...this.#card(), ...apartment, additional };
  }

  #link(): string {
    return `91c615e3-1040-4815-8ecb-${String(this.#below(30)).padStart(12, '0')}`;
  }

  #card(): object {
    return cardBody(this.#number(), {
      identifier_type: this.#pick(['card', 'card', 'ukey', 'inputCode', 'license_plate', 'qr']),
      identifier_owner: { name: this.#text(), type: 'guest' },
      lock: this.#pick(['first', 'second', 'all']),
      valid: {
        time: { is_permanent: this.#chance(0.5), from: this.#below(10), to: this.#below(20) },
        passes: { is_permanent: this.#chance(0.5), max_passes: this.#below(4) },
      },
    });
  }

  #emergency(path: string): unknown[] {
    const lock = this.#below(4);
    return [
      path.includes('close') ? lock : { lock_number: lock, unlock_time: this.#below(700_000) },
    ];
  }

  /** Few are created but by link id, so that lists stay short. */
  #profile(path: string): unknown {
    const links = ['0', '1', '2'].map((digit) => `91c615e3-1040-4815-8ecb-039a18b756b${digit}`);
    if (path.endsWith('delete')) return { link_ids: [this.#pick(links)] };
    const custom = {
      repeat_point_type: this.#pick(['day', 'week', 'month']),
      repeat_looper: 1 + this.#below(3),
      repeat_options: this.#pick([['MON', 'SUN'], { format: 'dayNumbers', range: [31] }]),
    };
    const body = {
      name: this.#text(),
      time_options: { is_all_day: this.#chance(0.5), date_from: 9, date_to: this.#below(20) },
      repeat_options: {
        repeat_enable: this.#chance(0.9),
        repeat_format: {
          repeat_type: this.#pick(['day', 'week', 'month', 'custom']),
          repeat_end: { format: this.#pick(['never', 'date']), date: this.#below(100) },
          repeat_custom: custom,
        },
      },
    };
    if (!path.endsWith('link')) return this.#chance(0.2) ? body : { ...body, name: null };
    return { link_ids: [this.#pick(links)], list_items: [{ ...body, link_id: this.#pick(links) }] };
  }

  /** A body of one apartment, and of a call by link id. */
  #apartments(): object {
    const links = Array.from({ length: 3 }, () => {
      const digit = this.#below(6).toString();
      return `91c615e3-1040-4815-8ecb-${digit.repeat(12)}`;
    });
    const apartment = () => ({
      apartment_address: { building: 1 + this.#below(2), room: this.#below(12) },
      apartment_name: this.#pick(['Flat', 'Flat 2', this.#text()]),
      residents: { count: this.#below(5) },
      link_id: this.#pick([null, ...links]),
    });
    return { ...apartment(), list_items: links.map(apartment), link_ids: links };
  }

  #keyTemplate(path: string): unknown {
    if (path.endsWith('apikeys')) return { name: `n${this.#below(20)}` };
    if (path.endsWith('events/list')) return { limit: 1 + this.#below(20) };
    const from = `2026-01-${10 + this.#below(15)}T00:00:00Z`;
    const spec = {
      identification: this.#pick(['', 'EM:', '0x']) + [this.#below(40), this.#below(40)].join('|'),
      type: this.#pick(['proximity', 'proximity', 'code']),
    };
    return {
      key: this.#chance(0.5) ? { ...spec, identification: String(this.#below(40)) } : spec,
      pin: this.#pick([null, '1234']),
      valid_from_date: this.#pick([null, from]),
      valid_to_date: this.#pick([null, '2026-01-18T00:00:00+01:00']),
      access_levels: [],
      person: { first_name: this.#text(), last_name: 'x' },
    };
  }

  #number(): string {
    const few = this.#below(40);
    const hex = few.toString(16).padStart(2, '0');
    return this.#pick([String(few), `00-${hex}`, `00:00:${hex}`, this.#text()]);
  }

  #text(): string {
    const strange = [
      '',
      'Ann',
      '\u0000',
      '\ud800',
      '\udc00x',
      '😀',
      '\u2028',
      '\n',
      '"\\',
      '__proto__',
    ];
    return this.#pick([...strange, 'é'.repeat(this.#below(120)), '../../x']);
  }

  /** The same value with something wrong in it, or beside it. */
  #broken(value: unknown, depth: number): unknown {
    if (depth > 0 && this.#chance(0.15)) {
      const wrong = [null, true, -1, 1.5, 1e308, 2 ** 53, [], {}, [[]], { a: 1 }, this.#text()];
      return this.#pick(wrong);
    }
    if (Array.isArray(value)) return value.map((item) => this.#broken(item, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value)
      .filter(() => !this.#chance(0.08))
      .map(([name, member]) => [name, this.#broken(member, depth + 1)]);
    if (this.#chance(0.1)) members.push([this.#text(), this.#text()]);
    return Object.fromEntries(members);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }
}
