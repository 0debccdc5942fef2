/** Under which headings the description of the API lists its calls. */
import type { Tag } from './openapi-document.ts';

interface TagRule extends Tag {
  /** A call belongs to the first rule of which one start fits its path. */
  readonly starts: readonly string[];
}

const v1 = '/api/v1';

/** In the order of the page. */
const rules: readonly TagRule[] = [
  {
    name: 'Panel and login',
    description: 'What the panel is, and the token that all other calls ask for.',
    starts: ['/api/info', `${v1}/login`, `${v1}/logout`, `${v1}/panel`, '/health', '/metrics'],
  },
  {
    name: 'Identifiers',
    description:
      'Cards, key fobs, codes, QR codes and number plates: who may pass, when and where.',
    starts: [`${v1}/access/identifier`],
  },
  {
    name: 'Time profiles',
    description: 'When identifiers may pass, in the panel’s civil time.',
    starts: [`${v1}/access/timeprofile`, `${v1}/access/timeProfile`],
  },
  {
    name: 'Apartments',
    description: 'Apartments, and the identifiers that belong to them.',
    starts: [`${v1}/apartment`],
  },
  {
    name: 'Locks',
    description: 'Opening, how long and how locks are driven, emergency and free access.',
    starts: [
      `${v1}/access/general/lock`,
      `${v1}/access/locks`,
      `${v1}/access/freeaccess`,
      `${v1}/access/door`,
      `${v1}/access/exit`,
      `${v1}/access/antipassback`,
    ],
  },
  {
    name: 'Readers',
    description: 'What the readers send, and how their numbers are written.',
    starts: [`${v1}/access/general/wiegand`, `${v1}/access/enrolment`, `${v1}/readers`],
  },
  {
    name: 'Master code and card',
    description: 'The panel’s own code and card.',
    starts: [`${v1}/access/general/unlock`],
  },
  {
    name: 'Remote access',
    description: 'Whom the panel asks, and whom it tells.',
    starts: [
      `${v1}/access/general/remote`,
      `${v1}/access/global`,
      `${v1}/webhooks`,
      `${v1}/network`,
    ],
  },
  {
    name: 'Log',
    description: 'Every passage and whatever else happened.',
    starts: [`${v1}/log`, `${v1}/events`],
  },
  {
    name: 'Accounts and data',
    description: 'Accounts and keys of the panel, and its data as a whole.',
    starts: [`${v1}/security`, `${v1}/account`, `${v1}/apikeys`, `${v1}/system`],
  },
  {
    name: 'Backups',
    description: 'Copies of everything that is stored, and the way back.',
    starts: [`${v1}/backups`],
  },
  {
    name: 'Access levels',
    description: 'What an access key may be given: locks, and when.',
    starts: [`${v1}/access/level`],
  },
  {
    name: 'Access keys',
    description:
      'The access-key API: keys, access levels and events for an integration with a key of its own.',
    starts: ['/v1/'],
  },
  {
    name: 'This description',
    description: 'The API for machines and for people.',
    starts: ['/openapi.json', '/docs'],
  },
  {
    name: 'Technician',
    description: 'Served only over the Unix socket in the data folder; `latchctl` uses it.',
    starts: ['/control/'],
  },
  {
    name: 'Simulated door',
    description: 'Wires played by hand. Only with the driver `sim`.',
    starts: ['/sim/'],
  },
];

const others: TagRule = { name: 'Others', description: 'Everything else.', starts: [''] };

/** The heading of a path. */
export function tagOf(path: string): Tag {
  const { name, description } =
    rules.find(({ starts }) => starts.some((start) => path.startsWith(start))) ?? others;
  return { name, description };
}

/** Every heading that one of `paths` stands under, in the order of the page. */
export function tagsOf(paths: readonly string[]): Tag[] {
  const used = new Set(paths.map((path) => tagOf(path).name));
  return [...rules, others]
    .filter(({ name }) => used.has(name))
    .map(({ name, description }) => ({ name, description }));
}
