/** What may take the panel long: said, with a way to end it. */
import { pause } from '../api.ts';
import { button } from '../components/button.ts';
import { h, replace } from '../dom.ts';
import { isEnded, sayFailure } from '../failure.ts';
import { texts } from '../texts.ts';

/** What is there sooner is shown without a word. */
const soonMs = 400;

/**
 * What `make` makes, if that is soon; otherwise a place that says that it is looked for, and in which
 * it is shown once it is there. Cancel ends the calls that were given the signal.
 * @throws what `make` rejects with soon.
 */
export async function patiently(
  until: AbortSignal,
  make: (signal: AbortSignal) => Promise<Node>,
): Promise<Node> {
  const stop = new AbortController();
  const end = () => stop.abort();
  until.addEventListener('abort', end, { once: true, signal: stop.signal });
  const made = make(stop.signal);
  const isSoon = await Promise.race([
    made.then(() => true),
    pause(soonMs, until).then(() => false),
  ]);
  if (isSoon) return made;
  const place = h('div', { class: 'stack' });
  const said = texts.frame.searching;
  replace(
    place,
    h('p', { role: 'status' }, said),
    h('progress', { 'aria-label': said }),
    h('div', { class: 'row' }, button({ label: texts.frame.cancel, onPress: end })),
  );
  const fail = (error: unknown) => {
    if (until.aborted) return;
    const retry = button({
      label: texts.frame.retry,
      kind: 'main',
      onPress: () => patiently(until, make).then((node) => replace(place, node), fail),
    });
    const why = isEnded(error) ? texts.frame.searchEnded : sayFailure(error);
    replace(place, h('p', { role: 'alert', dir: 'auto' }, why), h('div', { class: 'row' }, retry));
    retry.focus();
  };
  made.then((node) => replace(place, node), fail);
  return place;
}
