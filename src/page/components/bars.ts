/** Bars of two kinds above each other, as a picture; the same figures stand in a table for all. */
import { freshId, h, svg } from '../dom.ts';
import { table } from './table.ts';

/** One bar. */
export interface Bar {
  readonly label: string;
  /** Below the bar; empty: nothing stands there. */
  readonly tick: string;
  readonly lower: number;
  readonly upper: number;
}

/** What a picture shows. */
interface BarsOptions {
  readonly title: string;
  /** What the picture says, in a sentence. */
  readonly summary: string;
  readonly bars: readonly Bar[];
  readonly words: {
    readonly when: string;
    readonly lower: string;
    readonly upper: string;
    readonly asTable: string;
  };
}

const [height, foot, left, top] = [180, 24, 40, 12];
/** About half of the longest tick. */
const tickHalf = 22;
/** Of the picture in its own units: about those of the screen, so that its letters are as large. */
const width = () => Math.min(920, Math.max(280, window.innerWidth - 64));

/** The picture and its table. */
export function barPicture({ title, summary, bars, words }: BarsOptions): HTMLElement {
  const id = freshId('bars');
  return h(
    'figure',
    { class: 'bars stack', 'aria-labelledby': id },
    h('figcaption', { id, class: 'between' }, h('strong', {}, title), legend(words)),
    drawing(summary, bars),
    h(
      'details',
      {},
      h('summary', {}, words.asTable),
      table({
        caption: title,
        columns: [
          { title: words.when, cell: ({ label }) => label, head: true },
          { title: words.lower, cell: ({ lower }) => lower, figures: true },
          { title: words.upper, cell: ({ upper }) => upper, figures: true },
        ],
        rows: bars.filter(({ lower, upper }) => lower + upper > 0),
        empty: summary,
      }),
    ),
  );
}

function legend({ lower, upper }: BarsOptions['words']): HTMLElement {
  return h(
    'span',
    { class: 'legend hint' },
    h('span', { class: 'swatch lower' }),
    lower,
    h('span', { class: 'swatch upper' }),
    upper,
  );
}

function drawing(summary: string, bars: readonly Bar[]): SVGElement {
  const most = niceAbove(Math.max(1, ...bars.map(({ lower, upper }) => lower + upper)));
  const wide = width();
  const step = (wide - left) / Math.max(1, bars.length);
  const perUnit = (height - foot - top) / most;
  const ground = height - foot;
  return svg(
    'svg',
    { viewBox: `0 0 ${wide} ${height}`, role: 'img', 'aria-label': summary },
    [0, most / 2, most].map((value) => gridLine(value, ground - value * perUnit, wide)),
    bars.map(({ label, tick, lower, upper }, index) => {
      const x = left + index * step;
      const bar = (kind: string, from: number, count: number) =>
        count > 0 &&
        svg('rect', {
          class: kind,
          x: x + step * 0.15,
          width: step * 0.7,
          rx: 1.5,
          y: ground - (from + count) * perUnit,
          height: count * perUnit,
        });
      return svg(
        'g',
        {},
        svg('title', {}, `${label}: ${lower} / ${upper}`),
        bar('lower', 0, lower),
        bar('upper', lower, upper),
        tick &&
          svg(
            'text',
            { x: Math.min(x + step / 2, wide - tickHalf), y: height - 6, class: 'tick' },
            tick,
          ),
      );
    }),
  );
}

function gridLine(value: number, y: number, wide: number): SVGElement {
  return svg(
    'g',
    { class: 'grid' },
    svg('line', { x1: left, x2: wide, y1: y, y2: y }),
    svg('text', { x: left - 6, y: y + 4 }, value),
  );
}

/** The least of 2, 4, 10, 20, 40, 100 … that is not below `value`. */
function niceAbove(value: number): number {
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 10].map((factor) => factor * ten).find((nice) => nice >= value && nice > 1) ?? 2;
}
