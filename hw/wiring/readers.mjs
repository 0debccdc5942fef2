/** Drawings of readers: Wiegand by level shifter and by opto-coupler, LED and buzzer, serial. */
import { gpio } from './pins.mjs';
import { sheet } from './sheet.mjs';

/** A Schmitt-trigger buffer whose output is at `x + 56`. */
function buffer(drawing, x, y) {
  drawing.shape(
    x,
    y,
    '<path d="M0 -26V26L46 0Z" fill="#fff"/><path d="M8 6H15V-6H24M12 6M15 6" stroke-width="1.5"/><path d="M13 6H20V-6" stroke-width="1.5"/>',
  );
}

/** The reader at the left of a Wiegand drawing: its terminals stand at x = 230. */
function wiegandReader(drawing, d0Y, d1Y, zeroY, supply) {
  drawing.frame(30, 70, 200, zeroY - 40, 'Reader');
  drawing.terminal(230, 120, '+12 V (red)', 'left');
  drawing.terminal(230, d0Y, 'D0 (green)', 'left');
  drawing.terminal(230, d1Y, 'D1 (white)', 'left');
  drawing.terminal(230, zeroY, '0 V (black)', 'left');
  drawing.wire('12v', [235, 120], [300, 120], [300, 112]);
  drawing.supply('12v', 300, 112, supply);
  drawing.wire('0v', [235, zeroY], [320, zeroY]);
}

/** The Pi at the right of a drawing, with a terminal for each of `[y, label]`. */
function raspberryPi(drawing, x, height, ...terminals) {
  drawing.frame(x, 70, 210, height, 'Raspberry Pi');
  for (const [y, label] of terminals) drawing.terminal(x, y, label, 'right');
}

export function wiegandReaderDrawing() {
  const drawing = sheet({
    title: 'Wiegand reader through a level shifter',
    desc: 'D0 and D1 of the reader are pulled up to 5 V, filtered, and brought to 3.3 V by a 74LVC2G17 Schmitt-trigger buffer. Reader and Pi share 0 V.',
    width: 1120,
    height: 480,
    notes: [
      'U1 is 74LVC2G17, two Schmitt-trigger buffers: supplied with 3.3 V, their inputs still take 5 V. VCC is its pin 5, GND its pin 2, 100 nF between.',
      '1 kΩ and 1 nF smooth spikes of about 1 µs. The shortest pulse of a reader is 20 µs, so it passes whole.',
      'Without the common 0 V the bits are random. Screen of the cable: to 0 V in the panel only, open at the reader.',
      '+5 V comes from the converter (drawing power). A reader that pulls D0 and D1 up itself: leave out the two resistors of 2.2 kΩ.',
    ],
  });
  const [d0, d1, zero] = [210, 340, 430];
  wiegandReader(drawing, d0, d1, zero, '+12 V, F1');

  drawing.frame(690, 130, 120, 262, 'U1', { dashed: true });
  for (const [y, input, output] of [
    [d0, '1', '6'],
    [d1, '3', '4'],
  ]) {
    drawing.wire('signal', [235, y], [400, y]);
    drawing.part('resistor', '5v', [400, y - 70], [400, y], '2.2 kΩ');
    drawing.supply('5v', 400, y - 54);
    drawing.dot(400, y);
    drawing.part('resistor', 'signal', [400, y], [600, y], '1 kΩ');
    drawing.dot(600, y);
    drawing.part('capacitor', 'signal', [600, y], [600, y + 50], '1 nF');
    drawing.ground(600, y + 50);
    drawing.wire('signal', [600, y], [725, y]);
    buffer(drawing, 725, y);
    drawing.text(681, y - 8, input, { at: 'end', size: 12 });
    drawing.text(819, y - 8, output, { size: 12 });
    drawing.wire('signal', [771, y], [875, y]);
  }
  drawing.wire('3v3', [750, 130], [750, 112]);
  drawing.supply('3v3', 750, 112);
  drawing.wire('0v', [750, 392], [750, 400]);
  drawing.ground(750, 400);
  drawing.ground(320, zero);
  raspberryPi(
    drawing,
    880,
    340,
    [d0, gpio('front.d0')],
    [d1, gpio('front.d1')],
    [376, 'GND (pin 9)'],
  );
  drawing.wire('0v', [875, 376], [840, 376]);
  drawing.ground(840, 376);
  return drawing.svg();
}

export function wiegandOptoDrawing() {
  const drawing = sheet({
    title: 'Wiegand reader through high-speed opto-couplers',
    desc: 'D0 and D1 each draw current through the LED of a 6N137. Its open-collector output is pulled up to 3.3 V. Reader and Pi share no wire.',
    width: 1220,
    height: 600,
    notes: [
      'For a reader in another building or with a supply of its own. U2 and U3 are 6N137: 5 mA switch them on, 390 Ω gives 9 mA.',
      'The reader must be able to sink 10 mA on D0 and D1: see its data sheet. A pulse (low) on D0 is a low level at the Pi.',
      'Each 6N137 needs 100 nF from pin 8 to pin 5, beside the chip. Pin 7 (enable) stays open.',
      'The open triangle is 0 V of the reader. It stays apart from 0 V of the Pi, or the isolation is gone.',
      'The 5 V at the left come from the supply of the reader, not from the Pi. The 5 V at the right come from the Pi (pin 2).',
      'A PC817 is too slow: up to 18 µs for each edge at 100 Ω, longer at 1 kΩ and more. A pulse may last only 20 µs.',
    ],
  });
  const [d0, d1, zero] = [260, 440, 540];
  wiegandReader(drawing, d0, d1, zero, 'own +12 V');
  drawing.dot(300, 120);
  drawing.wire('12v', [300, 120], [360, 120]);
  drawing.frame(360, 90, 110, 60, '78L05');
  drawing.text(415, 136, '12 V to 5 V', { at: 'middle', size: 13 });
  drawing.wire('0v', [415, 150], [415, 158]);
  drawing.isolatedGround(415, 158);
  drawing.wire('5v', [470, 120], [500, 120], [500, d1 - 70]);
  drawing.dot(500, d0 - 70);
  drawing.isolatedGround(320, zero);
  drawing.text(345, zero + 22, '0 V of the reader', { size: 13 });
  for (const [y, name] of [
    [d0, 'U2'],
    [d1, 'U3'],
  ]) {
    drawing.part('resistor', '5v', [500, y - 70], [620, y - 70], '390 Ω');
    drawing.frame(620, y - 110, 190, 150, `${name} 6N137`, { dashed: true });
    drawing.part('diode', 'signal', [660, y - 70], [660, y]);
    drawing.wire('5v', [620, y - 70], [660, y - 70]);
    drawing.wire('signal', [235, y], [660, y]);
    drawing.shape(
      690,
      y - 38,
      '<path d="M0 0H24M17 -5L24 0L17 5M0 12H24M17 7L24 12L17 17" stroke-width="1.5"/>',
    );
    drawing.frame(730, y - 74, 56, 82, '', { fill: '#fff' });
    drawing.text(758, y - 28, 'gate', { at: 'middle', size: 13 });
    drawing.wire('5v', [786, y - 58], [850, y - 58]);
    drawing.supply('5v', 850, y - 58, '+5 V (Pi)');
    drawing.wire('signal', [786, y - 28], [975, y - 28]);
    drawing.part('resistor', '3v3', [910, y - 90], [910, y - 28], '1 kΩ');
    drawing.supply('3v3', 910, y - 84);
    drawing.dot(910, y - 28);
    drawing.wire('0v', [786, y], [850, y]);
    drawing.ground(850, y);
    drawing.text(820, y - 64, '8', { at: 'middle', size: 12 });
    drawing.text(820, y - 34, '6', { at: 'middle', size: 12 });
    drawing.text(820, y - 6, '5', { at: 'middle', size: 12 });
    drawing.text(612, y - 76, '2', { at: 'end', size: 12 });
    drawing.text(612, y - 6, '3', { at: 'end', size: 12 });
  }
  raspberryPi(
    drawing,
    980,
    480,
    [d0 - 28, gpio('front.d0')],
    [d1 - 28, gpio('front.d1')],
    [510, 'GND (pin 9)'],
  );
  drawing.wire('0v', [975, 510], [940, 510]);
  drawing.ground(940, 510);
  return drawing.svg();
}

export function twoReadersDrawing() {
  const drawing = sheet({
    title: 'Two Wiegand readers',
    desc: 'Each reader has its own cable, fuse and level shifter, and two lines of the Pi. All share 0 V.',
    width: 1120,
    height: 560,
    notes: [
      'Each level shifter is the one of the drawing wiegand-reader, or of wiegand-reader-opto.',
      'A fuse for each reader: a short in one cable leaves the other reader alive.',
      'Mount readers 0.5 m apart or more, or each disturbs the field of the other.',
    ],
  });
  for (const [top, heading, fuse] of [
    [70, 'Front reader', 'F1, 0.5 A'],
    [310, 'Rear reader', 'F2, 0.5 A'],
  ]) {
    drawing.frame(30, top, 180, 220, heading);
    const [power, d0, d1, zero] = [top + 60, top + 110, top + 150, top + 195];
    drawing.terminal(210, power, '+12 V (red)', 'left');
    drawing.terminal(210, d0, 'D0 (green)', 'left');
    drawing.terminal(210, d1, 'D1 (white)', 'left');
    drawing.terminal(210, zero, '0 V (black)', 'left');
    drawing.part('fuse', '12v', [215, power], [430, power], fuse);
    drawing.supply('12v', 430, power);
    drawing.wire('signal', [215, d0], [520, d0]);
    drawing.wire('signal', [215, d1], [520, d1]);
    drawing.frame(520, top + 70, 160, 110, 'Level shifter');
    drawing.text(600, top + 137, '5 V to 3.3 V', { at: 'middle' });
    drawing.wire('signal', [680, d0], [875, d0]);
    drawing.wire('signal', [680, d1], [875, d1]);
    drawing.wire('0v', [215, zero], [875, zero]);
    drawing.wire('0v', [600, top + 180], [600, zero]);
    drawing.dot(600, zero);
  }
  drawing.frame(880, 70, 210, 460, 'Raspberry Pi');
  for (const [y, label] of [
    [180, gpio('front.d0')],
    [220, gpio('front.d1')],
    [265, 'GND (pin 9)'],
    [420, gpio('rear.d0')],
    [460, gpio('rear.d1')],
    [505, 'GND (pin 20)'],
  ]) {
    drawing.terminal(880, y, label, 'right');
  }
  return drawing.svg();
}

export function readerLedDrawing() {
  const drawing = sheet({
    title: 'LED and buzzer of a reader',
    desc: 'Two lines of the Pi drive two channels of a ULN2003A, whose open collectors pull the LED and buzzer wires of the reader to 0 V.',
    width: 1120,
    height: 400,
    notes: [
      'High at the Pi: the ULN2003A conducts, the wire of the reader is pulled to 0 V, and the LED is on or the buzzer sounds.',
      `The rear reader in the same way: LED on ${gpio('rear.led')}, buzzer on ${gpio('rear.buzzer')}, channels 3 and 4.`,
      'Colours of these two wires differ from maker to maker: see the manual of the reader.',
      'Use lines from GPIO 9 up: they are pulled down at power-on, so nothing sounds while the Pi boots.',
      'A ULN2003A leaves up to 1.1 V on the wire. A reader that wants less: N-channel MOSFET 2N7002 instead, 10 kΩ gate to 0 V.',
    ],
  });
  raspberryPi(drawing, 30, 300);
  drawing.frame(440, 70, 230, 260, 'U4 ULN2003A');
  drawing.frame(880, 70, 210, 300, 'Reader');
  for (const [y, id, input, output, wire] of [
    [140, 'front.led', '1', '16', 'LED input'],
    [210, 'front.buzzer', '2', '15', 'buzzer input'],
  ]) {
    drawing.terminal(240, y, gpio(id), 'left');
    drawing.wire('signal', [245, y], [435, y]);
    drawing.terminal(440, y, `pin ${input}`, 'right');
    drawing.shape(
      555,
      y,
      '<path d="M-18 -18V18L14 0Z" fill="#fff"/><circle cx="19" r="5" fill="#fff"/>',
    );
    drawing.terminal(670, y, `pin ${output}`, 'left');
    drawing.wire('signal', [675, y], [875, y]);
    drawing.terminal(880, y, wire, 'right');
  }
  drawing.terminal(240, 280, 'GND (pin 39)', 'left');
  drawing.wire('0v', [245, 280], [435, 280]);
  drawing.terminal(440, 280, 'pin 8', 'right');
  drawing.dot(340, 280);
  drawing.ground(340, 280);
  drawing.terminal(670, 280, 'pin 9: open', 'left');
  drawing.terminal(880, 280, '+12 V (red)', 'right');
  drawing.terminal(880, 330, '0 V (black)', 'right');
  drawing.wire('12v', [875, 280], [780, 280]);
  drawing.supply('12v', 780, 280, '+12 V, F1');
  drawing.wire('0v', [875, 330], [780, 330]);
  drawing.ground(780, 330);
  return drawing.svg();
}

export function uartReaderDrawing() {
  const drawing = sheet({
    title: 'Serial reader, 125 kHz, frames of 14 bytes',
    desc: 'TX of the reader, 5 V, is divided to 3 V and goes to GPIO 15 of the Pi. TX of the Pi stays open.',
    width: 1120,
    height: 400,
    notes: [
      '5 V x 3.3 / (2.2 + 3.3) = 3.0 V: high for every board (2.0 V and more), and below 3.3 V.',
      '9600 bits a second, 8 data bits, no parity, 1 stop bit. Keep the module beside the case: the wire has no protection.',
      'A module with a 3.3 V output needs no divider. One with RS-232 levels (plus and minus 12 V) needs a MAX3232, or it kills the Pi.',
      'The console must be off on this UART, and the UART differs from board to board: see the table of boards.',
    ],
  });
  drawing.frame(30, 70, 230, 300, 'Reader module');
  drawing.terminal(260, 130, '+5 V', 'left');
  drawing.terminal(260, 210, 'TX', 'left');
  drawing.terminal(260, 330, 'GND', 'left');
  drawing.terminal(260, 270, 'RX: open', 'left');
  drawing.frame(860, 70, 230, 300, 'Raspberry Pi');
  drawing.terminal(860, 130, '5 V (pin 4)', 'right');
  drawing.terminal(860, 210, `${gpio('serial.rx')} RXD`, 'right');
  drawing.terminal(860, 330, 'GND (pin 6)', 'right');
  drawing.terminal(860, 270, 'GPIO 14 (pin 8): open', 'right');
  drawing.wire('5v', [265, 130], [855, 130]);
  drawing.part('resistor', 'signal', [265, 210], [560, 210], '2.2 kΩ');
  drawing.wire('signal', [560, 210], [855, 210]);
  drawing.dot(560, 210);
  drawing.part('resistor', 'signal', [560, 210], [560, 330], '3.3 kΩ');
  drawing.wire('0v', [265, 330], [855, 330]);
  drawing.dot(560, 330);
  return drawing.svg();
}
