/** The setting that holds what people call the panel, its readers and its locks. */
import { z } from 'zod';
import { lockNames } from '../door/model.ts';
import type { LabelReader, LabelWriter } from '../ports/labels.ts';
import { damaged, readValue, type Store } from './store.ts';

const schema = z.object({
  device: z.string().exactOptional(),
  readers: z.array(z.object({ name: z.string(), label: z.string() })),
  locks: z.array(z.object({ name: z.enum(lockNames), label: z.string() })),
});

/** Opens it. */
export function openLabels(store: Store): LabelReader & LabelWriter {
  const database = store.database<string>('settings', 'ordered-binary');
  return {
    labels() {
      const value = readValue(database, 'labels', 'the setting labels');
      if (value === undefined) return { readers: [], locks: [] };
      const { data, error } = schema.safeParse(value);
      if (data) return data;
      throw damaged('the setting labels', error);
    },
    setLabels: (labels) =>
      store.durably(() => {
        database.putSync('labels', labels);
      }),
  };
}
