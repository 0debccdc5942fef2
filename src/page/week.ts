/** A week that is painted, and the time profiles that say the same. Pure. */
import type { Profile, ProfileFields } from './profile-types.ts';
import { civilMs, civilText, type Zone } from './zone.ts';

/** As the API names them; a week begins on Monday. */
const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

/** From `from` to `to`, minutes of the day, on each of `days` (0: Monday). */
export interface Block {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** What a cell of the painted week stands for, minutes. */
export const cellMinutes = 30;
export const cellsPerDay = (24 * 60) / cellMinutes;
/** Whether somebody may pass, by day and cell: `day * cellsPerDay + cell`. */
type Cells = readonly boolean[];

const minutesPerDay = 24 * 60;
const dayMs = 86_400_000;

/** A week without anything painted. */
export function emptyWeek(): boolean[] {
  return new Array<boolean>(7 * cellsPerDay).fill(false);
}

/** The blocks of a painted week: as few as there are different times. */
export function blocksOf(cells: Cells): Block[] {
  const days = new Map<string, number[]>();
  for (let day = 0; day < 7; day++) {
    for (const [from, to] of spansOf(cells, day)) {
      const key = `${from}-${to}`;
      days.set(key, [...(days.get(key) ?? []), day]);
    }
  }
  return [...days].map(([key, on]) => {
    const [from = 0, to = 0] = key.split('-').map(Number);
    return { days: on, from, to };
  });
}

function spansOf(cells: Cells, day: number): [number, number][] {
  const spans: [number, number][] = [];
  for (let cell = 0; cell < cellsPerDay; cell++) {
    if (!cells[day * cellsPerDay + cell]) continue;
    const last = spans.at(-1);
    if (last?.[1] === cell * cellMinutes) last[1] += cellMinutes;
    else spans.push([cell * cellMinutes, (cell + 1) * cellMinutes]);
  }
  return spans;
}

/** The week that blocks paint; undefined when the ends of one lie within a cell. */
export function cellsOf(blocks: readonly Block[]): boolean[] | undefined {
  const cells = emptyWeek();
  for (const { days, from, to } of blocks) {
    if (from % cellMinutes !== 0 || to % cellMinutes !== 0) return undefined;
    for (const day of days) {
      const start = day * cellsPerDay;
      cells.fill(true, start + from / cellMinutes, start + to / cellMinutes);
    }
  }
  return cells;
}

/**
 * What a profile paints every week without an end; undefined for one that does something else, as one
 * of every second week.
 */
export function blockOf(profile: ProfileFields, zone: Zone): Block | undefined {
  const { time_options: time, repeat_options: repeat } = profile;
  const format = repeat.repeat_enable ? repeat.repeat_format : undefined;
  if (format?.repeat_end.format !== 'never') return undefined;
  const first = civilText(time.date_from * 1000, zone);
  const last = civilText(time.date_to * 1000, zone);
  if (first.slice(0, 10) !== last.slice(0, 10)) return undefined;
  const days = daysOf(format, first);
  if (!days) return undefined;
  if (time.is_all_day) return { days, from: 0, to: minutesPerDay };
  // The second of the end belongs to it: 16:59:59 is what people call until 17:00.
  const isLastSecond = time.date_to % 60 === 59;
  return { days, from: minuteOf(first), to: minuteOf(last) + (isLastSecond ? 1 : 0) };
}

type Format = NonNullable<ProfileFields['repeat_options']['repeat_format']>;

function daysOf(format: Format, first: string): number[] | undefined {
  const firstDay = (new Date(`${first}:00Z`).getUTCDay() + 6) % 7;
  if (format.repeat_type === 'day') return [0, 1, 2, 3, 4, 5, 6];
  if (format.repeat_type === 'week') return [firstDay];
  const custom = format.repeat_custom;
  if (format.repeat_type !== 'custom' || custom?.repeat_looper !== 1) return undefined;
  if (custom.repeat_point_type === 'day') return [0, 1, 2, 3, 4, 5, 6];
  if (custom.repeat_point_type !== 'week' || !Array.isArray(custom.repeat_options))
    return undefined;
  const named = custom.repeat_options.map((day: Weekday) => weekdays.indexOf(day));
  // The first occurrence counts also where its day does not fit the rule.
  return named.includes(firstDay) ? named.sort((a, b) => a - b) : undefined;
}

function minuteOf(civil: string): number {
  return Number(civil.slice(11, 13)) * 60 + Number(civil.slice(14, 16));
}

/** The profile that says a block: from its first day in the week of `nowMs` on, every week. */
export function profileOf(name: string, block: Block, nowMs: number, zone: Zone): ProfileFields {
  const { from, to } = firstTime(block, nowMs, zone);
  return {
    name,
    time_options: { is_all_day: false, date_from: from / 1000, date_to: to / 1000 - 1 },
    repeat_options: {
      repeat_enable: true,
      repeat_format: {
        repeat_type: 'custom',
        repeat_end: { format: 'never' },
        repeat_custom: {
          repeat_point_type: 'week',
          repeat_looper: 1,
          repeat_options: block.days.flatMap((day) => weekdays[day] ?? []),
        },
      },
    },
  };
}

/** The first occurrence: in a week in which no change of clocks bends it. */
function firstTime({ days, from, to }: Block, nowMs: number, zone: Zone) {
  const today = Date.parse(`${civilText(nowMs, zone).slice(0, 10)}T00:00Z`);
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * dayMs;
  for (let weeks = 0; ; weeks++) {
    const day = monday + ((days[0] ?? 0) - 7 * weeks) * dayMs;
    const at = (minute: number) =>
      civilMs(new Date(day + minute * 60_000).toISOString().slice(0, 16), zone);
    const [start, end] = [at(from), at(to)];
    const isPlain =
      start !== undefined && end !== undefined && end - start === (to - from) * 60_000;
    if (isPlain) return { from: start, to: end };
  }
}

/** A painted week by its name, and the profiles that it is made of. */
export interface Timetable {
  readonly name: string;
  readonly parts: readonly Profile[];
}

/** `Office` of `Office` and of `Office (2)`. */
export function tableName(profile: string): string {
  return profile.replace(/ \([1-9][0-9]{0,2}\)$/, '');
}

/** Name of part `index` (from 0) of a timetable. */
export function partName(table: string, index: number): string {
  return index === 0 ? table : `${table} (${index + 1})`;
}

/** Profiles of one name and its numbered parts belong together. */
export function timetablesOf(profiles: readonly Profile[]): Timetable[] {
  const tables = new Map<string, Profile[]>();
  for (const profile of profiles) {
    const name = tableName(profile.name);
    tables.set(name, [...(tables.get(name) ?? []), profile]);
  }
  return [...tables].map(([name, parts]) => ({ name, parts }));
}
