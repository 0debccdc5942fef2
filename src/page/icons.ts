/** Pictures for buttons and navigation, drawn with strokes of the text's colour. */
import { svg } from './dom.ts';

const paths = {
  door: 'M6 21V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v17M3 21h18M14 12v1',
  identifiers: 'M3 6h18v12H3zM7 10h4M7 14h7M17 10v1',
  profiles: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
  log: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  readers: 'M3 12h3l2-6 3 12 3-9 2 3h5',
  panel: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0',
  close: 'M6 6l12 12M18 6L6 18',
  first: 'M17 6l-6 6 6 6M7 6v12',
  previous: 'M15 6l-6 6 6 6',
  next: 'M9 6l6 6-6 6',
  last: 'M7 6l6 6-6 6M17 6v12',
  check: 'M5 12l5 5 9-10',
  cross: 'M7 7l10 10M17 7L7 17',
  alert: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01',
  locked: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3',
  unlocked: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2',
  blocked: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12',
  card: 'M3 6h18v12H3zM3 10h18',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  upload: 'M12 16V5M7 9l5-5 5 5M5 20h14',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4 4',
  plus: 'M12 5v14M5 12h14',
  edit: 'M4 20h4L19 9l-4-4L4 16z',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  key: 'M15 9a5 5 0 1 0-4 5l-6 6v0h3v-2h2v-2h2l1-1',
} as const;

/** Names of icons. */
export type IconName = keyof typeof paths;

/** A picture of 24 by 24; it says nothing to a screen reader, so words stand beside it. */
export function icon(name: IconName): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: paths[name] }),
  );
}
