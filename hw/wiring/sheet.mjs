/**
 * One sheet of a drawing: wires, symbols and text, as SVG without anything from outside. Symbols
 * stand on a wire between two points, level or upright; text never turns.
 */
const ink = '#1b1f23';

/** Colour and name of every net; the name is in the legend, so colour alone says nothing. */
const nets = {
  '12v': { colour: '#c62828', name: '+12 V' },
  '5v': { colour: '#b45309', name: '+5 V' },
  '3v3': { colour: '#8e24aa', name: '+3.3 V' },
  '0v': { colour: ink, name: '0 V' },
  signal: { colour: '#1565c0', name: 'signal' },
  contact: { colour: '#57606a', name: 'volt-free contact' },
};

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Half the length of each symbol along its wire, and its shapes around the middle, level. */
const symbols = {
  resistor: { half: 20, body: '<rect x="-20" y="-7" width="40" height="14" fill="#fff"/>' },
  fuse: {
    half: 20,
    body: '<rect x="-20" y="-7" width="40" height="14" fill="#fff"/><path d="M-20 0H20"/>',
  },
  capacitor: {
    half: 4,
    body: '<rect x="-4" y="-13" width="8" height="26" fill="#fff" stroke="none"/><path d="M-4 -13V13M4 -13V13"/>',
  },
  // The bar (cathode) is at the second point.
  diode: { half: 10, body: '<path d="M-10 -10V10L8 0Z" fill="#fff"/><path d="M10 -10V10"/>' },
  tvs: {
    half: 20,
    body: '<path d="M-20 -10V10L0 0Z" fill="#fff"/><path d="M20 -10V10L0 0Z" fill="#fff"/><path d="M-5 -13L0 -10V10L5 13"/>',
  },
  coil: {
    half: 26,
    body: '<rect x="-26" y="-15" width="52" height="30" fill="#fff"/><path d="M-18 0a6 6 0 0 1 12 0a6 6 0 0 1 12 0a6 6 0 0 1 12 0" />',
  },
  open: {
    half: 20,
    body: '<rect x="-20" y="-2" width="40" height="4" fill="#fff" stroke="none"/><path d="M-20 0L18 -16"/><circle cx="-20" cy="0" r="3" fill="#fff"/><circle cx="20" cy="0" r="3" fill="#fff"/>',
  },
  closed: {
    half: 20,
    body: '<rect x="-20" y="-2" width="40" height="4" fill="#fff" stroke="none"/><path d="M-20 0L24 -8M20 0V-13"/><circle cx="-20" cy="0" r="3" fill="#fff"/>',
  },
};

/** A fresh sheet. `notes` are the lines of text under the drawing. */
export function sheet({ title, desc, width, height, notes = [] }) {
  const parts = [];
  const used = new Set();
  const total = height + 46 + notes.length * 22;
  const put = (part) => {
    parts.push(part);
  };

  const self = {
    /** Text; `at` is start, middle or end. */
    text(x, y, text, { at = 'start', size = 14, bold = false, colour = ink } = {}) {
      const weight = bold ? ' font-weight="bold"' : '';
      put(
        `<text x="${x}" y="${y}" text-anchor="${at}" font-size="${size}" fill="${colour}"${weight}>${escaped(text)}</text>`,
      );
    },

    /** A wire through points `[x, y]`, level and upright only. */
    wire(net, ...points) {
      used.add(net);
      const [[x0, y0], ...rest] = points;
      let d = `M${x0} ${y0}`;
      let [lastX, lastY] = [x0, y0];
      for (const [x, y] of rest) {
        if (x !== lastX && y !== lastY) throw new Error(`slanting wire to ${x} ${y}: ${title}`);
        d += x === lastX ? `V${y}` : `H${x}`;
        [lastX, lastY] = [x, y];
      }
      put(
        `<path class="wire" d="${d}" fill="none" stroke="${nets[net].colour}" stroke-width="2.5"/>`,
      );
    },

    /** Where wires join. */
    dot(x, y) {
      put(`<circle cx="${x}" cy="${y}" r="4" fill="${ink}"/>`);
    },

    /** A symbol on a wire from one point to the other, with the wire. `labels`: one line or two. */
    part(kind, net, from, to, ...labels) {
      const { half, body } = symbols[kind];
      self.wire(net, from, to);
      const [x, y] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
      const level = from[1] === to[1];
      let turn = from[1] < to[1] ? 90 : -90;
      if (level) turn = from[0] < to[0] ? 0 : 180;
      put(
        `<g transform="translate(${x} ${y}) rotate(${turn})" fill="none" stroke="${ink}" stroke-width="2">${body}</g>`,
      );
      const lift = Math.max(half > 13 ? 24 : 20, kind === 'coil' ? 26 : 0);
      labels.forEach((label, index) => {
        if (level) {
          const above = y - lift - (labels.length - 1 - index) * 17;
          self.text(x, above, label, { at: 'middle' });
        } else self.text(x + 22, y + 5 + (index - (labels.length - 1) / 2) * 17, label);
      });
    },

    /** A supply: the wire goes up from the point to a bar with the name of the supply. */
    supply(net, x, y, label = nets[net].name) {
      self.wire(net, [x, y], [x, y - 16]);
      put(
        `<path d="M${x - 11} ${y - 16}H${x + 11}" stroke="${nets[net].colour}" stroke-width="3"/>`,
      );
      self.text(x, y - 23, label, { at: 'middle', colour: nets[net].colour, bold: true });
    },

    /** Common ground: three bars below the point. */
    ground(x, y) {
      self.wire('0v', [x, y], [x, y + 12]);
      const bars = `M${x - 13} ${y + 12}H${x + 13}M${x - 8} ${y + 17}H${x + 8}M${x - 3} ${y + 22}H${x + 3}`;
      put(`<path d="${bars}" stroke="${ink}" stroke-width="2.5"/>`);
    },

    /** 0 V of a part that is isolated from the Pi: an open triangle below the point. */
    isolatedGround(x, y) {
      self.wire('0v', [x, y], [x, y + 12]);
      put(
        `<path d="M${x - 12} ${y + 12}H${x + 12}L${x} ${y + 26}Z" fill="#fff" stroke="${ink}" stroke-width="2"/>`,
      );
    },

    /** A frame with a heading, for a device; `dashed` for a part of a board. */
    frame(x, y, w, h, heading, { dashed = false, fill = '#f6f8fa' } = {}) {
      const dash = dashed ? ' stroke-dasharray="7 5"' : '';
      put(
        `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="6" fill="${dashed ? 'none' : fill}" stroke="${ink}" stroke-width="1.5"${dash}/>`,
      );
      if (heading) self.text(x + w / 2, y + 21, heading, { at: 'middle', bold: true });
    },

    /** A screw terminal on the edge of a frame. Its label is `left` or `right` of it, or `over` a wire. */
    terminal(x, y, label, side) {
      put(`<circle cx="${x}" cy="${y}" r="5" fill="#fff" stroke="${ink}" stroke-width="2"/>`);
      const left = side.startsWith('left');
      const over = side.endsWith('over');
      self.text(left ? x - 11 : x + 11, over ? y - 8 : y + 5, label, {
        at: left ? 'end' : 'start',
      });
    },

    /** Any other shape, drawn in ink around a point. */
    shape(x, y, body) {
      put(
        `<g transform="translate(${x} ${y})" fill="none" stroke="${ink}" stroke-width="2">${body}</g>`,
      );
    },

    /** The finished SVG. */
    svg() {
      let x = 30;
      const y = height + 14;
      put(`<path d="M20 ${height - 12}H${width - 20}" stroke="#8c959f" stroke-width="1"/>`);
      for (const [net, { colour, name }] of Object.entries(nets)) {
        if (!used.has(net)) continue;
        put(`<path d="M${x} ${y - 5}H${x + 30}" stroke="${colour}" stroke-width="3"/>`);
        self.text(x + 38, y, name);
        x += 130;
      }
      notes.forEach((note, index) => {
        self.text(30, y + 26 + index * 22, note);
      });
      return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" width="${width}" height="${total}" role="img" aria-labelledby="title desc" font-family="Arial, Helvetica, 'DejaVu Sans', sans-serif">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(desc)}</desc>
<rect width="${width}" height="${total}" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
    },
  };
  self.text(30, 36, title, { size: 20, bold: true });
  return self;
}
