/** The 40-pin header of one board, with what the drawings use each pin for. */
import { header, lines, pullAtPowerOn, reserved } from './pins.mjs';
import { sheet } from './sheet.mjs';

const fills = { '3.3 V': '#e1bee7', '5 V': '#ffd8a8', GND: '#c9cfd6' };

/** SVG of the header of `board`, a row of hw/pins.yaml. */
export function headerDrawing({ name, chip, supply, uart, uart_setup }) {
  const drawing = sheet({
    title: `${name}: 40-pin header`,
    desc: `Pins of the header of a ${name} and the lines that the drawings use.`,
    width: 1000,
    height: 822,
    notes: [
      'Pin 1 is at the end of the header nearer to the SD card, in the row away from the edge of the board.',
      'Blue: used in the drawings. Solid ring: pull-up at power-on. Dashed ring: pull-down at power-on.',
      `Chip label: ${chip}. Lines are BCM numbers (GPIO). Every line takes 0 to 3.3 V and no more.`,
      `Supply: ${supply}. Serial reader on GPIO 15: ${uart}, with ${uart_setup.join(' and ')} in config.txt.`,
    ],
  });
  drawing.frame(430, 56, 140, 740);
  header.forEach((what, index) => {
    const odd = index % 2 === 0;
    const x = odd ? 468 : 532;
    const y = 82 + Math.floor(index / 2) * 36;
    const used = lines.find(({ line }) => line === what);
    const isLine = typeof what === 'number';
    const dash = isLine && pullAtPowerOn(what) === 'down' ? ' stroke-dasharray="4 3"' : '';
    const fill = used ? '#bbdefb' : (fills[what] ?? '#fff');
    drawing.shape(
      x,
      y,
      `<circle r="14" fill="${fill}" stroke-width="${isLine ? 2.5 : 1}"${dash}/>`,
    );
    drawing.text(x, y + 5, String(index + 1), { at: 'middle', size: 13 });
    const at = odd ? 'end' : 'start';
    const note = used?.what ?? reserved.get(what);
    const label = isLine ? `GPIO ${what}` : what;
    drawing.text(odd ? 420 : 580, y + 5, label, { at, bold: Boolean(used) });
    if (note) {
      drawing.text(odd ? 346 : 654, y + 5, note, { at, colour: used ? '#1565c0' : '#57606a' });
    }
  });
  return drawing.svg();
}
