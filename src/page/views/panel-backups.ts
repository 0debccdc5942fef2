/** Backups: made now, kept, fetched, restored. */
import { type Api, CallError, type Failure, pause } from '../api.ts';
import { button } from '../components/button.ts';
import { confirmed } from '../components/dialog.ts';
import { saveFile } from '../components/save-file.ts';
import { table } from '../components/table.ts';
import { h, replace } from '../dom.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';
import { foldedPart } from './panel-part.ts';

const path = '/api/v1/backups';
const itemPath = (name: string) => `${path}/items/${encodeURIComponent(name)}`;
/** A million identifiers on a slow board take minutes to be proven. */
const longMs = 900_000;
const askMs = 1000;

interface Backup {
  readonly name: string;
  readonly bytes: number;
  /** Unix seconds. */
  readonly created: number;
  readonly kind: 'manual' | 'scheduled' | 'before-restore';
}

/** The part. */
export function backupPart(context: ViewContext): HTMLElement {
  const { api, until } = context;
  const words = texts.panel.backups;
  const progress = h('div', { role: 'status' });
  return foldedPart(words.title, async (again) => {
    const { list_items } = await api.read<{ list_items: Backup[] }>(path, { signal: until });
    const file = h('input', { type: 'file', id: 'backup-file' });
    const fromFile = () => {
      const [chosen] = file.files ?? [];
      return (
        chosen &&
        restore(
          words.restoreFile(chosen.name),
          context,
          progress,
          () => api.act('POST', `${path}/restore`, chosen, { timeoutMs: longMs }),
          again,
        )
      );
    };
    const make = () =>
      working(words.making, progress, words.make, context, async () => {
        await api.act('POST', path, undefined, { timeoutMs: longMs });
      }).then(again);
    return [
      h('p', { class: 'hint' }, words.text),
      h('div', { class: 'row' }, button({ label: words.make, kind: 'main', onPress: make })),
      progress,
      table({
        caption: words.title,
        columns: [
          {
            title: words.made,
            head: true,
            cell: ({ created }: Backup) => context.times.moment(created * 1000),
          },
          { title: words.kind, cell: ({ kind }: Backup) => words.kinds[kind] },
          {
            title: words.size,
            figures: true,
            cell: ({ bytes }: Backup) => words.kilobytes(Math.ceil(bytes / 1000)),
          },
          {
            title: words.restore,
            actions: true,
            cell: (row: Backup) => actions(row, context, progress, again),
          },
        ],
        rows: list_items,
        empty: words.none,
      }),
      h(
        'div',
        { class: 'sunken stack' },
        h('div', { class: 'field' }, h('label', { for: file.id }, words.file), file),
        h(
          'div',
          { class: 'row' },
          button({ label: words.restoreSent, kind: 'danger', onPress: fromFile }),
        ),
      ),
    ];
  });
}

function actions(
  { name, created }: Backup,
  context: ViewContext,
  progress: HTMLElement,
  again: () => Promise<void>,
): HTMLElement {
  const { api, notices, times } = context;
  const words = texts.panel.backups;
  const fetched = async () => {
    saveFile(await api.file(itemPath(name), { timeoutMs: longMs }), name);
  };
  const remove = async () => {
    const title = words.removeTitle(times.moment(created * 1000));
    const isWanted = await confirmed({
      title,
      text: words.removeText,
      action: texts.frame.remove,
      kind: 'danger',
    });
    if (!isWanted) return;
    const run = () => api.act('DELETE', itemPath(name));
    if (await notices.perform({ what: words.remove, run })) await again();
  };
  const query = { name };
  const back = () =>
    restore(
      words.restoreOf(times.moment(created * 1000)),
      context,
      progress,
      () => api.act('POST', `${path}/restore`, undefined, { query, timeoutMs: longMs }),
      again,
    );
  return h(
    'div',
    { class: 'row' },
    button({
      label: words.fetch,
      icon: 'download',
      iconOnly: true,
      onPress: () => notices.perform({ what: words.fetch, run: fetched }),
    }),
    button({ label: words.restore, kind: 'danger', onPress: back }),
    button({
      label: words.remove,
      icon: 'remove',
      iconOnly: true,
      kind: 'danger',
      onPress: remove,
    }),
  );
}

/** Asks, restores, and waits until the panel is there again. */
async function restore(
  title: string,
  context: ViewContext,
  progress: HTMLElement,
  run: () => Promise<unknown>,
  again: () => Promise<void>,
): Promise<void> {
  const words = texts.panel.backups;
  const isWanted = await confirmed({
    title,
    text: words.restoreText,
    action: words.restore,
    kind: 'danger',
  });
  if (!isWanted) return;
  const isDone = await working(words.restoring, progress, title, context, async () => {
    await run();
    await untilBack(context.api, context.until);
  });
  if (!isDone) return;
  await again();
  replace(progress, h('p', {}, words.restored));
}

/** Shows that something long is under way; a failure stays with Retry. */
async function working(
  said: string,
  progress: HTMLElement,
  what: string,
  { notices }: ViewContext,
  run: () => Promise<void>,
): Promise<boolean> {
  const attempt = async () => {
    replace(progress, h('p', {}, said), h('progress', { 'aria-label': said }));
    try {
      await run();
    } finally {
      replace(progress);
    }
  };
  return notices.perform({ what, run: attempt });
}

/** What is heard of a panel that is not there yet. */
const away: ReadonlySet<Failure> = new Set(['unreachable', 'timeout', 'fault', 'throttled']);

/** The panel starts again after a restore; accounts are those of the backup then. */
async function untilBack(api: Api, until: AbortSignal): Promise<void> {
  for (;;) {
    await pause(askMs, until);
    try {
      await api.read('/api/info', { signal: until });
      return;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      // Whatever else it says, it is there.
      if (!away.has(error.failure)) return;
    }
  }
}
