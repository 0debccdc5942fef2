/** Gives a person a file to keep. */
import { h } from '../dom.ts';

const keptMs = 60_000;

/** Has the browser save `file` under `name`. */
export function saveFile(file: Blob, name: string): void {
  const link = h('a', { href: URL.createObjectURL(file), download: name });
  link.click();
  // Some browsers read the file a while after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), keptMs);
}
