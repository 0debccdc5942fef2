/** Tables, which are lists of cards on a phone. Screen readers hear a table on both. */
import { type Child, h } from '../dom.ts';

/** A column. */
export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => Child;
  /** Figures stand below each other. */
  readonly figures?: boolean;
  /** Heads its row, and its card on a phone. */
  readonly head?: boolean;
  /** Last, without a label on a phone: buttons. */
  readonly actions?: boolean;
  /** Beside the head on a phone: a box to be checked. */
  readonly corner?: boolean;
}

/** What a table is like. */
interface TableOptions<T> {
  /** What it shows; heard, not seen. */
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** Shown when there are no rows. */
  readonly empty: Child;
  /** Marks a row. */
  readonly rowClass?: (row: T) => string;
}

/** A table. */
export function table<T>({
  caption,
  columns,
  rows,
  empty,
  rowClass,
}: TableOptions<T>): HTMLElement {
  if (rows.length === 0) return h('div', { class: 'empty' }, empty);
  // The roles are said again because `display` takes them from the elements on a phone.
  return h(
    'table',
    { role: 'table', class: 'table' },
    h('caption', { class: 'unseen' }, caption),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        columns.map(({ title, figures }) =>
          h(
            'th',
            { role: 'columnheader', scope: 'col', class: figures ? 'figures' : undefined },
            title,
          ),
        ),
      ),
    ),
    h(
      'tbody',
      { role: 'rowgroup' },
      rows.map((row) =>
        h(
          'tr',
          { role: 'row', class: rowClass?.(row) },
          columns.map((column) => cellOf(column, row)),
        ),
      ),
    ),
  );
}

function cellOf<T>(column: Column<T>, row: T): HTMLElement {
  const { title, cell, head } = column;
  const kinds = (['figures', 'head', 'actions', 'corner'] as const).filter((kind) => column[kind]);
  const attributes = { class: kinds.join(' ') || undefined, 'data-label': title };
  return head
    ? h('th', { role: 'rowheader', scope: 'row', ...attributes }, cell(row))
    : h('td', { role: 'cell', ...attributes }, h('div', {}, cell(row)));
}
