/** An identifier as a line of a table, both ways. */
import { csvCell, unguarded } from '../../door/csv-text.ts';
import { type Identifier, type IdentifierFields, identifierTypes } from '../../door/model.ts';
import { formatMoment, parseMoment } from '../../door/moment-text.ts';
import { formatNumber, parseNumber } from '../../door/number.ts';
import { freshPasses } from '../../door/passes.ts';
import type { ImportedIdentifier } from '../../ports/import.ts';
import type { StoreReaders, WiegandSetting } from '../../ports/store.ts';
import type { Clock } from '../../ports.ts';
import { longestName, mostPasses } from './identifier-body.ts';
import {
  type Column,
  columns,
  LineError,
  type LineRefusal,
  missing,
  refusedFor,
  wrong,
} from './identifier-csv-refusals.ts';

/** A line by columns; those that the table has not are absent. */
export type Cells = { readonly [column in Column]?: string };
/** What an open end of a window is. */
const ever = { fromS: 0, toS: Number.MAX_SAFE_INTEGER };
const exported = columns.filter((column) => column !== 'code');

/** What lines refer to. */
export interface CsvParts
  extends Pick<StoreReaders, 'timeProfiles' | 'apartments' | 'accessLevels'> {
  readonly clock: Clock;
}

/** What a line says, or why it is refused. */
export function readLine(
  cells: Cells,
  { representation }: WiegandSetting,
  parts: CsvParts,
): ImportedIdentifier | LineRefusal {
  try {
    return itemOf(cells, representation, parts);
  } catch (error) {
    if (error instanceof LineError) return error.refusal;
    throw error;
  }
}

function itemOf(
  cells: Cells,
  representation: WiegandSetting['representation'],
  parts: CsvParts,
): ImportedIdentifier {
  const type = oneOf(cells, 'type', [...identifierTypes, 'face_id']);
  if (type === 'face_id') throw refusedFor('no-faces');
  const number = numberOf(type, needed(cells, 'number'), representation);
  const lock = oneOf(cells, 'lock', ['first', 'second', 'all']);
  const name = unguarded(cells.name ?? '');
  if (name.length > longestName) throw wrong('name');
  const ownerType = cells.owner_type
    ? oneOf(cells, 'owner_type', ['owner', 'guest'])
    : ('owner' as const);
  const link = cells.link_id ? uuid('link_id', cells.link_id) : undefined;
  const pin = cells.code;
  if (pin && !/^[0-9]{4}$/.test(pin)) throw wrong('code');
  const said = { ...windowOf(cells, parts), ...passesOf(cells), ...listsOf(cells, parts) };
  const fields: IdentifierFields = {
    type,
    number,
    owner: { name, type: ownerType },
    lock,
    ...(link !== undefined && { linkId: link }),
    ...(pin && { pin }),
    ...said,
  };
  return {
    fields,
    without: saidNone(cells, said),
    ...(!cells.owner_type && { keepsOwnerType: true }),
    ...(cells.passes_left && { saysPassesLeft: true }),
    ...(cells.apartment_link_id && {
      apartmentLink: uuid('apartment_link_id', cells.apartment_link_id),
    }),
  };
}

/** Members whose columns are there and empty. */
function saidNone(cells: Cells, said: Partial<IdentifierFields>): ImportedIdentifier['without'] {
  const columnsOf = {
    window: [cells.valid_from, cells.valid_to],
    passes: [cells.max_passes],
    profiles: [cells.time_profiles],
    levels: [cells.access_levels],
  } as const;
  return (['window', 'passes', 'profiles', 'levels'] as const).filter(
    (member) => said[member] === undefined && columnsOf[member].some((cell) => cell !== undefined),
  );
}

function needed(cells: Cells, column: Column): string {
  const cell = cells[column];
  if (!cell) throw missing(column);
  return unguarded(cell);
}

function oneOf<const T extends string>(cells: Cells, column: Column, values: readonly T[]): T {
  const cell = needed(cells, column);
  const value = values.find((one) => one === cell);
  if (value === undefined) throw wrong(column);
  return value;
}

/** As everywhere, and cards in `0x…` too: of up to 128 bits, which is what readers can read. */
function numberOf(
  type: IdentifierFields['type'],
  text: string,
  representation: WiegandSetting['representation'],
): string {
  const isCard = type === 'card' || type === 'ukey';
  const number =
    isCard && /^0x[0-9a-f]{1,32}$/i.test(text)
      ? BigInt(text.toLowerCase()).toString()
      : parseNumber(type, text, representation);
  if (number === undefined) throw wrong('number');
  return number;
}

/** One end alone is enough: from ever, or for ever. */
function windowOf(cells: Cells, { clock }: CsvParts): Pick<IdentifierFields, 'window'> {
  const { valid_from: from, valid_to: to } = cells;
  if (!from && !to) return {};
  const at = (column: 'valid_from' | 'valid_to', otherwise: number) => {
    const cell = cells[column];
    if (!cell) return otherwise;
    const moment = parseMoment(unguarded(cell), column === 'valid_to', (s) => clock.civil(s));
    if (moment === undefined) throw wrong(column);
    return moment;
  };
  const window = { fromS: at('valid_from', ever.fromS), toS: at('valid_to', ever.toS) };
  if (window.toS <= window.fromS) throw refusedFor('wrong-window');
  return { window };
}

function passesOf(cells: Cells): Pick<IdentifierFields, 'passes'> {
  const whole = (column: 'max_passes' | 'passes_left', least: number, most: number) => {
    const cell = cells[column] ?? '';
    const value = Number(cell);
    if (!/^[0-9]{1,10}$/.test(cell) || value < least || value > most) throw wrong(column);
    return value;
  };
  if (!cells.max_passes) {
    if (cells.passes_left) throw missing('max_passes');
    return {};
  }
  const max = whole('max_passes', 1, mostPasses);
  if (!cells.passes_left) return { passes: freshPasses(max) };
  return { passes: { max, left: whole('passes_left', 0, max) } };
}

const profilesAtMost = 32;
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function uuid(column: Column, text: string): string {
  if (!uuidForm.test(text)) throw wrong(column);
  return text.toLowerCase();
}

function listsOf(cells: Cells, { timeProfiles, accessLevels }: CsvParts) {
  const profiles = referred(cells, 'time_profiles', timeProfiles, 'no-profile');
  const isNone = cells.access_levels === noLevels;
  const levels = isNone ? [] : referred(cells, 'access_levels', accessLevels, 'no-level');
  return {
    ...(profiles.length > 0 && { profiles }),
    ...((isNone || levels.length > 0) && { levels }),
  };
}

/** Of an identifier that has access levels, but none: it opens nothing. */
const noLevels = 'none';

interface Named {
  readonly uid: number;
  readonly name: string;
  readonly linkId?: string;
}

/** Uids of what a cell names: `|` between them, each a uid, a link id or a name. */
function referred(
  cells: Cells,
  column: 'time_profiles' | 'access_levels',
  records: {
    get(uid: number): Named | undefined;
    byLinkId(linkId: string): Named | undefined;
    all(): readonly Named[];
  },
  unknown: 'no-profile' | 'no-level',
): number[] {
  const cell = cells[column];
  if (!cell) return [];
  const tokens = unguarded(cell).split('|');
  if (tokens.length > profilesAtMost) throw wrong(column);
  const uids = tokens.map((token) => {
    const found = /^[0-9]{1,9}$/.test(token)
      ? records.get(Number(token))
      : uuidForm.test(token)
        ? records.byLinkId(token.toLowerCase())
        : only(records.all().filter(({ name }) => name === token));
    if (!found) throw refusedFor(unknown);
    return found.uid;
  });
  return [...new Set(uids)];
}

function only<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}

/** The first line of an export. */
export const headerLine = `${exported.join(',')}\r\n`;

/** A line of an export, with its end. */
export function writeLine(
  identifier: Identifier,
  wiegand: WiegandSetting,
  parts: Pick<CsvParts, 'timeProfiles' | 'apartments' | 'accessLevels'>,
): string {
  const { type, owner, lock, window, passes, linkId, profiles, levels } = identifier;
  const cells: { readonly [column in (typeof exported)[number]]: string } = {
    type,
    number: writtenNumber(identifier, wiegand),
    name: owner.name,
    owner_type: owner.type,
    lock,
    ...windowCells(window),
    max_passes: passes ? String(passes.max) : '',
    passes_left: passes ? String(passes.left) : '',
    link_id: linkId ?? '',
    time_profiles: (profiles ?? []).map((uid) => named(uid, parts.timeProfiles)).join('|'),
    access_levels:
      levels?.length === 0
        ? noLevels
        : (levels ?? []).map((uid) => named(uid, parts.accessLevels)).join('|'),
    apartment_link_id: apartmentLink(identifier, parts),
  };
  return `${exported.map((column) => csvCell(cells[column])).join(',')}\r\n`;
}

/** An open end is an empty cell; of two, one is written: two empty cells are no window. */
function windowCells(window: Identifier['window']): { valid_from: string; valid_to: string } {
  if (!window) return { valid_from: '', valid_to: '' };
  const { fromS, toS } = window;
  const isOpenFrom = fromS === ever.fromS && toS !== ever.toS;
  return {
    valid_from: isOpenFrom ? '' : formatMoment(fromS),
    valid_to: toS === ever.toS ? '' : formatMoment(toS),
  };
}

/** In the representation that is set, but always so that it can be read back. */
function writtenNumber({ type, number }: Identifier, wiegand: WiegandSetting): string {
  const { representation } = wiegand;
  const usual = formatNumber(type, number, representation, wiegand.type);
  const isCard = type === 'card' || type === 'ukey';
  if (!isCard || parseNumber(type, usual, representation) === number) return usual;
  return `0x${BigInt(number).toString(16).toUpperCase()}`;
}

/** Uids differ from panel to panel: a link id is better, then a name that no other has. */
function named(
  uid: number,
  records: { sound(uid: number): Named | undefined; all(): readonly Named[] },
): string {
  const found = records.sound(uid);
  if (!found) return String(uid);
  const { name, linkId } = found;
  if (linkId !== undefined && uuidForm.test(linkId)) return linkId;
  const isClear = name !== '' && name.trim() === name && !/^[0-9]+$|^'|[|\n\r]/.test(name);
  const isAlone = records.all().filter((one) => one.name === name).length === 1;
  return isClear && isAlone && name !== noLevels ? name : String(uid);
}

function apartmentLink(
  { apartment, awaitedApartment }: Identifier,
  { apartments }: Pick<CsvParts, 'apartments'>,
): string {
  const linkId = apartment === undefined ? awaitedApartment : apartments.sound(apartment)?.linkId;
  return linkId ?? '';
}
