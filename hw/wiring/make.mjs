/** Makes every drawing and the made parts of hw/README.md. Run by scripts/drawings. */
import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { headerDrawing } from './header.mjs';
import * as inputs from './inputs.mjs';
import * as locks from './locks.mjs';
import { boards, boardTable, pinTable } from './pins.mjs';
import { powerDrawing } from './power.mjs';
import * as readers from './readers.mjs';

/** Text of every drawing by the name of its file in hw/wiring. */
export function drawings() {
  const made = new Map(boards.map((board) => [`header-${board.id}.svg`, headerDrawing(board)]));
  made.set('wiegand-reader.svg', readers.wiegandReaderDrawing());
  made.set('wiegand-reader-opto.svg', readers.wiegandOptoDrawing());
  made.set('two-readers.svg', readers.twoReadersDrawing());
  made.set('reader-led.svg', readers.readerLedDrawing());
  made.set('uart-reader.svg', readers.uartReaderDrawing());
  made.set('relay-board-active-high.svg', locks.activeHighDrawing());
  made.set('relay-board-active-low.svg', locks.activeLowDrawing());
  made.set('strike.svg', locks.strikeDrawing());
  made.set('magnet.svg', locks.magnetDrawing());
  made.set('fire.svg', inputs.fireDrawing());
  made.set('inputs.svg', inputs.inputsDrawing());
  made.set('power.svg', powerDrawing());
  return made;
}

/** hw/README.md with the tables as the pin table has them. */
export function withTables(readme) {
  let text = readme;
  for (const [name, table] of [
    ['pins', pinTable()],
    ['boards', boardTable()],
  ]) {
    const start = text.indexOf('-->', text.indexOf(`<!-- ${name}`)) + '-->'.length;
    const end = text.indexOf(`<!-- /${name} -->`);
    if (end < start) throw new Error(`hw/README.md has no part ${name}`);
    text = `${text.slice(0, start)}\n${table}\n${text.slice(end)}`;
  }
  return text;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, svg] of drawings()) writeFileSync(new URL(name, import.meta.url), svg);
  const readme = new URL('../README.md', import.meta.url);
  writeFileSync(readme, withTables(readFileSync(readme, 'utf8')));
}
