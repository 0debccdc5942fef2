/** 2026-06-01, 08:00 UTC: a Monday. */
export const mondayS = Date.UTC(2026, 5, 1, 8) / 1000;

/** A body that creates a time profile, every day from 8 to 17 o'clock; `rest` replaces members. */
export function profileBody(name: string, rest: object = {}) {
  return {
    name,
    time_options: { is_all_day: false, date_from: mondayS, date_to: mondayS + 9 * 3600 },
    repeat_options: repeated('day'),
    ...rest,
  };
}

/** `repeat_options` of a type, with the rest of its `repeat_format`. */
export function repeated(repeat_type: unknown, rest: object = {}) {
  return {
    repeat_enable: true,
    repeat_format: { repeat_type, repeat_end: { format: 'never' }, ...rest },
  };
}

/** `repeat_options` of a custom repetition. */
export function repeatedBy(
  repeat_point_type: unknown,
  repeat_options?: unknown,
  repeat_looper = 1,
) {
  return repeated('custom', {
    repeat_custom: {
      repeat_point_type,
      repeat_looper,
      ...(repeat_options !== undefined && { repeat_options }),
    },
  });
}
