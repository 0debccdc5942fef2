/** The pin table: read from hw/pins.yaml, joined with the 40-pin header, printed for README. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const table = parse(readFileSync(new URL('../pins.yaml', import.meta.url), 'utf8'));

/** Lines and boards, each in the order of the file. */
export const { lines, boards } = table;

/** The header from pin 1 on, the same on every board: a BCM number, or what else the pin is. */
// biome-ignore format: two columns, as on the board
export const header = [
  '3.3 V', '5 V',
  2, '5 V',
  3, 'GND',
  4, 14,
  'GND', 15,
  17, 18,
  27, 'GND',
  22, 23,
  '3.3 V', 24,
  10, 'GND',
  9, 25,
  11, 8,
  'GND', 7,
  0, 1,
  5, 'GND',
  6, 12,
  13, 'GND',
  19, 16,
  26, 20,
  'GND', 21,
];

/** What the header's lines are wanted for elsewhere, so that the drawings leave them alone. */
export const reserved = new Map([
  [0, 'ID EEPROM'],
  [1, 'ID EEPROM'],
  [2, 'SDA, 1.8 kΩ pull-up on the board'],
  [3, 'SCL, 1.8 kΩ pull-up on the board'],
  [14, 'TXD: leave open, it moves at boot'],
]);

/** Pull resistor of a line at power-on, before any software runs. */
export const pullAtPowerOn = (line) => (line <= 8 ? 'up' : 'down');

/** Number of the header pin of a BCM line. */
export function pinOf(line) {
  const index = header.indexOf(line);
  if (index < 0) throw new Error(`line ${line} is not on the header`);
  return index + 1;
}

/** A row of the table by its id. */
export function lineOf(id) {
  const found = lines.find((row) => row.id === id);
  if (!found) throw new Error(`hw/pins.yaml has no line ${id}`);
  return found;
}

/** "GPIO 17 (pin 11)" of a row by its id. */
export function gpio(id) {
  const { line } = lineOf(id);
  return `GPIO ${line} (pin ${pinOf(line)})`;
}

/** The table of hw/README.md. */
export function pinTable() {
  const rows = lines.map(
    ({ line, what, direction, rest, drawing, config }) =>
      `| ${line} | ${pinOf(line)} | ${what} | ${direction} | ${rest} | ${pullAtPowerOn(line)} | ` +
      `${config ? `\`${config.replace(/\.(\d+)/g, '[$1]')}\`` : ''} | [${drawing}](wiring/${drawing}.svg) |`,
  );
  return [
    '| GPIO | pin | what | direction | at rest | pull at power-on | key in the configuration | drawing |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The table of boards of hw/README.md. */
export function boardTable() {
  const rows = boards.map(
    ({ id, name, chip, supply, uart, uart_setup }) =>
      `| [${name}](wiring/header-${id}.svg) | \`${chip}\` | ${supply} | \`${uart}\` | ` +
      `${uart_setup.map((line) => `\`${line}\``).join(', ')} |`,
  );
  return [
    '| board | chip label | supply | UART of GPIO 15 | in `config.txt` for it |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
