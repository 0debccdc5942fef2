/**
 * A week to be painted. By finger or mouse: drag from one corner to the other. By keys: arrows move,
 * Shift with arrows takes more cells, Space or Enter paints or clears them.
 */
import { h } from '../dom.ts';
import { texts } from '../texts.ts';
import { cellMinutes, cellsPerDay } from '../week.ts';
import { clock } from './profiles-picture.ts';

/** A cell by day (0: Monday) and place in the day. */
interface At {
  readonly day: number;
  readonly cell: number;
}

/** The grid. @param cells is painted in place; `changed` is told. */
export function weekGrid(cells: boolean[], changed: () => void): HTMLElement {
  const elements: HTMLElement[] = [];
  const grid = h('div', {
    class: 'week',
    role: 'grid',
    'aria-label': texts.profiles.grid,
    'aria-multiselectable': 'true',
  });
  grid.append(headRow(), ...rows(elements));
  const show = () => {
    for (const [index, element] of elements.entries()) {
      element.setAttribute('aria-selected', String(cells[index] ?? false));
    }
  };
  const paint = (from: At, to: At, value: boolean) => {
    for (const index of between(from, to)) cells[index] = value;
    show();
    changed();
  };
  show();
  byPointer(grid, elements, cells, paint);
  byKeys(grid, elements, cells, paint);
  return grid;
}

type Paint = (from: At, to: At, value: boolean) => void;

const indexOf = ({ day, cell }: At) => day * cellsPerDay + cell;
const placeOf = (index: number): At => ({
  day: Math.floor(index / cellsPerDay),
  cell: index % cellsPerDay,
});

function between(a: At, b: At): number[] {
  const days = [Math.min(a.day, b.day), Math.max(a.day, b.day)] as const;
  const span = [Math.min(a.cell, b.cell), Math.max(a.cell, b.cell)] as const;
  const found: number[] = [];
  for (let day = days[0]; day <= days[1]; day++) {
    for (let cell = span[0]; cell <= span[1]; cell++) found.push(indexOf({ day, cell }));
  }
  return found;
}

function headRow(): HTMLElement {
  const { days, dayNames } = texts.profiles;
  return h(
    'div',
    { role: 'row', class: 'week-row head' },
    h('span', { role: 'columnheader' }, h('span', { class: 'unseen' }, texts.profiles.time)),
    days.map((day, index) =>
      h(
        'span',
        { role: 'columnheader' },
        h('span', { 'aria-hidden': 'true' }, day),
        h('span', { class: 'unseen' }, dayNames[index]),
      ),
    ),
  );
}

function rows(elements: HTMLElement[]): HTMLElement[] {
  const { dayNames } = texts.profiles;
  return Array.from({ length: cellsPerDay }, (_, cell) => {
    const from = clock(cell * cellMinutes);
    const isHour = (cell * cellMinutes) % 60 === 0;
    return h(
      'div',
      { role: 'row', class: isHour ? 'week-row hour' : 'week-row' },
      h('span', { role: 'rowheader', class: 'week-time' }, h('span', {}, from)),
      dayNames.map((name, day) => {
        const element = h('span', {
          role: 'gridcell',
          class: 'cell',
          'aria-label': `${name} ${from}`,
          tabindex: day === 0 && cell === 0 ? 0 : -1,
        });
        elements[indexOf({ day, cell })] = element;
        return element;
      }),
    );
  });
}

function byPointer(
  grid: HTMLElement,
  elements: readonly HTMLElement[],
  cells: boolean[],
  paint: Paint,
): void {
  let drag: { from: At; value: boolean; before: readonly boolean[] } | undefined;
  const under = (event: PointerEvent): At | undefined => {
    const found = document.elementFromPoint(event.clientX, event.clientY);
    const index = found instanceof HTMLElement ? elements.indexOf(found) : -1;
    return index < 0 ? undefined : placeOf(index);
  };
  grid.addEventListener('pointerdown', (event) => {
    const from = under(event);
    if (!from || event.button !== 0) return;
    event.preventDefault();
    grid.setPointerCapture(event.pointerId);
    drag = { from, value: !cells[indexOf(from)], before: [...cells] };
    paint(from, from, drag.value);
    moveFocus(elements, from);
  });
  grid.addEventListener('pointermove', (event) => {
    const to = drag && under(event);
    if (!drag || !to) return;
    for (const [index, value] of drag.before.entries()) cells[index] = value;
    paint(drag.from, to, drag.value);
  });
  const end = () => {
    drag = undefined;
  };
  grid.addEventListener('pointerup', end);
  grid.addEventListener('pointercancel', end);
}

function byKeys(
  grid: HTMLElement,
  elements: readonly HTMLElement[],
  cells: readonly boolean[],
  paint: Paint,
): void {
  let anchor: At | undefined;
  const steps: { readonly [key: string]: readonly [number, number] } = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    PageUp: [0, -4],
    PageDown: [0, 4],
    Home: [0, -cellsPerDay],
    End: [0, cellsPerDay],
  };
  const mark = (to: At) => {
    const marked = new Set(anchor ? between(anchor, to) : []);
    for (const [index, element] of elements.entries()) {
      element.classList.toggle('marked', marked.has(index));
    }
  };
  grid.addEventListener('keydown', (event) => {
    const index = event.target instanceof HTMLElement ? elements.indexOf(event.target) : -1;
    if (index < 0) return;
    const at = placeOf(index);
    const step = steps[event.key];
    if (step) {
      anchor = event.shiftKey ? (anchor ?? at) : undefined;
      const to = {
        day: Math.min(6, Math.max(0, at.day + step[0])),
        cell: Math.min(cellsPerDay - 1, Math.max(0, at.cell + step[1])),
      };
      moveFocus(elements, to);
      mark(to);
    } else if (event.key === ' ' || event.key === 'Enter') {
      const from = anchor ?? at;
      paint(from, at, !cells[indexOf(from)]);
      anchor = undefined;
      mark(at);
    } else return;
    event.preventDefault();
  });
}

/** One cell at a time is in the order of the Tab key. */
function moveFocus(elements: readonly HTMLElement[], to: At): void {
  for (const element of elements) if (element.tabIndex === 0) element.tabIndex = -1;
  const element = elements[indexOf(to)];
  if (!element) return;
  element.tabIndex = 0;
  element.focus({ preventScroll: false });
}
