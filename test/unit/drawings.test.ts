import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = `${root}hw/wiring/`;

interface Line {
  id: string;
  line: number;
  drawing: string;
  rest: 'high' | 'low';
  config?: string;
}

const { drawings, withTables } = (await import(`${folder}make.mjs`)) as {
  drawings: () => Map<string, string>;
  withTables: (readme: string) => string;
};
const { boards, gpio, header, lines, pinOf } = (await import(`${folder}pins.mjs`)) as {
  boards: { uart: string }[];
  gpio: (id: string) => string;
  header: (number | string)[];
  lines: Line[];
  pinOf: (line: number) => number;
};

/** Every number of a parsed configuration that names a line, by its path. */
function linesOf(value: unknown, path = ''): Map<string, number> {
  const found = new Map<string, number>();
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, member] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof member === 'number' && ['line', 'd0', 'd1'].includes(key)) found.set(at, member);
    for (const [inner, line] of linesOf(member, at)) found.set(inner, line);
  }
  return found;
}

interface Box {
  what: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where each text of a drawing stands, by the widths of a wide common font. */
function textsOf(svg: string): Box[] {
  const texts =
    /<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)" font-size="(\d+)"[^>]*>([^<]*)</g;
  return [...svg.matchAll(texts)].map(([whole, x, y, anchor, size, what = '']) => {
    const width = what.length * Number(size) * (whole.includes('font-weight') ? 0.62 : 0.54);
    const before = { start: 0, middle: 0.5, end: 1 }[anchor ?? ''] ?? 0;
    const left = Number(x) - width * before;
    const bottom = Number(y) + Number(size) * 0.2;
    return { what, left, top: Number(y) - Number(size) * 0.75, right: left + width, bottom };
  });
}

/** The straight pieces of every wire of a drawing. */
function wiresOf(svg: string): Box[] {
  const pieces: Box[] = [];
  for (const [, d = ''] of svg.matchAll(/<path class="wire" d="([^"]*)"/g)) {
    let [x, y] = [0, 0];
    for (const [, step, first, second] of d.matchAll(/([MHV])([\d.]+)(?: ([\d.]+))?/g)) {
      const [fromX, fromY] = [x, y];
      if (step !== 'V') x = Number(first);
      if (step === 'V') y = Number(first);
      if (step === 'M') y = Number(second);
      else {
        const [left, right] = [Math.min(x, fromX), Math.max(x, fromX)];
        pieces.push({ what: d, left, right, top: Math.min(y, fromY), bottom: Math.max(y, fromY) });
      }
    }
  }
  return pieces;
}

const meet = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

test('the drawings in the tree are the ones that scripts/drawings makes', () => {
  const made = drawings();
  const there = readdirSync(folder).filter((name) => name.endsWith('.svg'));
  assert.deepEqual(there.sort(), [...made.keys()].sort());
  for (const [name, svg] of made) {
    assert.equal(readFileSync(folder + name, 'utf8'), svg, `${name}: run scripts/drawings`);
  }
});

test('hw/README.md has the tables of the pin table, and links every drawing', () => {
  const readme = readFileSync(`${root}hw/README.md`, 'utf8');
  assert.equal(readme, withTables(readme), 'run scripts/drawings');
  for (const name of drawings().keys()) assert.ok(readme.includes(`](wiring/${name})`), name);
});

/** The example as an installer gets it, and with everything that is switched off by a `#`. */
const example = readFileSync(`${root}hw/latchd.yaml`, 'utf8');
const complete = example.replace(/^#(?! \S)/gm, '');

test('the example holds, as it is and with everything wired', () => {
  const [fresh, all] = [parseConfig(example), parseConfig(complete)];
  assert.deepEqual([fresh.readers.length, fresh.inputs.length], [1, 0]);
  assert.deepEqual([all.readers.length, all.inputs.length], [3, 6]);
});

test('the lines of the example are those of the pin table, each with its level at rest', () => {
  const config = parse(complete);
  const configured = linesOf(config);
  const named = lines.filter(({ config }) => config !== 'readers.2.serial.path');
  assert.deepEqual(
    named.map(({ config, line }) => [config, line]).sort(),
    [...configured].sort(),
    'hw/latchd.yaml and hw/pins.yaml',
  );
  for (const { id, config: path = '', rest } of named) {
    const parent = path.split('.').slice(0, -1);
    const wire = parent.reduce<object>((value, key) => Reflect.get(value, key), config);
    if (path.includes('wiegand')) continue;
    assert.equal('active_low' in wire && wire.active_low === true, rest === 'high', id);
  }
});

test('the serial reader of the example is at the UART of every board', () => {
  const { path } = parse(complete).readers[2].serial;
  assert.deepEqual([...new Set(boards.map(({ uart }) => uart))], [path]);
});

test('a line has one use, is on the header, and stands with its pin in its drawing', () => {
  assert.equal(new Set(lines.map(({ line }) => line)).size, lines.length);
  assert.equal(header.length, 40);
  const made = drawings();
  for (const { id, line, drawing } of lines) {
    assert.equal(header[pinOf(line) - 1], line);
    const svg = made.get(`${drawing}.svg`);
    assert.ok(svg?.includes(gpio(id)), `${gpio(id)} in ${drawing}`);
  }
});

test('no drawing names a line with a pin that is not its own', () => {
  for (const [name, svg] of drawings()) {
    for (const [text, line, pin] of svg.matchAll(/GPIO (\d+) \(pin (\d+)\)/g)) {
      assert.equal(pinOf(Number(line)), Number(pin), `${name}: ${text}`);
      assert.ok(
        lines.some((row) => row.line === Number(line)) || line === '14',
        `${name}: ${text}`,
      );
    }
    for (const [text, pin] of svg.matchAll(/(?:GND|[35](?:\.3)? V) \(pin (\d+)\)/g)) {
      assert.equal(header[Number(pin) - 1], text.replace(/ \(.*/, ''), `${name}: ${text}`);
    }
  }
});

test('relays, LEDs and buzzers are on lines that are pulled down at power-on', () => {
  const outputs = lines.filter(({ id }) => /^lock\.|\.led$|\.buzzer$/.test(id));
  assert.equal(outputs.length, 6);
  for (const { id, line } of outputs) assert.ok(line >= 9 && line !== 14, id);
});

test('a drawing stands alone: own ground, title, description, nothing from outside', () => {
  for (const [name, svg] of drawings()) {
    assert.match(svg, /<title id="title">[^<]+<\/title>\n<desc id="desc">[^<]+<\/desc>/, name);
    assert.match(svg, /<rect width="\d+" height="\d+" fill="#fff"\/>/, name);
    assert.doesNotMatch(
      svg.replace('xmlns="http://www.w3.org/2000/svg"', ''),
      /http|url\(|<image|<script|<style|href/,
      name,
    );
  }
});

test('no text of a drawing lies on another text, on a wire, or outside', () => {
  for (const [name, svg] of drawings()) {
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    const texts = textsOf(svg);
    const wires = wiresOf(svg);
    assert.ok(texts.length > 5, name);
    for (const [index, text] of texts.entries()) {
      assert.ok(text.left >= 0 && text.right <= Number(width), `${name}: ${text.what} is cut off`);
      assert.ok(text.top >= 0 && text.bottom <= Number(height), `${name}: ${text.what} is cut off`);
      const other = texts.slice(index + 1).find((later) => meet(text, later));
      assert.equal(other?.what, undefined, `${name}: ${text.what}`);
      const wire = wires.find((piece) =>
        meet(text, { ...piece, right: piece.right + 1, bottom: piece.bottom + 1 }),
      );
      assert.equal(wire?.what, undefined, `${name}: a wire through ${text.what}`);
    }
  }
});
