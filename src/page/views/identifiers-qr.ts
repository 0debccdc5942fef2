/** The picture of a QR code: to be shown, kept, printed or sent. */
import { button } from '../components/button.ts';
import { saveFile } from '../components/save-file.ts';
import { h, replace } from '../dom.ts';
import { isEnded, sayFailure } from '../failure.ts';
import { type Identifier, itemPath } from '../identifier-types.ts';
import { texts } from '../texts.ts';
import type { ViewContext } from '../views.ts';

const pixels = 640;
const fileName = 'access-qr.png';

/** The picture and what can be done with it. */
export function qrPicture(identifier: Identifier, context: ViewContext): HTMLElement {
  const words = texts.identifiers.qr;
  const place = h('div', { class: 'stack' }, h('p', { class: 'hint' }, texts.frame.loading));
  const load = async () => {
    try {
      replace(place, parts(await pictureOf(identifier, context), identifier, context));
    } catch (error) {
      if (isEnded(error)) return;
      const retry = button({ label: texts.frame.retry, onPress: load });
      replace(place, h('p', { class: 'form-error' }, sayFailure(error)), retry);
    }
  };
  void load();
  return h('section', { class: 'card stack qr', 'aria-label': words.title }, place);
}

function pictureOf({ identifier_uid: uid }: Identifier, { api, until }: ViewContext) {
  return api.file(`${itemPath(uid)}/qr`, { query: { size: pixels }, signal: until });
}

function parts(
  picture: Blob,
  { identifier_owner: owner }: Identifier,
  { notices, until }: ViewContext,
) {
  const words = texts.identifiers.qr;
  const source = URL.createObjectURL(picture);
  until.addEventListener('abort', () => URL.revokeObjectURL(source));
  const image = h('img', { src: source, alt: words.alt, width: pixels / 2, height: pixels / 2 });
  const file = new File([picture], fileName, { type: 'image/png' });
  const canSend = 'canShare' in navigator && navigator.canShare({ files: [file] });
  const send = () =>
    navigator.share({ files: [file], title: owner.name.slice(0, 99) }).catch((error: unknown) => {
      if (!isEnded(error)) notices.say(words.notSent);
    });
  return [
    h('figure', {}, image, h('figcaption', { class: 'clip', dir: 'auto' }, owner.name)),
    h(
      'div',
      { class: 'row no-print' },
      button({ label: words.save, icon: 'download', onPress: () => saveFile(picture, fileName) }),
      button({ label: words.print, onPress: () => window.print() }),
      canSend && button({ label: words.send, onPress: send }),
    ),
  ];
}
