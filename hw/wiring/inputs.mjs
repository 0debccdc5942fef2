/** Drawings of inputs: exit button, door contact, tamper, fire panel. */
import { gpio, lineOf } from './pins.mjs';
import { sheet } from './sheet.mjs';

/** A contact on 12 V that lights the LED of a PC817, whose transistor pulls a line to 0 V. */
function optoInput(drawing, y, id, kind, ...labels) {
  drawing.supply('12v', 70, y, '+12 V, F5');
  drawing.part(kind, '12v', [70, y], [330, y], ...labels);
  drawing.part('resistor', '12v', [330, y], [480, y], '2.2 kΩ');
  drawing.frame(480, y - 30, 220, 110, 'PC817', { dashed: true });
  drawing.wire('12v', [480, y], [540, y]);
  drawing.part('diode', 'signal', [540, y], [540, y + 60]);
  drawing.wire('0v', [540, y + 60], [440, y + 60]);
  drawing.ground(440, y + 60);
  drawing.shape(
    566,
    y + 24,
    '<path d="M0 0H26M19 -5L26 0L19 5M0 12H26M19 7L26 12L19 17" stroke-width="1.5"/>',
  );
  drawing.shape(
    625,
    y + 30,
    '<path d="M0 -20V20" stroke-width="4"/><path d="M0 -8L25 -20V-30M0 8L25 20V30M13 20L22 18L18 10" />',
  );
  drawing.wire('signal', [650, y], [985, y]);
  drawing.wire('0v', [650, y + 60], [760, y + 60]);
  drawing.ground(760, y + 60);
  drawing.part('resistor', '3v3', [840, y - 60], [840, y], '4.7 kΩ');
  drawing.supply('3v3', 840, y - 52);
  drawing.dot(840, y);
  drawing.terminal(990, y, gpio(id), 'right');
}

export function inputsDrawing() {
  const drawing = sheet({
    title: 'Exit button, door contact and tamper',
    desc: 'Each contact carries 12 V and lights the LED of a PC817. Its transistor pulls a line of the Pi to 0 V; a resistor of 4.7 kΩ holds the line at 3.3 V otherwise.',
    width: 1240,
    height: 640,
    notes: [
      'Contact closed: about 5 mA, the line is low. Contact open or cable cut: the line is high. Contacts are shown at rest, door shut.',
      `Second door: exit button on ${gpio('exit.second')}, door contact on ${gpio('door.second')}, wired in the same way.`,
      'The exit button closes when pressed. At a magnet this is its pole 2: pole 1 cuts the magnet by itself (drawing magnet).',
      'Tamper switches of the case and the readers in one loop, all in series. A PC817 is fast enough for contacts, not for Wiegand.',
    ],
  });
  drawing.frame(990, 70, 220, 545, 'Raspberry Pi');
  optoInput(drawing, 150, 'exit.first', 'open', 'exit button', 'of a magnet: pole 2');
  optoInput(drawing, 320, 'door.first', 'closed', 'door contact', 'closed: door shut');
  optoInput(drawing, 490, 'tamper', 'closed', 'tamper loop', 'closed: untouched');
  drawing.terminal(990, 580, 'GND (pin 39)', 'right');
  drawing.wire('0v', [985, 580], [940, 580]);
  drawing.ground(940, 580);
  return drawing.svg();
}

export function fireDrawing() {
  const drawing = sheet({
    title: 'Fire panel: hardware opens, latchd only learns of it',
    desc: 'Pole 1 of the fire panel relay cuts the supply of the magnet. Pole 2, apart from it, tells the Pi through a PC817.',
    width: 1240,
    height: 480,
    notes: [
      'The relay of the fire panel has two change-over poles and is energised while all is well: alarm, cut cable and dead panel all open the door.',
      'Pole 1 works with the Pi switched off, without its card, and with latchd stopped. Test it like that.',
      `${gpio('fire')} is ${lineOf('fire').rest} while all is well and high in an alarm or when the cable is cut.`,
      'A fail-secure strike does not open by a cut: its door needs a handle inside, or a strike that is fail-safe.',
    ],
  });
  drawing.text(70, 84, 'Pole 1: the way out, in hardware', { bold: true });
  drawing.supply('12v', 100, 160);
  drawing.part('fuse', '12v', [100, 160], [250, 160], 'F4, 1 A slow');
  drawing.part('closed', '12v', [250, 160], [470, 160], 'fire panel, pole 1', 'opens in alarm');
  drawing.wire('12v', [470, 160], [560, 160]);
  drawing.frame(560, 130, 330, 60, '', { dashed: true });
  drawing.text(725, 156, 'emergency release, exit button, K2', { at: 'middle' });
  drawing.text(725, 176, '(drawing magnet)', { at: 'middle', size: 13 });
  drawing.wire('12v', [890, 160], [1010, 160]);
  drawing.part('coil', '12v', [1010, 160], [1170, 160], 'magnet');
  drawing.wire('0v', [1170, 160], [1170, 180]);
  drawing.ground(1170, 180);
  drawing.text(70, 254, 'Pole 2: latchd learns of it', { bold: true });
  drawing.frame(990, 260, 220, 190, 'Raspberry Pi');
  optoInput(drawing, 340, 'fire', 'closed', 'fire panel, pole 2', 'opens in alarm');
  drawing.terminal(990, 420, 'GND (pin 34)', 'right');
  drawing.wire('0v', [985, 420], [940, 420]);
  drawing.ground(940, 420);
  return drawing.svg();
}
