/** Drawings of locks: relay boards of both polarities, strike, magnet. */
import { gpio } from './pins.mjs';
import { sheet } from './sheet.mjs';

const channels = [
  { id: 'lock.first', relay: 'K1', input: 'IN1', y: 170 },
  { id: 'lock.second', relay: 'K2', input: 'IN2', y: 370 },
];

/** From the opto-coupler's LED (top at `[600, y]`) to the three contacts at the right. */
function channel(drawing, y, name, supply) {
  drawing.part('diode', 'signal', [600, y], [600, y + 60]);
  drawing.shape(
    624,
    y + 24,
    '<path d="M0 0H20M13 -5L20 0L13 5M0 12H20M13 7L20 12L13 17" stroke-width="1.5"/>',
  );
  drawing.frame(656, y - 8, 84, 80, '', { fill: '#fff' });
  drawing.text(698, y + 28, 'opto and', { at: 'middle', size: 13 });
  drawing.text(698, y + 46, 'transistor', { at: 'middle', size: 13 });
  drawing.part('coil', '5v', [790, y - 10], [790, y + 60]);
  drawing.part('diode', 'signal', [870, y + 60], [870, y - 10]);
  drawing.wire('5v', [790, y - 10], [870, y - 10]);
  drawing.wire('signal', [740, y + 60], [870, y + 60]);
  drawing.supply('5v', 830, y - 10, supply);
  drawing.dot(830, y - 10);
  drawing.dot(790, y + 60);
  drawing.text(830, y + 84, name, { at: 'middle', bold: true });
  for (const [label, at] of [
    ['NO', y - 24],
    ['COM', y + 26],
    ['NC', y + 76],
  ]) {
    drawing.terminal(1090, at, label, 'left over');
    drawing.wire('contact', [1085, at], [label === 'COM' ? 930 : 984, at]);
  }
  drawing.shape(930, y + 26, '<path d="M0 0L56 47"/><circle r="3" fill="#fff"/>');
}

export function activeHighDrawing() {
  const drawing = sheet({
    title: 'Relay board, active high',
    desc: 'Two lines of the Pi drive the opto-couplers of a relay board. A resistor of 10 kΩ holds each line at 0 V until latchd drives it.',
    width: 1120,
    height: 550,
    notes: [
      'High at the Pi energises the relay: active_low: false, which is the default. Take a board that is specified for 3.3 V inputs.',
      '10 kΩ to 0 V: the relay rests before latchd runs, and when the wire to the Pi is off. GPIO 22 and 23 are pulled down at power-on as well.',
      'Coils are fed from the 5 V supply of the panel, not from the Pi: a coil takes about 70 mA. The diode across each coil is on the board.',
      'NO, COM and NC are shown at rest. Strike (fail-secure): COM and NO. Magnet (fail-safe): COM and NC. Both with relay: strike.',
    ],
  });
  drawing.frame(30, 70, 220, 460, 'Raspberry Pi');
  drawing.frame(460, 70, 630, 460, 'Relay board');
  for (const { id, relay, input, y } of channels) {
    drawing.terminal(250, y, gpio(id), 'left');
    drawing.wire('signal', [255, y], [455, y]);
    drawing.dot(350, y);
    drawing.part('resistor', 'signal', [350, y], [350, y + 80], '10 kΩ');
    drawing.ground(350, y + 80);
    drawing.terminal(460, y, input, 'right over');
    drawing.part('resistor', 'signal', [465, y], [600, y], '1 kΩ');
    drawing.wire('0v', [600, y + 60], [540, y + 60]);
    drawing.ground(540, y + 60);
    channel(drawing, y, relay, '+5 V');
  }
  drawing.terminal(250, 500, 'GND (pin 14)', 'left');
  drawing.wire('0v', [255, 500], [455, 500]);
  drawing.terminal(460, 500, 'GND', 'right');
  return drawing.svg();
}

export function activeLowDrawing() {
  const drawing = sheet({
    title: 'Relay board, active low',
    desc: 'The LEDs of the opto-couplers hang between 3.3 V and the lines of the Pi. A resistor of 10 kΩ holds each line at 3.3 V until latchd drives it.',
    width: 1120,
    height: 550,
    notes: [
      'Low at the Pi energises the relay: set active_low: true for both locks.',
      'Take out the jumper JD-VCC. VCC is 3.3 V from the Pi; JD-VCC is 5 V for the coils. With 5 V at VCC, 5 V reach the Pi through the LED.',
      '10 kΩ to 3.3 V: stronger than the pull-down of 50 kΩ that GPIO 22 and 23 have at power-on, so the relay rests until latchd runs.',
      'Some boards do not pull in with 3.3 V at VCC: try each one. NO, COM and NC are shown at rest.',
    ],
  });
  drawing.frame(30, 70, 220, 460, 'Raspberry Pi');
  drawing.frame(460, 70, 630, 460, 'Relay board');
  for (const { id, relay, input, y } of channels) {
    drawing.terminal(250, y + 60, gpio(id), 'left');
    drawing.wire('signal', [255, y + 60], [455, y + 60]);
    drawing.part('resistor', '3v3', [350, y - 10], [350, y + 60], '10 kΩ');
    drawing.supply('3v3', 350, y - 2);
    drawing.dot(350, y + 60);
    drawing.terminal(460, y + 60, input, 'right over');
    drawing.wire('signal', [465, y + 60], [600, y + 60]);
    drawing.supply('3v3', 500, y, 'VCC');
    drawing.part('resistor', '3v3', [500, y], [600, y], '1 kΩ');
    channel(drawing, y, relay, '+5 V (JD-VCC)');
  }
  drawing.terminal(250, 500, '3.3 V (pin 17)', 'left');
  drawing.wire('3v3', [255, 500], [455, 500]);
  drawing.terminal(460, 500, 'VCC', 'right');
  return drawing.svg();
}

export function strikeDrawing() {
  const drawing = sheet({
    title: 'Strike, fail-secure (first lock)',
    desc: 'A fuse, the normally open contact of relay K1 and the strike in series. A diode across the strike takes the spike of its coil.',
    width: 1000,
    height: 340,
    notes: [
      'At rest and without power the strike holds the door shut. Current for some seconds opens it.',
      'The diode stands at the strike, not in the panel: its bar (cathode) to plus. 1N4007 for up to 1 A.',
      'For a strike on alternating current: a varistor or a TVS for both directions instead of the diode.',
      'The door must open from inside without any current: by a handle or a panic bar.',
      'In the configuration: relay: strike, the default.',
    ],
  });
  drawing.supply('12v', 80, 120);
  drawing.part('fuse', '12v', [80, 120], [290, 120], 'F3, 1 A slow');
  drawing.frame(290, 65, 260, 110, 'Relay board, K1', { dashed: true });
  drawing.terminal(290, 120, 'COM', 'right over');
  drawing.part('open', '12v', [295, 120], [545, 120]);
  drawing.terminal(550, 120, 'NO', 'left over');
  drawing.wire('12v', [555, 120], [900, 120]);
  drawing.frame(620, 70, 350, 240, 'At the door', { dashed: true });
  drawing.wire('12v', [740, 120], [740, 140]);
  drawing.dot(740, 120);
  drawing.part('diode', '12v', [740, 260], [740, 120], '1N4007');
  drawing.part('coil', '12v', [900, 120], [900, 260], 'strike');
  drawing.wire('0v', [900, 260], [80, 260]);
  drawing.dot(740, 260);
  drawing.ground(80, 260);
  drawing.text(90, 284, 'own wire to 0 V of the supply, not through the Pi', { size: 13 });
  return drawing.svg();
}

export function magnetDrawing() {
  const drawing = sheet({
    title: 'Magnet, fail-safe (second lock)',
    desc: 'Fuse, fire panel contact, emergency release, exit button, normally closed contact of relay K2 and magnet in series: any of them lets the door go, without software.',
    width: 1240,
    height: 340,
    notes: [
      'All contacts are shown at rest, door held. Each opening cuts the plus wire of the magnet; none needs latchd, the Pi or the network.',
      'D1 is a TVS for both directions, P6KE18CA, at the magnet. Never a plain diode: it lets the current circle and the magnet holds on for a second.',
      'Many magnets have such protection inside: then leave D1 out. Nothing else may stand across the magnet, no lamp and no capacitor.',
      'The emergency release is the green call point beside the door; its two poles cut both wires, so that no single short gets around it.',
      'The exit button has two poles: this one cuts, the other goes to the Pi (drawing inputs). Without power the door is open.',
      'In the configuration: relay: strike, the default. An energised relay opens the door. relay: magnet would invert it.',
    ],
  });
  drawing.supply('12v', 60, 140);
  drawing.part('fuse', '12v', [60, 140], [210, 140], 'F4, 1 A slow');
  drawing.part('closed', '12v', [210, 140], [370, 140], 'fire panel', 'pole 1, opens in alarm');
  drawing.part('closed', '12v', [370, 140], [570, 140], 'emergency release', 'pole 1');
  drawing.part('closed', '12v', [570, 140], [730, 140], 'exit button', 'pole 1');
  drawing.frame(730, 85, 200, 90, 'Relay board, K2', { dashed: true });
  drawing.terminal(730, 140, 'COM', 'right over');
  drawing.part('closed', '12v', [735, 140], [925, 140]);
  drawing.terminal(930, 140, 'NC', 'left over');
  drawing.frame(960, 70, 260, 240, 'At the door', { dashed: true });
  drawing.wire('12v', [935, 140], [1120, 140]);
  drawing.part('tvs', '12v', [1000, 140], [1000, 260], 'D1');
  drawing.dot(1000, 140);
  drawing.part('coil', '12v', [1120, 140], [1120, 260], 'magnet');
  drawing.wire('0v', [1120, 260], [570, 260]);
  drawing.part('closed', '0v', [370, 260], [570, 260], 'emergency release', 'pole 2');
  drawing.wire('0v', [370, 260], [60, 260]);
  drawing.dot(1000, 260);
  drawing.ground(60, 260);
  drawing.text(90, 284, 'own wire to 0 V of the supply, not through the Pi', { size: 13 });
  return drawing.svg();
}
