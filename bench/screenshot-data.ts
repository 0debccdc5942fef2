/** What a panel knows after some days of use, for its pictures. */
import { join } from 'node:path';
import { civilText, startOfDay, zoneOf } from '../src/page/zone.ts';
import { EventIndex } from '../src/store/event-index.ts';
import { openStore } from '../src/store/store.ts';
import { bits26, cardBody, type Daemon } from '../test/support/daemon.ts';

export const timezone = 'Europe/Berlin';
const zone = zoneOf(timezone);
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const permanent = { is_permanent: true } as const;
const lastNumber = 1_850_186;

interface Person {
  readonly name: string;
  readonly lock: 'all' | 'first' | 'second';
  /** Days from now; absent: without an end on that side. */
  readonly from?: number;
  readonly to?: number;
  readonly passes?: number;
}

const people: readonly Person[] = [
  { name: 'Ann Miller', lock: 'all' },
  { name: 'Jonas Weber', lock: 'all' },
  { name: 'Leila Haddad', lock: 'first' },
  { name: 'Tomás Ortega (gardener)', lock: 'second', from: -60, to: 120 },
  { name: 'Holiday guests, flat 2', lock: 'first', from: 3, to: 17 },
  { name: 'Parcel service', lock: 'first', to: 30, passes: 10 },
  { name: 'Sitter', lock: 'first', from: -20, to: -6 },
];

/** Passages at these hours of a day, by who passes: places in the list of people. */
const usual: readonly (readonly [hour: number, person: number])[] = [
  ...([
    [6, 0],
    [7, 1],
    [7, 2],
    [8, 0],
    [8, 3],
    [12, 2],
    [13, 5],
  ] as const),
  ...([
    [16, 2],
    [17, 1],
    [18, 0],
    [18, 2],
    [19, 0],
    [21, 1],
  ] as const),
];

/** Writes the log of the last fortnight as the panel writes it, before that runs. */
export async function fillPast(folder: string, nowMs: number): Promise<void> {
  const store = openStore(join(folder, 'data'), 'writer');
  const events = store.database<number>('events', 'uint32');
  const index = new EventIndex(store);
  const past = Array.from({ length: 14 }, (_, day) =>
    dayOf(nowMs - (14 - day) * dayMs, day),
  ).flat();
  const batch = past.map((event, place) => ({ seq: place + 1, ...event }));
  await store.durably(() => {
    for (const { seq, ...event } of batch) events.putSync(seq, event);
    index.add(batch, index.edges(undefined));
  });
  await store.close();
}

/** One day: fewer come at the end of a week, and some are refused. */
function dayOf(nowMs: number, day: number) {
  const beganMs = nowMs - (nowMs % dayMs);
  const isQuiet = day % 7 === 5 || day % 7 === 6;
  return usual
    .filter((_, place) => (place * 7 + day * 3) % (isQuiet ? 3 : 6) !== 0)
    .map(([hour, person], place) => {
      const wallMs = beganMs + (hour - 1) * hourMs + ((place * 17 + day * 7) % 60) * 60_000;
      return (place + day) % 6 === 5 ? refused(wallMs, day) : granted(wallMs, person);
    });
}

const passage = { category: 'access', priority: 'medium' } as const;

function granted(wallMs: number, person: number) {
  const owner = people[person]?.name ?? '';
  return {
    ...passage,
    wallMs,
    key: 'access_granted_by_valid_identifier',
    text: `${owner} may pass at front`,
    model: {
      reader: 'front',
      type: 'card',
      number: String(lastNumber + person),
      owner,
      identifier_uid: person + 1,
      bits: 26,
      raw: '2387695',
      format: 'H10301',
      lock: 'first',
    },
  } as const;
}

function refused(wallMs: number, day: number) {
  return {
    ...passage,
    wallMs,
    key: 'access_denied_by_unknown_card',
    text: 'An unknown card was refused at front',
    model: {
      reader: 'front',
      type: 'card',
      number: String(70 + day),
      reason: 'unknown-credential',
      bits: 26,
      raw: '2387695',
      format: 'H10301',
    },
  } as const;
}

/** Names, people, a week and cards that are presented now. */
export async function fillNow(daemon: Daemon, nowMs: number): Promise<void> {
  await daemon.api('POST', '/api/v1/panel/labels', {
    device: 'Mill Lane 3',
    readers: [
      { name: 'front', label: 'Main entrance' },
      { name: 'back', label: 'Courtyard' },
    ],
    locks: [
      { name: 'first', label: 'Front door' },
      { name: 'second', label: 'Garage' },
    ],
  });
  for (const [index, person] of people.entries()) {
    const { status } = await daemon.api(
      'POST',
      '/api/v1/access/identifier',
      bodyOf(person, index, nowMs),
    );
    if (status !== 200) throw new Error(`${person.name} was not added: ${status}`);
  }
  for (const [reader, place] of [
    ['front', 0],
    ['back', 3],
    ['back', -90],
    ['front', 6],
    ['front', 2],
  ] as const) {
    await daemon.present(reader, bits26(lastNumber + place));
    await seen(daemon, lastNumber + place, nowMs);
  }
}

function bodyOf({ name, lock, from, to, passes }: Person, index: number, nowMs: number) {
  const today = civilText(nowMs, zone).slice(0, 10);
  const second = (days: number) => startOfDay(today, zone, days) / 1000;
  const isLimited = from !== undefined || to !== undefined;
  const time = {
    is_permanent: false,
    from: from === undefined ? 0 : second(from),
    to: to === undefined ? Number.MAX_SAFE_INTEGER : second(to + 1) - 1,
  };
  return cardBody(String(lastNumber + index), {
    identifier_owner: { name, type: 'owner' },
    lock,
    valid: {
      time: isLimited ? time : permanent,
      passes: passes === undefined ? permanent : { is_permanent: false, max_passes: passes },
    },
  });
}

/** Resolves when the passage of now is in the log. */
async function seen(daemon: Daemon, number: number, nowMs: number): Promise<void> {
  const path = `/api/v1/log/items?search=${number}&from=${nowMs}`;
  for (;;) {
    const { json } = await daemon.api<{ list_items: unknown[] }>('GET', path);
    if (json.list_items.length > 0) return;
  }
}
