/**
 * What a panel must hold after it was cut off, worked out from nothing but what its clients asked,
 * what they were answered and what the door was seen to do.
 *
 * The state is a set of cells, each with a name (`card a-7`, `setting second`) and a text. A cell
 * belongs to one client, which asks one thing at a time. So it is what the last answer made it or,
 * while a request has no answer yet, what that request would make it; nothing in between.
 */
import assert from 'node:assert/strict';

/** Cells to their new texts; null: there is no such cell any more. */
export type Change = Readonly<Record<string, string | null>>;

export interface Grant {
  readonly uid: number;
  /** Passes left after it. */
  readonly left: number;
}

/** What happened. Whoever keeps all entries in their order can work the model out again. */
export type Entry = { readonly atMs: number } & (
  | { readonly kind: 'asked'; readonly client: string; readonly change: Change }
  /** With success; uids of what was created, by cell. */
  | { readonly kind: 'answered'; readonly client: string; readonly uids: Record<string, number> }
  /** Asked to clear the log, of which events up to `upTo` had been read. */
  | { readonly kind: 'clearing'; readonly upTo: number }
  | { readonly kind: 'cleared' }
  /** A card with limited passes is held to a reader. */
  | { readonly kind: 'presented'; readonly uid: number }
  /** The log line of its grant, which comes right after the relay was driven. */
  | ({ readonly kind: 'opened' } & Grant)
  /** An event was read over HTTP. */
  | { readonly kind: 'told'; readonly seq: number; readonly grant?: Grant }
);

export interface Cell {
  readonly text: string;
  readonly uid?: number;
}

/** What a panel was found to hold. */
export interface Found {
  readonly cells: ReadonlyMap<string, Cell>;
  /** Passes left of the cards that are presented, by uid. */
  readonly left: ReadonlyMap<number, number>;
  /** In their order. */
  readonly events: readonly { readonly seq: number; readonly grant?: Grant }[];
}

/** What became of that which nobody was promised. */
export interface Loss {
  /** Cells of requests without an answer. */
  readonly done: number;
  readonly undone: number;
  /** Grants since the last look, and those of them whose event is not in the log. */
  readonly grants: number;
  readonly events: number;
  /** Grants since the last look whose pass is not counted: it can be used again. */
  readonly passes: number;
  /** From the earliest grant without an event to the last sign of life, milliseconds; 0 without. */
  readonly windowMs: number;
}

/** A panel as it must be. */
export class Model {
  #cells = new Map<string, Cell>();
  readonly #pending = new Map<string, Change>();
  /** Of identifiers that were created; none may come again. */
  readonly #uids = new Set<number>();
  #lastMs = 0;
  #highestSeq = 0;
  #clearing: number | undefined;
  #clearedTo = 0;
  #wasCleared = false;
  /** Passes left at the last look, and presentations since, by uid. */
  #left: ReadonlyMap<number, number> = new Map();
  readonly #presented = new Map<number, number>();
  #opened: (Grant & { readonly atMs: number })[] = [];
  #told: Grant[] = [];

  /** A panel that was found like this; without it a fresh one. */
  constructor(found?: Found) {
    if (found) this.#adopt(found);
  }

  cell(name: string): Cell | undefined {
    return this.#cells.get(name);
  }

  /** Passes left of an identifier at the last look. */
  leftOf(uid: number): number | undefined {
    return this.#left.get(uid);
  }

  /** Number of the newest event that was read. */
  get highestSeq(): number {
    return this.#highestSeq;
  }

  take(entry: Entry): void {
    this.#lastMs = entry.atMs;
    switch (entry.kind) {
      case 'asked':
        this.#pending.set(entry.client, entry.change);
        break;
      case 'answered':
        this.#answer(entry.client, entry.uids);
        break;
      case 'clearing':
        this.#clearing = entry.upTo;
        this.#wasCleared = true;
        break;
      case 'cleared':
        this.#clearedTo = this.#clearing ?? 0;
        this.#clearing = undefined;
        break;
      case 'presented':
        this.#presented.set(entry.uid, (this.#presented.get(entry.uid) ?? 0) + 1);
        break;
      case 'opened':
        this.#opened.push(entry);
        break;
      case 'told':
        this.#highestSeq = Math.max(this.#highestSeq, entry.seq);
        if (entry.grant) this.#told.push(entry.grant);
    }
  }

  #answer(client: string, uids: Readonly<Record<string, number>>): void {
    for (const [name, text] of Object.entries(this.#pending.get(client) ?? {})) {
      const uid = uids[name] ?? this.#cells.get(name)?.uid;
      if (text === null) this.#cells.delete(name);
      else this.#cells.set(name, { text, ...(uid !== undefined && { uid }) });
      const created = isIdentifier(name) ? uids[name] : undefined;
      if (created === undefined) continue;
      assert(!this.#uids.has(created), `uid ${created} was given twice`);
      this.#uids.add(created);
    }
    this.#pending.delete(client);
  }

  /**
   * Compares a panel that was cut off with what it must be. Every promise that is broken fails; from
   * then on the panel counts as it was found.
   */
  look(found: Found): Loss {
    const unanswered = this.#lookAtCells(found);
    this.#lookAtEvents(found);
    this.#lookAtPasses(found);
    const kept = new Set(found.events.map(({ grant }) => grant && passOf(grant)));
    const missing = this.#opened.filter((grant) => !kept.has(passOf(grant)));
    // Of a log that was being cleared nobody can tell what it lost.
    const lost = this.#wasCleared ? [] : missing;
    const loss = {
      ...unanswered,
      grants: this.#opened.length,
      events: lost.length,
      passes: this.#opened.filter(({ uid, left }) => left < (found.left.get(uid) ?? 0)).length,
      windowMs: lost[0] ? this.#lastMs - lost[0].atMs : 0,
    };
    this.#adopt(found);
    return loss;
  }

  #lookAtCells({ cells }: Found): { done: number; undone: number } {
    const asked = new Map([...this.#pending.values()].flatMap((change) => Object.entries(change)));
    const counts = { done: 0, undone: 0 };
    for (const name of new Set([...cells.keys(), ...this.#cells.keys(), ...asked.keys()])) {
      const [is, was] = [cells.get(name), this.#cells.get(name)];
      const wanted = asked.get(name);
      if (wanted === undefined) assert.equal(is?.text, was?.text, `${name}, answered`);
      else {
        const either = [was?.text, wanted ?? undefined];
        assert(either.includes(is?.text), `${name} is ${is?.text}, neither of ${either}`);
        if (is?.text === (wanted ?? undefined)) counts.done += 1;
        else counts.undone += 1;
      }
      if (is && was?.uid !== undefined) assert.equal(is.uid, was.uid, `uid of ${name}`);
    }
    return counts;
  }

  #lookAtEvents({ events }: Found): void {
    const first = events[0]?.seq ?? 1;
    events.forEach(({ seq }, index) => {
      assert.equal(seq, first + index, 'events have no gap');
    });
    const last = first + events.length - 1;
    assert(last >= this.#highestSeq, `event ${this.#highestSeq} was read, ${last} is the last`);
    assert(
      first > this.#clearedTo,
      `event ${first} of a log that was cleared to ${this.#clearedTo}`,
    );
  }

  #lookAtPasses({ left, events }: Found): void {
    const logged = events.flatMap(({ grant }) => grant ?? []);
    assert.equal(new Set(logged.map(passOf)).size, logged.length, 'a pass is in the log twice');
    for (const { uid, left: after } of [...logged, ...this.#told]) {
      const now = left.get(uid);
      assert(now === undefined || now <= after, `${now} passes left of ${uid}, ${after} were told`);
    }
    const used = this.#opened.map(passOf);
    assert.equal(new Set(used).size, used.length, 'the door opened twice for a pass');
    for (const [uid, before] of this.#left) {
      const now = left.get(uid);
      if (now === undefined) continue;
      const least = before - (this.#presented.get(uid) ?? 0);
      assert(now >= least && now <= before, `${now} passes left of ${uid}, ${before} were`);
      const again = this.#opened.find((grant) => grant.uid === uid && grant.left >= before);
      assert(!again, `${uid} passed with ${again?.left} left when only ${before} were`);
    }
  }

  #adopt({ cells, left, events }: Found): void {
    this.#cells = new Map(cells);
    for (const [name, { uid }] of cells) {
      if (uid !== undefined && isIdentifier(name)) this.#uids.add(uid);
    }
    this.#left = left;
    this.#pending.clear();
    this.#presented.clear();
    this.#highestSeq = events.at(-1)?.seq ?? 0;
    this.#clearing = undefined;
    this.#clearedTo = 0;
    this.#wasCleared = false;
    this.#opened = [];
    this.#told = [];
  }
}

/** Cells of identifiers are called `card …`, those with passes that are used `pass …`. */
function isIdentifier(name: string): boolean {
  return /^(card|pass) /.test(name);
}

function passOf({ uid, left }: Grant): string {
  return `${uid} ${left}`;
}
