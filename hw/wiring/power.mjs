/** Drawing of the supplies and fuses. */
import { sheet } from './sheet.mjs';

const branches = [
  ['F1, 0.5 A', 'front reader'],
  ['F2, 0.5 A', 'rear reader'],
  ['F3, 1 A slow', 'strike (first lock)'],
  ['F4, 1 A slow', 'fire panel contact, then magnet (second lock)'],
  ['F5, 0.25 A', 'contacts: exit, door, tamper, fire sense'],
  ['F6, 3 A slow', 'converter'],
];

export function powerDrawing() {
  const drawing = sheet({
    title: 'Supplies and fuses',
    desc: 'A 12 V supply with battery feeds each branch over its own fuse, and a converter that feeds the Pi and the relay coils. All 0 V wires meet in one point.',
    width: 1120,
    height: 640,
    notes: [
      'Sum the currents, add a third, and choose the supply by that: readers, magnet all day, strike while it opens, converter.',
      'F6 3 A: Pi 3, 4 and Zero 2 W. A Pi 5 may take 25 W, 3 A from a low battery: F6 4 A slow, and a converter for 5 A.',
      'All 0 V wires meet at one bar, in a star: lock currents must not run through the 0 V of the readers or of the Pi.',
      'Earth: the supply only. The wires of the locks do not run in one cable with D0 and D1.',
    ],
  });
  drawing.frame(30, 70, 230, 200, 'Supply 12 V DC');
  drawing.text(145, 116, 'mains in, isolated', { at: 'middle', size: 13 });
  drawing.text(145, 150, 'charges the battery', { at: 'middle', size: 13 });
  drawing.terminal(260, 174, '+', 'left');
  drawing.terminal(260, 240, '0 V', 'left');
  drawing.frame(30, 320, 230, 100, 'Battery 12 V');
  drawing.text(145, 372, 'sealed lead-acid', { at: 'middle', size: 13 });
  drawing.text(145, 398, 'own fuse at its plus pole', { at: 'middle', size: 13 });
  drawing.wire('12v', [90, 320], [90, 270]);
  drawing.wire('0v', [200, 320], [200, 270]);
  drawing.wire('12v', [265, 174], [340, 174], [340, 110]);
  branches.forEach(([fuse, name], index) => {
    const y = 110 + index * 64;
    if (index > 0) drawing.wire('12v', [340, Math.max(y - 64, 110)], [340, y]);
    if (index < branches.length - 1 && index > 0) drawing.dot(340, y);
    drawing.part('fuse', '12v', [340, y], [560, y], fuse);
    if (index < branches.length - 1) {
      drawing.frame(560, y - 20, 380, 40, '', { fill: '#fff' });
      drawing.text(576, y + 5, name);
    }
  });
  const y = 110 + 5 * 64;
  drawing.frame(560, y - 30, 220, 60, 'Converter');
  drawing.text(670, y + 16, '12 V to 5.1 V', { at: 'middle', size: 13 });
  drawing.wire('5v', [780, y], [860, y]);
  drawing.frame(860, y - 30, 230, 90, 'Raspberry Pi');
  drawing.text(975, y + 18, '5.1 V and 0 V at its USB socket', { at: 'middle', size: 13 });
  drawing.dot(820, y);
  drawing.wire('5v', [820, y], [820, y + 90], [855, y + 90]);
  drawing.frame(860, y + 72, 230, 40, '', { fill: '#fff' });
  drawing.text(975, y + 97, 'relay coils (JD-VCC)', { at: 'middle' });
  drawing.wire('5v', [855, y + 90], [860, y + 90]);
  drawing.wire('0v', [265, 240], [300, 240], [300, 590], [1060, 590]);
  for (const [x, from] of [
    [670, y + 30],
    [975, y + 112],
  ]) {
    drawing.wire('0v', [x, from], [x, 590]);
    drawing.dot(x, 590);
  }
  drawing.text(330, 580, '0 V bar: every 0 V wire comes here by itself', { size: 13 });
  drawing.ground(1060, 590);
  return drawing.svg();
}
