/** The last frames of a reader, as they come: what was on the wires, and what it means. */
import { pause } from '../api.ts';
import { table } from '../components/table.ts';
import { h, replace } from '../dom.ts';
import { focusIn, keepFocus } from '../focus.ts';
import type { Frame, ReaderItem, Reading, SeenFrame } from '../frame-types.ts';
import { icon } from '../icons.ts';
import { address } from '../router.ts';
import { sentReader } from '../sse.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { scope } from './readers-scope.ts';

const shown = 16;
const retryMs = 2000;

/** The list, newest first; it grows by itself. */
export function frameList({ name }: ReaderItem, context: ViewContext): HTMLElement {
  const words = texts.readers;
  const list = h('div', { class: 'stack', role: 'log', 'aria-label': words.frames });
  const empty = h('p', { class: 'empty' }, words.present);
  const add = (frame: Frame) => {
    empty.hidden = true;
    list.prepend(
      h('article', { class: 'card stack', 'data-frame': frame.id }, frameCard(frame, context)),
    );
    const focused = focusIn(list);
    while (list.childElementCount > shown) list.lastElementChild?.remove();
    keepFocus(list, focused);
  };
  void follow(name, context, add);
  return h(
    'section',
    { class: 'stack', 'aria-label': words.frames },
    h('h2', {}, words.frames),
    empty,
    list,
  );
}

/** Reads what is kept and then what comes, for as long as the view is shown. */
async function follow(
  name: string,
  { api, until }: ViewContext,
  add: (frame: Frame) => void,
): Promise<void> {
  const path = `/api/v1/readers/${encodeURIComponent(name)}/frames`;
  let after = 0;
  const take = (frame: Frame) => {
    after = frame.id;
    add(frame);
  };
  while (!until.aborted) {
    try {
      const response = await api.open(`${path}/stream`, { query: { after }, signal: until });
      const reader = response.body?.getReader();
      const decoder = new TextDecoder();
      const sent = sentReader();
      for (;;) {
        const piece = await reader?.read();
        if (!piece || piece.done) break;
        for (const { event, data } of sent(decoder.decode(piece.value, { stream: true }))) {
          if (event === 'frame') take(JSON.parse(data));
        }
      }
    } catch {
      // The link broke: it is made again below, unless the view was left.
      if (until.aborted) return;
    }
    // A panel that was started again counts its frames anew.
    // Left while it waits: the loop sees it.
    await pause(retryMs, until).catch(() => undefined);
  }
}

function frameCard(frame: Frame, context: ViewContext) {
  const words = texts.readers;
  const time = h('time', { class: 'hint' }, context.times.moment(frame.atMs));
  if (frame.secret) return [h('div', { class: 'between' }, h('strong', {}, words.secret), time)];
  const isGood = frame.diagnosis.code === 'ok';
  const [first] = frame.readings.filter(({ accepted, parityOk }) => accepted && parityOk);
  return [
    h(
      'div',
      { class: 'between' },
      h(
        'span',
        { class: `badge ${isGood ? 'good' : 'bad'}` },
        icon(isGood ? 'check' : 'alert'),
        words.bits(frame.bits.length),
      ),
      time,
    ),
    h('p', { class: isGood ? 'hint' : '' }, diagnosisOf(frame)),
    scope(frame),
    bitLine(frame, first ?? frame.readings[0]),
    frame.readings.length > 0 && readings(frame, context),
  ];
}

function diagnosisOf({ diagnosis, glitches, lost }: SeenFrame): string {
  const { code, sentence, params } = diagnosis;
  const { stillLine: still } = params;
  const lines = { still: still ?? '', other: still === 'D0' ? 'D1' : still && 'D0' };
  const facts = { ...params, ...lines, other: lines.other ?? '', glitches, lost };
  return texts.readers.diagnoses[code]?.(facts) ?? sentence;
}

/** The bits; those of parity are marked, and said to be right or wrong. */
function bitLine({ bits, hex }: SeenFrame, reading: Reading | undefined): HTMLElement {
  const words = texts.readers;
  const parity = new Map(reading?.parity.map(({ bit, ok }) => [bit, ok]));
  const line = h('p', { class: 'code bits' });
  replace(
    line,
    [...bits].map((bit, index) => {
      const ok = parity.get(index);
      if (ok === undefined) return bit;
      const title = ok ? words.parityRight : words.parityWrong;
      return h('span', { class: ok ? 'parity' : 'parity wrong', title }, bit);
    }),
    ` = 0x${hex}`,
  );
  return line;
}

function readings({ readings: all }: SeenFrame, { mayChange }: ViewContext): HTMLElement {
  const words = texts.readers;
  return table({
    caption: words.readings,
    columns: [
      { title: words.format, head: true, cell: ({ format }: Reading) => format },
      { title: words.facility, figures: true, cell: ({ facility }: Reading) => facility ?? '–' },
      { title: words.card, figures: true, cell: ({ card }: Reading) => card ?? '–' },
      { title: words.number, figures: true, cell: ({ number }: Reading) => number },
      { title: words.holds, cell: holdsWords },
      {
        title: texts.frame.add,
        actions: true,
        cell: ({ number, parityOk }: Reading) =>
          mayChange &&
          parityOk &&
          h(
            'a',
            {
              class: 'button quiet',
              href: address(['identifiers', 'new'], { type: 'card', number: hexPairs(number) }),
            },
            icon('plus'),
            words.makeCard,
          ),
      },
    ],
    rows: all,
    empty: '',
  });
}

function holdsWords({ accepted, parityOk }: Reading): string {
  const words = texts.readers;
  if (!parityOk) return words.parityWrong;
  return accepted ? words.taken : words.notTaken;
}

/** Understood as the same number however the panel writes numbers. @param number decimal digits. */
function hexPairs(number: string): string {
  const hex = BigInt(number).toString(16);
  const bytes = Math.max(2, Math.ceil(hex.length / 2));
  return (hex.padStart(bytes * 2, '0').match(/../g) ?? []).join('-');
}
