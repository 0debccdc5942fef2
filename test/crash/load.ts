/**
 * Clients that change everything a panel keeps, as fast as it answers, while cards with few passes are
 * held to both its readers.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { parseNumber } from '../../src/door/number.ts';
import { mostWebhooks } from '../../src/web/main-thread/commands-remote.ts';
import { bits26, type Daemon } from '../support/daemon.ts';
import { profileBody } from '../support/time-profile.ts';
import type { Change, Entry, Model } from './model.ts';
import { grantOf, identifierText } from './observe.ts';

/** Two readers, so that one card can be seen by both at once. */
export const crashConfig = `
data: ./data
http: { port: 0 }
gpio: { driver: sim }
clock: { when_untrusted: accept }
readers:
  - { name: front, wiegand: { d0: 17, d1: 27 } }
  - { name: back, wiegand: { d0: 5, d1: 6 } }
locks:
  first: { line: 22, open_seconds: 0.1 }
  second: { line: 23 }
`;

type Untimed<T> = T extends unknown ? Omit<T, 'atMs'> : never;
/** Keeps an entry, for good, before the client goes on. */
export type Keep = (entry: Untimed<Entry>) => void;

interface Answer {
  readonly uid?: number;
  readonly item_uid?: number;
  readonly result?: readonly { readonly success: boolean }[];
  readonly list_items?: readonly {
    readonly sequence: number;
    readonly info: { readonly model: Parameters<typeof grantOf>[0] };
  }[];
}

const identifiers = '/api/v1/access/identifier';
/** Cells of each client and kind. */
const slots = 40;
const passCards = 5;
const passLimit = 30;
/** Of the panel's last lines, when it does not answer. */
const linesTold = 30;

/** The load on one run of a panel. */
export class Load {
  readonly #daemon: Daemon;
  readonly #model: Model;
  readonly #keep: Keep;
  readonly #random: () => number;
  #decisions = 0;
  #onDecision: () => void = () => undefined;
  #cut = false;
  #done: Promise<unknown> = Promise.resolve();

  /** For a panel that has just been started: its log is heard from now on. */
  constructor(daemon: Daemon, model: Model, keep: Keep, random: () => number) {
    this.#daemon = daemon;
    this.#model = model;
    this.#keep = keep;
    this.#random = random;
    const { stdout } = daemon.process;
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.#onLine(line));
  }

  /** For a panel that is ready. Without an end. */
  start(): void {
    const clients = [
      this.#repeat(() => this.#changeCard('a', 1_000_000)),
      this.#repeat(() => this.#changeCard('b', 2_000_000)),
      this.#repeat(() => this.#changeMany()),
      this.#repeat(() => this.#changeOther()),
      this.#repeat(() => this.#present()),
      this.#repeat(() => this.#readLog()),
    ];
    this.#done = Promise.all(clients);
    // Whoever waits for the end hears of it.
    this.#done.catch(() => undefined);
  }

  /** The panel is about to be killed: from now on what fails is no failure. */
  cut(): void {
    this.#cut = true;
  }

  /** Resolves when all clients have noticed. @throws what a client could not do before the cut. */
  async ended(): Promise<void> {
    this.#onDecision();
    await this.#done;
  }

  #onLine(line: string): void {
    if (!/ (granted|refused) /.test(line)) return;
    this.#decisions += 1;
    const [, uid, left] = / granted .*uid=(\d+) .*passes_left=(\d+)/.exec(line) ?? [];
    if (uid) this.#keep({ kind: 'opened', uid: Number(uid), left: Number(left) });
    this.#onDecision();
  }

  async #repeat(step: () => Promise<void>): Promise<void> {
    while (!this.#cut) {
      try {
        await step();
      } catch (error) {
        if (this.#cut) continue;
        const said = this.#daemon.lines.slice(-linesTold).join('\n');
        throw new Error(`a client failed; the panel had said:\n${said}`, { cause: error });
      }
    }
  }

  async #call(method: string, path: string, body?: unknown): Promise<Answer> {
    const { url, password } = this.#daemon;
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const response = await fetch(`${url}${path}`, {
      method,
      // A guest that stood still for a while finds idle connections closed, and may notice too late.
      headers: { authorization, connection: 'close' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    const answer: Answer = text === '' ? {} : JSON.parse(text);
    const failed = answer.result?.filter(({ success }) => !success) ?? [];
    if (failed.length > 0) throw new Error(`${method} ${path}: ${JSON.stringify(failed)}`);
    return answer;
  }

  /** One request that changes something. */
  async #change(
    client: string,
    change: Change,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<void> {
    this.#keep({ kind: 'asked', client, change });
    const { uid, item_uid: other = uid } = await this.#call(method, path, body);
    const [cell = ''] = Object.keys(change);
    this.#keep({ kind: 'answered', client, uids: other === undefined ? {} : { [cell]: other } });
  }

  /** Creates, updates, renumbers or deletes one identifier. */
  async #changeCard(client: string, base: number): Promise<void> {
    const slot = this.#below(slots);
    const name = `card ${client}-${slot}`;
    const there = this.#model.cell(name);
    if (there && this.#below(3) === 0) {
      return this.#change(client, { [name]: null }, 'DELETE', `${identifiers}/item/${there.uid}`);
    }
    // Two numbers a slot, so that updates change the number too.
    const made = this.#identifier(name, base + 2 * slot + this.#below(2));
    const path = there ? `${identifiers}/item/${there.uid}` : identifiers;
    await this.#change(client, { [name]: made.text }, there ? 'PATCH' : 'POST', path, made.body);
  }

  /** One call of many items, by link id or by number. */
  async #changeMany(): Promise<void> {
    const some = Array.from({ length: 2 * slots }, (_, slot) => slot).filter(
      () => this.#below(3) > 0,
    );
    const nameOf = (slot: number) => `card many-${slot}`;
    const numberOf = (slot: number) => 3_000_000 + slot;
    if (this.#below(2) === 0) {
      const items = some.map((slot) => ({
        name: nameOf(slot),
        ...this.#identifier(nameOf(slot), numberOf(slot), link(slot)),
      }));
      const change = Object.fromEntries(items.map(({ name, text }) => [name, text]));
      const body = { list_items: items.map(({ body }) => body) };
      return this.#change('many', change, 'POST', `${identifiers}/items/link`, body);
    }
    const there = some.filter((slot) => this.#model.cell(nameOf(slot)));
    if (there.length === 0) return;
    const change = Object.fromEntries(there.map((slot) => [nameOf(slot), null]));
    if (this.#below(2) === 0) {
      const body = { link_ids: there.map(link) };
      return this.#change('many', change, 'DELETE', `${identifiers}/items/link`, body);
    }
    const body = { list_items: there.map((slot) => ({ identifier_number: hex(numberOf(slot)) })) };
    await this.#change('many', change, 'DELETE', '/api/v1/access/identifiers?type=card', body);
  }

  /** An identifier of a name as it is sent, and as it must be found. */
  #identifier(name: string, number: number, linkId?: string, limit?: number) {
    const lock = this.#below(2) === 0 ? 'first' : 'all';
    const max = limit ?? (this.#below(2) === 0 ? this.#below(100) + 1 : undefined);
    const owner = { name, type: 'owner' } as const;
    const text = identifierText({
      type: 'card',
      number: String(number),
      lock,
      owner,
      ...(linkId !== undefined && { linkId }),
      ...(max !== undefined && { passes: { max, left: max } }),
    });
    const passes = max === undefined ? {} : { passes: { is_permanent: false, max_passes: max } };
    const body = {
      ...(linkId !== undefined && { link_id: linkId }),
      identifier_owner: owner,
      identifier_type: 'card',
      identifier_number: hex(number),
      lock,
      valid: { time: { is_permanent: true }, ...passes },
    };
    return { text, body };
  }

  /** Settings, apartments, time profiles, webhooks, and the log. */
  async #changeOther(): Promise<void> {
    const random = this.#below(10);
    if (random === 0) return this.#clearLog();
    if (random < 4) return this.#changeSetting();
    const kind = (['apartment', 'profile', 'webhook'] as const)[this.#below(3)] ?? 'webhook';
    const slot = this.#below(kind === 'webhook' ? mostWebhooks : slots);
    const name = `${kind} ${slot}`;
    const { base, item, text, body } = this.#other(kind, name, slot);
    const there = this.#model.cell(name);
    if (there && this.#below(2) === 0) {
      return this.#change('other', { [name]: null }, 'DELETE', `${item}/${there.uid}`);
    }
    const method = !there ? 'POST' : kind === 'webhook' ? 'PUT' : 'PATCH';
    const path = there ? `${item}/${there.uid}` : base;
    await this.#change('other', { [name]: text }, method, path, body);
  }

  #other(kind: 'apartment' | 'profile' | 'webhook', name: string, slot: number) {
    const version = this.#below(50);
    if (kind === 'apartment') {
      const base = '/api/v1/apartment';
      const apartment_address = { building: slot + 1, unit: 0, floor: 0, room: version };
      const body = { apartment_address, apartment_name: name, residents: { count: 1 } };
      return { base, item: `${base}/item`, text: `${slot + 1}/${version}`, body };
    }
    if (kind === 'profile') {
      const base = '/api/v1/access/timeprofile';
      const fromS = 1_780_300_800 + version;
      const time_options = { is_all_day: false, date_from: fromS, date_to: fromS + 3600 };
      const body = profileBody(name, { time_options });
      return { base, item: `${base}/item`, text: String(fromS), body };
    }
    const base = '/api/v1/webhooks';
    const url = `https://hooks.example.com/${version}`;
    const body = { url, status: 'disabled', description: name, event_types: ['log.*'] };
    return { base, item: base, text: url, body };
  }

  async #changeSetting(): Promise<void> {
    const general = '/api/v1/access/general';
    const seconds = this.#below(40) + 1;
    const representation = this.#below(2) === 0 ? 'hex' : 'decimal';
    const type = 'wiegand_26';
    const mode = this.#below(2) === 0 ? 'normal' : 'blocked';
    const choices = [
      {
        name: 'open-seconds-second',
        value: seconds,
        path: `${general}/lock/timeout/2`,
        body: { lock_timeout: seconds },
      },
      {
        name: 'wiegand',
        value: { representation, type },
        path: `${general}/wiegand/type`,
        body: { type, identifier_representation: representation },
      },
      {
        name: 'door-mode-second',
        value: mode,
        path: '/api/v1/access/door/mode',
        body: { lock: 'second', mode },
      },
    ];
    const chosen = choices[this.#below(choices.length)];
    assert(chosen);
    const change = { [`setting ${chosen.name}`]: JSON.stringify(chosen.value) };
    await this.#change('other', change, 'POST', chosen.path, chosen.body);
  }

  async #clearLog(): Promise<void> {
    // Seldom: what a log that is being cleared has lost cannot be told.
    if (this.#below(20) > 0) return;
    this.#keep({ kind: 'clearing', upTo: this.#model.highestSeq });
    await this.#call('POST', '/api/v1/system/data/clear', { data_types: ['logs'] });
    this.#keep({ kind: 'cleared' });
  }

  /** One card at one reader, or at both at once. */
  async #present(): Promise<void> {
    const slot = this.#below(passCards);
    const name = `pass ${slot}`;
    const number = 9_000_000 + slot;
    const there = this.#model.cell(name);
    if (there?.uid === undefined) {
      const made = this.#identifier(name, number, undefined, passLimit);
      return this.#change('door', { [name]: made.text }, 'POST', identifiers, made.body);
    }
    if (this.#below(25) === 0) {
      return this.#change('door', { [name]: null }, 'DELETE', `${identifiers}/item/${there.uid}`);
    }
    const readers = this.#below(2) === 0 ? ['front', 'back'] : ['front'];
    const wanted = this.#decisions + readers.length;
    for (const _ of readers) this.#keep({ kind: 'presented', uid: there.uid });
    const pulses = { bits: bits26(number), interval_us: 200 };
    await Promise.all(
      readers.map((reader) => this.#call('POST', `/sim/readers/${reader}/pulses`, pulses)),
    );
    while (!this.#cut && this.#decisions < wanted) {
      await new Promise<void>((resolve) => {
        this.#onDecision = resolve;
      });
    }
  }

  async #readLog(): Promise<void> {
    const { list_items: items = [] } = await this.#call(
      'GET',
      '/api/v1/log/items?sort_type=desc&limit=50',
    );
    for (const { sequence: seq, info } of items.toReversed()) {
      if (seq <= this.#model.highestSeq) continue;
      const grant = grantOf(info.model);
      this.#keep({ kind: 'told', seq, ...(grant && { grant }) });
    }
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}

/** A link id that is told apart by its slot. */
function link(slot: number): string {
  return `91c615e3-1040-4815-8ecb-${String(slot).padStart(12, '0')}`;
}

/** Six digits and dashes: the same card in either representation. */
function hex(number: number): string {
  const text = number.toString(16).padStart(6, '0');
  const dashed = `${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4)}`;
  if (parseNumber('card', dashed, 'decimal') !== String(number)) throw new Error(dashed);
  return dashed;
}
