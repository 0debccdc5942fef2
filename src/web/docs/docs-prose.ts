/** Descriptions as HTML: paragraphs, lists, `code` and **strong**, which is all of Markdown that they use. */
import { html } from 'hono/html';

/** Escaped text with its markup; hono's type, which it does not name. */
export type Html = ReturnType<typeof html>;

/** Paragraphs and lists, separated by empty lines. */
export function prose(text: string): Html[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map((block) => {
      if (!block.startsWith('- ')) return html`<p>${inline(block)}</p>`;
      const items = block.slice(2).split(/\n- /);
      return html`<ul>${items.map((item) => html`<li>${inline(item)}</li>`)}</ul>`;
    });
}

/** One run of text with `code` and **strong** in it. */
export function inline(text: string): (Html | string)[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`') && part.length > 2) return html`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith('**') && part.length > 4) {
      return html`<strong>${part.slice(2, -2)}</strong>`;
    }
    return part;
  });
}
