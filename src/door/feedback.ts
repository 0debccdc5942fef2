/** What a reader shows and sounds: patterns as data, and which event calls for which. */
import type { PanelEvent } from './model.ts';

/** What a reader may have: an LED, a red one besides, a buzzer. */
export type FeedbackPart = 'green' | 'red' | 'buzzer';

/** What is on, and for how long, milliseconds. */
interface FeedbackStep {
  readonly on: readonly FeedbackPart[];
  readonly forMs: number;
}

/** Steps, once or again and again. */
interface FeedbackPattern {
  readonly steps: readonly FeedbackStep[];
  readonly repeats: boolean;
}

export type FeedbackName = 'granted' | 'refused' | 'wait' | 'enrol' | 'held-open';

const refusedBeep: readonly FeedbackStep[] = [
  { on: ['red', 'buzzer'], forMs: 100 },
  { on: ['red'], forMs: 100 },
];

/** Told apart by ear too: one long tone, three short ones, a slow and a fast pulse. */
export const feedbackPatterns: { readonly [name in FeedbackName]: FeedbackPattern } = {
  granted: {
    steps: [
      { on: ['green', 'buzzer'], forMs: 300 },
      { on: ['green'], forMs: 1700 },
    ],
    repeats: false,
  },
  /** The same for every reason: whoever tries learns nothing. */
  refused: {
    steps: [...refusedBeep, ...refusedBeep, ...refusedBeep, { on: ['red'], forMs: 900 }],
    repeats: false,
  },
  wait: {
    steps: [
      { on: ['green'], forMs: 250 },
      { on: ['red'], forMs: 250 },
    ],
    repeats: true,
  },
  enrol: {
    steps: [
      { on: ['green'], forMs: 100 },
      { on: [], forMs: 100 },
    ],
    repeats: true,
  },
  'held-open': {
    steps: [
      { on: ['red', 'buzzer'], forMs: 500 },
      { on: [], forMs: 500 },
    ],
    repeats: true,
  },
};

/**
 * What the reader of a presentation shows. It follows from the kind of the event alone, so that no
 * reason of a refusal can be seen. Undefined: the event is of no presentation.
 */
export function feedbackOf({
  key,
  model,
}: PanelEvent): { readonly reader: string; readonly name: FeedbackName } | undefined {
  if (typeof model.reader !== 'string') return undefined;
  if (key.startsWith('access_granted_')) return { reader: model.reader, name: 'granted' };
  if (key === 'lock_was_not_opened') return { reader: model.reader, name: 'refused' };
  if (key.startsWith('access_denied_')) return { reader: model.reader, name: 'refused' };
  if (['enrolment_not_begun', 'enrolment_card_refused', 'master_card_refused'].includes(key)) {
    return { reader: model.reader, name: 'refused' };
  }
  if (key.startsWith('enrolment_card_') || key === 'master_card_changed')
    return { reader: model.reader, name: 'granted' };
  return undefined;
}

/** Whether a reader shows from now on that it takes cards for the list. Undefined: as before. */
export function enrolsAfter({
  key,
  model,
}: PanelEvent): { readonly reader: string; readonly enrols: boolean } | undefined {
  const isOne = key === 'enrolment_began' || key === 'enrolment_ended';
  if (!isOne || typeof model.reader !== 'string') return undefined;
  return { reader: model.reader, enrols: key === 'enrolment_began' };
}

/** Whether every reader shows from now on that a card is waited for. Undefined: as before. */
export function awaitsAfter({ key }: PanelEvent): boolean | undefined {
  if (key === 'master_card_awaited') return true;
  return key.startsWith('master_card_') ? false : undefined;
}
