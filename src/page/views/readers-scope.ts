/** A frame as an oscilloscope shows it: both lines, a notch for each pulse, milliseconds below. */
import { h, svg } from '../dom.ts';
import type { SeenFrame } from '../frame-types.ts';
import { texts } from '../texts.ts';

/** Kernel timestamps tell where a pulse begins; it is drawn this wide, the usual width. */
const pulseUs = 50;
/** Closer pulses than any reader sends. */
const glitchUs = 150;
const marginUs = 500;
const height = 96;
const lines = [
  { high: 14, low: 34 },
  { high: 50, low: 70 },
] as const;
const mostWidth = 1600;

/** The picture, which scrolls sideways, and its figures in words. */
export function scope({ edges }: SeenFrame): HTMLElement {
  const words = texts.readers;
  const last = edges.at(-1)?.atUs ?? 0;
  const spanUs = last + 2 * marginUs;
  const width = Math.min(mostWidth, Math.max(320, (spanUs / 1000) * 16));
  const x = (us: number) => ((us + marginUs) / spanUs) * width;
  const picture = svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': words.scope },
    ticks(spanUs, x),
    ([0, 1] as const).map((line) => trace(edges, line, x, width)),
    marks(edges, x),
    svg('text', { x: 2, y: 11 }, 'D0'),
    svg('text', { x: 2, y: 47 }, 'D1'),
  );
  return h(
    'figure',
    { class: 'scope' },
    h(
      'div',
      { class: 'scope-window', tabindex: 0, role: 'group', 'aria-label': words.scope },
      picture,
    ),
    h('figcaption', { class: 'hint' }, intervalWords(edges)),
  );
}

type Edges = SeenFrame['edges'];

function trace(edges: Edges, line: 0 | 1, x: (us: number) => number, width: number): SVGElement {
  const { high, low } = lines[line];
  const notches = edges
    .filter((edge) => edge.line === line)
    .map(({ atUs }) => {
      const [from, to] = [x(atUs), Math.max(x(atUs + pulseUs), x(atUs) + 2)];
      return `H${from.toFixed(1)}V${low}H${to.toFixed(1)}V${high}`;
    });
  return svg('path', { class: `trace line-${line}`, d: `M0 ${high}${notches.join('')}H${width}` });
}

function ticks(spanUs: number, x: (us: number) => number): SVGElement[] {
  const stepMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((ms) => spanUs / 1000 / ms <= 20);
  const step = (stepMs ?? 1000) * 1000;
  return Array.from({ length: Math.floor((spanUs - 2 * marginUs) / step) + 1 }, (_, index) => {
    const at = x(index * step);
    return svg(
      'g',
      { class: 'tick' },
      svg('line', { x1: at, x2: at, y1: 6, y2: 78 }),
      svg('text', { x: at, y: 91, 'text-anchor': 'middle' }, `${(index * step) / 1000}`),
    );
  });
}

/** Pulses that follow too closely: noise. */
function marks(edges: Edges, x: (us: number) => number): SVGElement[] {
  return edges.flatMap(({ atUs }, index) => {
    const before = edges[index - 1];
    if (!before || atUs - before.atUs >= glitchUs) return [];
    return [svg('circle', { class: 'glitch', cx: x(atUs), cy: 42, r: 4 })];
  });
}

function intervalWords(edges: Edges): string {
  const gaps = edges.slice(1).map(({ atUs }, index) => atUs - (edges[index]?.atUs ?? 0));
  const words = texts.readers;
  if (gaps.length === 0) return words.onePulse;
  const sum = gaps.reduce((total, gap) => total + gap, 0);
  const close = gaps.filter((gap) => gap < glitchUs).length;
  const ms = (us: number) => (us / 1000).toFixed(2);
  const figures = words.intervals(
    ms(Math.min(...gaps)),
    ms(sum / gaps.length),
    ms(Math.max(...gaps)),
  );
  return close > 0 ? `${figures} ${words.tooClose(close)}` : figures;
}
