/** Cards that are taken at a reader for the list, and open nothing. */
import { CallError } from '../api.ts';
import { choiceField, type Field } from '../components/field.ts';
import type { IdentifierType } from '../identifier-types.ts';
import { labelOf } from '../names.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

/** `GET /api/v1/access/enrolment`. */
export type Enrolment =
  | { readonly state: 'none' }
  | {
      readonly state: 'active' | 'ended';
      readonly cards: readonly {
        readonly identifier_type: IdentifierType;
        readonly identifier_number: string;
        readonly outcome: string;
        readonly identifier_uid: number | null;
      }[];
    };

/** What came of waiting. */
type Taken =
  | { readonly kind: 'taken'; readonly number: string; readonly isKnown: boolean }
  | { readonly kind: 'nothing' | 'busy' | 'failed' };

export const enrolmentPath = '/api/v1/access/enrolment';
const waitSeconds = 30;

/** A choice of the readers that are there. */
export function readerChoice({ live, setup }: ViewContext): Field {
  const readers = live.status.get()?.readers ?? [];
  return choiceField({
    label: texts.identifiers.present.reader,
    choices: readers.map(({ name }) => ({
      value: name,
      label: labelOf(setup.get(), 'reader', name),
    })),
  });
}

/** The number of what is presented next at a reader. */
export async function takeNext(reader: string, context: ViewContext): Promise<Taken> {
  const { api } = context;
  try {
    const body = { reader, mode: 'report', seconds: waitSeconds, cards: 1 };
    await api.act('POST', enrolmentPath, body);
    const ended = await enrolmentEnd(reader, context);
    const card = ended.state === 'none' ? undefined : ended.cards.at(-1);
    if (!card) return { kind: 'nothing' };
    const isKnown = card.identifier_uid !== null;
    return { kind: 'taken', number: card.identifier_number, isKnown };
  } catch (error) {
    // 409: another enrolment, or the door is in no state for it.
    return { kind: error instanceof CallError && error.failure === 'refused' ? 'busy' : 'failed' };
  }
}

/**
 * Resolves when the enrolment at a reader is over. It tells itself by events of the log.
 * @param onState told how it stands, now and after each event, the end included.
 */
export function enrolmentEnd(
  reader: string,
  context: ViewContext,
  onState: (enrolment: Enrolment) => void = () => undefined,
): Promise<Enrolment> {
  const { api, live, until } = context;
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = () => {
      over.abort();
      reject(until.reason);
    };
    until.addEventListener('abort', end, { once: true, signal: over.signal });
    let asking = Promise.resolve();
    live.events.follow(() => {
      asking = asking.then(async () => {
        if (over.signal.aborted) return;
        const options = { query: { reader }, signal: over.signal };
        const state = await api.read<Enrolment>(enrolmentPath, options);
        onState(state);
        if (state.state === 'active') return;
        over.abort();
        resolve(state);
      });
      asking.catch(reject);
    }, over.signal);
  });
}
