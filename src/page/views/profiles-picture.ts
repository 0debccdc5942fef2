/** Blocks of a week in words and as a small picture. */
import { h, svg } from '../dom.ts';
import { texts } from '../texts.ts';
import type { Block } from '../week.ts';

const minutesPerDay = 24 * 60;
const row = 10;
const width = 240;

/** A picture with the same in words below it. */
export function weekPicture(blocks: readonly Block[]): HTMLElement {
  return h(
    'figure',
    { class: 'week-picture' },
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${7 * row}`, 'aria-hidden': 'true', focusable: 'false' },
      Array.from({ length: 7 }, (_, day) =>
        svg('rect', { x: 0, y: day * row + 1, width, height: row - 2, class: 'day' }),
      ),
      blocks.flatMap(({ days, from, to }) =>
        days.map((day) =>
          svg('rect', {
            x: (from / minutesPerDay) * width,
            y: day * row + 1,
            class: 'open',
            width: ((to - from) / minutesPerDay) * width,
            height: row - 2,
          }),
        ),
      ),
    ),
    h('figcaption', {}, weekWords(blocks)),
  );
}

/** As `Mon–Fri 08:00–17:00`, a line each. */
export function weekWords(blocks: readonly Block[]): HTMLElement {
  return h(
    'ul',
    {},
    blocks.map(({ days, from, to }) =>
      h('li', {}, `${daysInWords(days)} ${clock(from)}–${clock(to)}`),
    ),
  );
}

/** Three days and more in a row as a span. */
function daysInWords(days: readonly number[]): string {
  const names = texts.profiles.days;
  const runs: number[][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  const name = (day: number | undefined) => names[day ?? 0] ?? '';
  return runs
    .map((run) =>
      run.length > 2 ? `${name(run[0])}–${name(run.at(-1))}` : run.map(name).join(', '),
    )
    .join(', ');
}

/** `08:30` of minutes of the day. */
export function clock(minute: number): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${part(Math.floor(minute / 60))}:${part(minute % 60)}`;
}
