/** A time profile as the panel API writes it, both ways (its page "Create Time Profile Entity"). */
import { z } from 'zod';
import { latestS } from '../../door/calendar.ts';
import {
  type CustomRepeat,
  dayOrders,
  dayTypes,
  type MonthDays,
  type Repeat,
  type TimeProfile,
  weekdays,
} from '../../door/model.ts';
import { errors } from '../answer.ts';

/** The pages give no limit; a name of this length is no name. */
const longestName = 1000;

/** Text that survives the database: half of a surrogate pair would come back as another one. */
const name = z
  .string()
  .max(longestName)
  .refine((value) => !/\p{Cs}/u.test(value), errors.wrongBody);

/** Unix seconds. What lies beyond the year 9999, up to the range of int64, is a way to say "never". */
const moment = z
  .number()
  .multipleOf(1)
  .min(0)
  .max(2 ** 63);

const timeOptions = z
  .object({ is_all_day: z.boolean(), date_from: moment, date_to: moment })
  .refine(isInOrder, errors.wrongWindow);

const repeatEnd = z.discriminatedUnion('format', [
  z.object({ format: z.literal('never') }),
  z.object({ format: z.literal('date'), date: moment }),
]);

const dayNumbers = z.array(z.int().min(1).max(31)).min(1).max(31);
const parameterizedDay = z.object({ week_order: z.enum(dayOrders), day_type: z.enum(dayTypes) });
const repeat_looper = z.int().min(1).max(1000);

const repeatCustom = z.discriminatedUnion('repeat_point_type', [
  z.object({ repeat_point_type: z.literal('day'), repeat_looper }),
  z.object({
    repeat_point_type: z.literal('week'),
    repeat_looper,
    repeat_options: z.array(z.enum(weekdays)).min(1).max(7),
  }),
  z.object({
    repeat_point_type: z.literal('month'),
    repeat_looper,
    repeat_options: z.discriminatedUnion('format', [
      z.object({ format: z.literal('dayNumbers'), range: dayNumbers }),
      z.object({ format: z.literal('parameterizedDay'), range: parameterizedDay }),
    ]),
  }),
  z.object({
    repeat_point_type: z.literal('year'),
    repeat_looper,
    repeat_options: z.object({
      months: z.array(z.int().min(1).max(12)).min(1).max(12),
      range: z.union([dayNumbers, parameterizedDay]).nullish(),
    }),
  }),
]);

const repeatFormat = z.discriminatedUnion('repeat_type', [
  z.object({
    repeat_type: z.enum(['day', 'week', 'twoWeeks', 'month', 'year']),
    repeat_end: repeatEnd,
  }),
  z.object({
    repeat_type: z.literal('custom'),
    repeat_end: repeatEnd,
    repeat_custom: repeatCustom,
  }),
]);

const repeatOptions = z.discriminatedUnion('repeat_enable', [
  z.object({ repeat_enable: z.literal(true), repeat_format: repeatFormat }),
  z.object({ repeat_enable: z.literal(false), repeat_format: repeatFormat.nullish() }),
]);

/** Body of create and update. */
export const timeProfileBody = z.object({
  name,
  time_options: timeOptions,
  repeat_options: repeatOptions,
});
/** A body that has passed its checks. */
export type TimeProfileBody = z.output<typeof timeProfileBody>;

/** A UUID in any case, as records keep it. */
export const linkId = z.guid().transform((value) => value.toLowerCase());

/**
 * An item of a list by link id. Its time rules may contradict themselves: that is told of the item,
 * not of the whole list.
 */
export const linkedTimeProfileBody = timeProfileBody.extend({
  link_id: linkId,
  time_options: z.object({ is_all_day: z.boolean(), date_from: moment, date_to: moment }),
});

/** An item of a list, as answers write it. */
export const timeProfileItemAnswer = timeProfileBody.extend({
  uid: z.int().min(1),
  link_id: z.string().nullable(),
});

/** One profile, as answers write it. */
export const timeProfileAnswer = timeProfileItemAnswer.extend({
  identifiers: z.object({ count: z.int().min(0), uid_items: z.array(z.int().min(1)) }),
});

interface TimeOptions {
  readonly is_all_day: boolean;
  readonly date_from: number;
  readonly date_to: number;
}

/** Whether the first occurrence ends after it begins; whole days may begin and end on the same. */
export function isInOrder({ is_all_day, date_from, date_to }: TimeOptions): boolean {
  return date_to > date_from || (is_all_day && date_to === date_from);
}

/** What to store for a body. */
export function profileOf({ name, time_options, repeat_options }: TimeProfileBody): TimeProfile {
  const { repeat_enable: enabled, repeat_format: format } = repeat_options;
  return {
    name,
    allDay: time_options.is_all_day,
    fromS: withinCalendar(time_options.date_from),
    toS: withinCalendar(time_options.date_to),
    ...(format && { repeat: repeatOf(enabled, format) }),
  };
}

function repeatOf(enabled: boolean, format: z.output<typeof repeatFormat>): Repeat {
  const { repeat_end: end } = format;
  return {
    enabled,
    type: format.repeat_type,
    ...(end.format === 'date' && { untilS: withinCalendar(end.date) }),
    ...(format.repeat_type === 'custom' && { custom: customOf(format.repeat_custom) }),
  };
}

function customOf(custom: z.output<typeof repeatCustom>): CustomRepeat {
  const every = custom.repeat_looper;
  switch (custom.repeat_point_type) {
    case 'day':
      return { unit: 'day', every };
    case 'week':
      return { unit: 'week', every, weekdays: custom.repeat_options };
    case 'month':
      return { unit: 'month', every, days: daysOf(custom.repeat_options.range) };
    case 'year': {
      const { months, range } = custom.repeat_options;
      return { unit: 'year', every, months, ...(range && { days: daysOf(range) }) };
    }
  }
}

type Range = z.output<typeof dayNumbers> | z.output<typeof parameterizedDay>;

function daysOf(range: Range): MonthDays {
  return Array.isArray(range) ? range : { order: range.week_order, type: range.day_type };
}

function withinCalendar(unixS: number): number {
  return Math.min(unixS, latestS);
}

/** A time profile in a list of answers. */
export function timeProfileItem(profile: TimeProfile & { readonly uid: number }) {
  const { uid, linkId, name, allDay, fromS, toS, repeat } = profile;
  return {
    uid,
    link_id: linkId ?? null,
    name,
    time_options: { is_all_day: allDay, date_from: fromS, date_to: toS },
    repeat_options: {
      repeat_enable: repeat?.enabled ?? false,
      ...(repeat && { repeat_format: formatItem(repeat) }),
    },
  };
}

function formatItem({ type, untilS, custom }: Repeat) {
  return {
    repeat_type: type,
    repeat_end: untilS === undefined ? { format: 'never' } : { format: 'date', date: untilS },
    ...(custom && { repeat_custom: customItem(custom) }),
  };
}

function customItem(custom: CustomRepeat) {
  const common = { repeat_point_type: custom.unit, repeat_looper: custom.every };
  switch (custom.unit) {
    case 'day':
      return common;
    case 'week':
      return { ...common, repeat_options: custom.weekdays };
    case 'month': {
      const format = 'order' in custom.days ? 'parameterizedDay' : 'dayNumbers';
      return { ...common, repeat_options: { format, range: rangeItem(custom.days) } };
    }
    case 'year': {
      const { months, days } = custom;
      return { ...common, repeat_options: { months, ...(days && { range: rangeItem(days) }) } };
    }
  }
}

function rangeItem(days: MonthDays) {
  return 'order' in days ? { week_order: days.order, day_type: days.type } : days;
}
