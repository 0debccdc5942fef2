/** When and how often somebody may pass: the part of the form. */
import { checkField, report, textField } from '../components/field.ts';
import { h } from '../dom.ts';
import {
  ever,
  type Identifier,
  type IdentifierFields,
  isOpenFrom,
  isOpenTo,
} from '../identifier-types.ts';
import { address } from '../router.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import type { Timetable } from '../week.ts';
import { civilMs, civilText } from '../zone.ts';

/** The part of the form. */
interface LimitFields {
  readonly element: HTMLElement;
  /** What they say; undefined: a field is wrong and says so. */
  readonly valid: () => IdentifierFields['valid'] | undefined;
  /** Uids of the profiles of every timetable that is chosen. */
  readonly profiles: () => ReadonlySet<number>;
}

/** @param tables all there are. */
export function limitFields(
  identifier: Identifier | undefined,
  tables: readonly Timetable[],
  context: ViewContext,
): LimitFields {
  const time = windowPart(identifier, context);
  const passes = passPart(identifier);
  const chosen = tablePart(identifier, tables);
  return {
    element: h(
      'fieldset',
      { class: 'plain limits' },
      h('legend', {}, texts.identifiers.limits),
      ...[time.element, passes.element, chosen.element],
    ),
    profiles: chosen.profiles,
    valid() {
      const [window, limit] = [time.value(), passes.value()];
      return window && limit && { time: window, passes: limit };
    },
  };
}

function windowPart(identifier: Identifier | undefined, { live, times }: ViewContext) {
  const words = texts.identifiers;
  const known = identifier?.valid.time;
  const window = known && !known.is_permanent ? known : undefined;
  const nowMs = live.status.get()?.nowMs ?? Date.now();
  const text = (ms: number) => civilText(ms, times.zone);
  const first = window
    ? { from: startOf(window, text), to: endOf(window, text) }
    : { from: text(nowMs), to: text(nowMs + 86_400_000) };
  const only = checkField({ label: words.onlyWindow, checked: window !== undefined });
  const zone = times.zone.name;
  const from = textField({
    label: words.from(zone),
    type: 'datetime-local',
    hint: words.openFrom,
    value: first.from,
  });
  const to = textField({
    label: words.to(zone),
    type: 'datetime-local',
    hint: words.openTo,
    value: first.to,
  });
  const fields = h('div', { class: 'fields' }, from.element, to.element);
  showWhile(only.input, fields);
  /** Seconds are not shown: what was not touched keeps them. */
  const secondsOf = (side: 'from' | 'to') => {
    const { input, value } = { from, to }[side];
    // What is typed by halves is no empty field.
    if (input.validity.badInput) return undefined;
    const shown = value();
    if (window && shown === first[side]) return window[side];
    if (shown === '') return ever[side];
    const ms = civilMs(shown, times.zone);
    return ms === undefined ? undefined : ms / 1000;
  };
  return {
    element: h('div', { class: 'stack' }, only.element, fields),
    value(): IdentifierFields['valid']['time'] | undefined {
      if (!only.value()) return { is_permanent: true };
      const [start, end] = [secondsOf('from'), secondsOf('to')];
      const isEmpty = from.value() === '' && to.value() === '';
      const isTurned = start !== undefined && end !== undefined && end <= start;
      const isRight = report([
        [from, isEmpty ? words.oneEnd : start === undefined ? words.noMoment : ''],
        [to, end === undefined ? words.noMoment : isTurned ? words.endsFirst : ''],
      ]);
      if (!isRight || start === undefined || end === undefined) return undefined;
      return { is_permanent: false, from: start, to: end };
    },
  };
}

type Window = { readonly from: number; readonly to: number };

/** As a field shows it; an open end is an empty one. */
function startOf({ from }: Window, text: (ms: number) => string): string {
  return isOpenFrom(from) ? '' : text(from * 1000);
}

function endOf({ to }: Window, text: (ms: number) => string): string {
  return isOpenTo(to) ? '' : text(to * 1000);
}

function passPart(identifier: Identifier | undefined) {
  const words = texts.identifiers;
  const known = identifier?.valid.passes;
  const isLimited = known !== undefined && !known.is_permanent;
  const only = checkField({ label: words.onlyPasses, checked: isLimited });
  const most = textField({
    label: words.maxPasses,
    type: 'number',
    min: 1,
    max: 2_147_483_647,
    inputmode: 'numeric',
    value: String(isLimited ? known.max_passes : 1),
  });
  showWhile(only.input, most.element);
  return {
    element: h('div', { class: 'stack' }, only.element, most.element),
    value(): IdentifierFields['valid']['passes'] | undefined {
      if (!only.value()) return { is_permanent: true };
      const max = Number(most.value());
      const isRight = Number.isInteger(max) && max >= 1 && max <= 2_147_483_647;
      report([[most, isRight ? '' : words.wrongPasses]]);
      return isRight ? { is_permanent: false, max_passes: max } : undefined;
    },
  };
}

function tablePart(identifier: Identifier | undefined, tables: readonly Timetable[]) {
  const words = texts.identifiers;
  const attached = new Set(identifier?.time_profiles.uid_items);
  const choices = tables.map((table) => ({
    table,
    field: checkField({
      label: table.name,
      checked: table.parts.some(({ uid }) => attached.has(uid)),
    }),
  }));
  const known = new Set(tables.flatMap(({ parts }) => parts.map(({ uid }) => uid)));
  return {
    element: h(
      'fieldset',
      { class: 'plain' },
      h('legend', {}, words.onlyTables),
      tables.length === 0 &&
        h('p', { class: 'hint' }, h('a', { href: address(['profiles']) }, words.noTables)),
      choices.map(({ field }) => field.element),
    ),
    profiles(): ReadonlySet<number> {
      const uids = choices
        .filter(({ field }) => field.value())
        .flatMap(({ table }) => table.parts.map(({ uid }) => uid));
      // Those of profiles that are gone stay: without them it would be restricted no more.
      return new Set([...uids, ...[...attached].filter((uid) => !known.has(uid))]);
    },
  };
}

function showWhile(input: { readonly checked?: boolean } & EventTarget, part: HTMLElement): void {
  const update = () => {
    part.hidden = !input.checked;
  };
  input.addEventListener('change', update);
  update();
}
