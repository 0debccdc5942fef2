/** The setting that holds what people call the panel, its readers and its locks. */
import { z } from 'zod';
import { lockNames } from '../door/model.ts';
import type { LabelReader, LabelWriter } from '../ports/labels.ts';
import { readSetting } from './checked.ts';
import type { Store } from './store.ts';

const schema = z.object({
  device: z.string().exactOptional(),
  readers: z.array(z.object({ name: z.string(), label: z.string() })),
  locks: z.array(z.object({ name: z.enum(lockNames), label: z.string() })),
});

/** Opens it. */
export function openLabels(store: Store): LabelReader & LabelWriter {
  const database = store.database<string>('settings', 'ordered-binary');
  return {
    labels: () => readSetting(database, 'labels', schema) ?? { readers: [], locks: [] },
    setLabels: (labels) =>
      store.durably(() => {
        database.putSync('labels', labels);
      }),
  };
}
