import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/errors.ts';
import { Feedback } from '../../src/panel/feedback.ts';
import type { PanelParts } from '../../src/panel.ts';
import type { EnrolmentRequest } from '../../src/ports/enrolment.ts';
import { bits26 } from '../support/daemon.ts';
import { bitsOf, FakeRelay, freshDoor } from '../support/door.ts';
import { keyBits } from '../support/keys.ts';

const second = 1_000_000;
const takenText = 'a card was taken for the list';
const frame = bitsOf('2F623AE', 26);
const number = String(0x7b11d7);
const masterNumber = 4711;
const ann = { type: 'card', number, owner: { name: 'Ann', type: 'owner' }, lock: 'first' } as const;
const request: EnrolmentRequest = { reader: 'front', mode: 'report', cards: 1, by: 'admin' };

/** A door with a master card and a reader; cards are given by number. */
async function listDoor(t: Parameters<typeof freshDoor>[0], change: Partial<PanelParts> = {}) {
  const door = freshDoor(t, change);
  await door.master.setCard(String(masterNumber), () => false);
  const front = door.addReader({ formats: ['wiegand_26'], locks: ['first'] });
  const show = (card: number) => {
    door.send(front, bits26(card));
    door.clock.advance(3 * second);
  };
  return {
    ...door,
    show,
    showMaster: () => show(masterNumber),
    opened: () => door.relays.first.driven.filter(({ energised }) => energised).length,

    /** What was told of enrolments, without the wires' part. */
    async told() {
      const events = (await door.events()).filter(({ key }) => key.startsWith('enrolment_'));
      return events.map(({ key, model: { reason, identifier_uid: uid, why, mode, by } }) =>
        [key.replace('enrolment_', ''), reason, uid, why, mode, by].filter(Boolean).join(' '),
      );
    },
    /** Once it is told what became of so many cards. */
    async taken(cards: number): Promise<void> {
      const told = () => door.log.entries.filter(({ text }) => text === takenText).length;
      while (told() < cards) await new Promise(setImmediate);
    },
  };
}

test('a card that is taken for a list opens nothing, once, whatever its reader asks for', async (t) => {
  const keypad = { kind: 'burst_8', betweenKeysUs: 5 * second, facility: 0 } as const;
  for (const mode of ['card', 'code', 'card_or_code', 'card_and_code'] as const) {
    const door = freshDoor(t);
    const { enrolments } = door.panel;
    await door.identifiers.create(ann);
    const front = door.addReader({ formats: ['H10301'], keypad: { ...keypad, mode } });
    const back = door.addReader({ name: 'back', formats: ['H10301'] });
    assert.equal(enrolments.start({ ...request, reader: 'attic' }), 'unknown-reader');
    assert.equal(enrolments.state('attic'), undefined);
    assert.deepEqual(enrolments.state('front'), { kind: 'none' });
    assert.equal(enrolments.start(request), undefined);
    assert.equal(enrolments.start(request), 'under-way');
    door.send(front, frame);
    assert.deepEqual(door.relays.first.driven, []);
    const atMs = door.clock.wallMs();
    await door.events();
    assert.deepEqual(enrolments.state('front'), {
      kind: 'ended',
      mode: 'report',
      by: 'admin',
      secondsLeft: 0,
      why: 'count',
      cards: [{ atMs, type: 'card', number, outcome: 'reported', uid: 1 }],
    });
    // Held at the reader, it is read again: still the same presentation.
    for (let again = 0; again < 5; again += 1) {
      door.clock.advance(second);
      door.send(front, frame);
    }
    assert.deepEqual(door.relays.first.driven, []);
    door.clock.advance(2 * second);
    door.send(front, frame);
    const opens = mode === 'card' || mode === 'card_or_code';
    assert.equal(door.relays.first.driven.length, opens ? 1 : 0, mode);
    door.clock.advance(10 * second);
    enrolments.start(request);
    const before = door.relays.first.driven.length;
    door.send(back, frame);
    assert.equal(door.relays.first.driven.length, before + 1, 'another reader is as ever');
  }
});

test('the master card adds the next cards until it comes again; they open from then on', async (t) => {
  const door = await listDoor(t);
  door.showMaster();
  door.show(100);
  door.show(101);
  await door.taken(2);
  door.show(100);
  await door.taken(3);
  assert.equal(door.opened(), 0);
  door.showMaster();
  door.show(100);
  assert.equal(door.opened(), 1);
  door.show(102);
  assert.equal(door.opened(), 1);
  assert.deepEqual(await door.told(), [
    'began add master card',
    'card_added 1 master card',
    'card_added 2 master card',
    'card_refused known 1 master card',
    'ended master-card master card',
  ]);
  assert.deepEqual(door.identifiers.get(1), {
    uid: 1,
    type: 'card',
    number: '100',
    lock: 'first',
    owner: { name: 'Enrolled at front', type: 'owner' },
  });
});

test('what an added card gets is configurable, and the operator may say it', async (t) => {
  const rules = { lock: 'all', owner: { name: 'Guest', type: 'guest' }, validDays: 2 } as const;
  const base = freshDoor(t);
  const list = { add: base.identifiers.create.bind(base.identifiers), remove: async () => false };
  const enrolment = { masterCard: 'add', seconds: 30, ...rules, list } as const;
  const door = await listDoor(t, { identifiers: base.identifiers, enrolment });
  door.showMaster();
  const fromS = Math.floor(door.clock.wallMs() / 1000);
  door.show(100);
  door.showMaster();
  const owner = { name: 'Bob', type: 'owner' } as const;
  door.panel.enrolments.start({ ...request, mode: 'add', owner, lock: 'second' });
  door.show(101);
  await door.taken(2);
  const [guest, bob] = base.identifiers.list(0, 10, false);
  assert.deepEqual([guest?.lock, guest?.owner], ['all', rules.owner]);
  assert.deepEqual(guest?.window, { fromS, toS: fromS + 2 * 86_400 });
  assert.deepEqual([bob?.lock, bob?.owner], ['second', owner]);
});

test('a second presentation of the master card removes, a third one ends, where that is wanted', async (t) => {
  const base = freshDoor(t);
  const list = {
    add: base.identifiers.create.bind(base.identifiers),
    remove: async (uid: number) => (await base.identifiers.remove([uid])).length > 0,
  };
  const owner = { name: '', type: 'owner' } as const;
  const enrolment = { seconds: 30, lock: 'reader', owner, list } as const;
  for (const [masterCard, told] of [
    [
      'add_then_remove',
      [
        ...['began add', 'card_added 1', 'ended master-card', 'began remove', 'card_removed 1'],
        ...['card_refused unknown', 'ended master-card'],
      ],
    ],
    ['remove', ['began remove', 'card_refused unknown', 'ended master-card', 'began remove']],
  ] as const) {
    const change = { identifiers: base.identifiers, enrolment: { ...enrolment, masterCard } };
    const door = await listDoor(t, change);
    const [master, card] = [-1, 100];
    const steps =
      masterCard === 'remove'
        ? [master, card, master, master]
        : [master, card, master, card, card, master];
    let shown = 0;
    for (const step of steps) {
      if (step === master) door.showMaster();
      else {
        door.show(step);
        shown += 1;
        await door.taken(shown);
      }
    }
    const said = (await door.told()).map((text) => text.replace(' master card', ''));
    assert.deepEqual(said, told);
    assert.equal(base.identifiers.count(), 0);
    assert.equal(door.opened(), 0);
  }
});

test('a master card that is off, or one that cannot be read, begins nothing and opens nothing', async (t) => {
  const owner = { name: '', type: 'owner' } as const;
  const list = { add: async () => ({ uid: 1 }), remove: async () => false };
  const off = { masterCard: 'off', seconds: 30, lock: 'all', owner, list } as const;
  const card = () => {
    throw new Fault('store-unreadable', 'damaged', 'restore');
  };
  for (const change of [
    { enrolment: off },
    { master: { isCode: () => false, card, setCard: async () => false } },
  ]) {
    const door = await listDoor(t, change);
    door.showMaster();
    door.show(100);
    assert.deepEqual(await door.told(), []);
    assert.deepEqual(
      (await door.events()).map(({ model }) => model.reason),
      ['unknown-credential', 'unknown-credential'],
    );
    assert.equal(door.opened(), 0);
  }
});

test('each card has the whole time; then the reader is the door’s again', async (t) => {
  const door = await listDoor(t);
  door.panel.enrolments.start({ ...request, mode: 'add', seconds: 5, cards: 9 });
  for (const card of [100, 101, 102]) door.show(card);
  assert.equal(door.panel.enrolments.state('front')?.kind, 'active');
  await door.taken(3);
  door.clock.advance(2 * second);
  door.show(100);
  assert.equal(door.opened(), 1);
  const told = await door.told();
  assert.deepEqual(told.at(-1), 'ended time');
  assert.equal(told.length, 5);
});

test('an operator ends it; a master card ends that of an operator; the panel’s stop ends all', async (t) => {
  const door = await listDoor(t);
  const { enrolments } = door.panel;
  assert.equal(enrolments.stop('attic', 'admin'), false);
  assert.equal(enrolments.stop('front', 'admin'), true);
  enrolments.start(request);
  assert.equal(enrolments.stop('front', 'Eve'), true);
  enrolments.start(request);
  door.showMaster();
  enrolments.start(request);
  door.panel.close();
  assert.deepEqual(await door.told(), [
    ...['began report admin', 'ended command Eve'],
    ...['began report admin', 'ended master-card master card'],
    ...['began report admin', 'ended stop'],
  ]);
  assert.equal(door.clock.armed, 0);
});

test('a blocked door and one in an emergency take no cards, and the master card says so', async (t) => {
  for (const [close, why] of [
    [
      (door: Door) => door.panel.modes.set({ locks: ['first'], mode: 'blocked', by: 'Eve' }),
      'door-blocked',
    ],
    [async (door: Door) => door.panel.locks.openEmergency('first', 60), 'emergency'],
    [async (door: Door) => door.panel.locks.fire('first', true), 'emergency'],
  ] as const) {
    const door = await listDoor(t);
    door.showMaster();
    await close(door);
    door.show(100);
    door.showMaster();
    assert.equal(door.panel.enrolments.start(request), why);
    await door.events();
    assert.equal(door.identifiers.count(), 0);
    assert.deepEqual(await door.told(), [
      'began add master card',
      `ended ${why}`,
      `not_begun ${why}`,
    ]);
  }
});
type Door = Awaited<ReturnType<typeof listDoor>>;

test('what could not be recorded is begun by no master card', async (t) => {
  const door = await listDoor(t, { blocked: () => true });
  door.showMaster();
  assert.deepEqual(await door.told(), ['not_begun door-blocked']);
});

test('a list that cannot be written, a clash and an unknown day are told and opened nothing', async (t) => {
  const owner = { name: '', type: 'owner' } as const;
  const rest = { masterCard: 'off', seconds: 30, lock: 'all', owner } as const;
  const full = async () => {
    throw new Fault('store-unwritable', 'disk full', 'make room');
  };
  const taken = async () => ({ conflict: 'master-card' }) as const;
  const raced = async () => ({ conflict: 'duplicate' }) as const;
  for (const [add, more, reason] of [
    [full, {}, 'unwritable'],
    [taken, {}, 'clash'],
    [raced, {}, 'known'],
    [taken, { validDays: 1 }, 'clock-untrusted'],
  ] as const) {
    const list = { add, remove: async () => false };
    const enrolment = { ...rest, ...more, list };
    const door = await listDoor(t, { enrolment, clockTrusted: () => reason !== 'clock-untrusted' });
    door.panel.enrolments.start({ ...request, mode: 'add' });
    door.show(100);
    await door.taken(1);
    const told = await door.told();
    assert.deepEqual(told.slice(1), [`card_refused ${reason} admin`, 'ended count']);
    assert.equal(door.opened(), 0);
  }
});

test('a code that is typed is never taken: it is as ever, and no event says it', async (t) => {
  const keypad = {
    kind: 'burst_8',
    mode: 'card_or_code',
    betweenKeysUs: 5e6,
    facility: 0,
  } as const;
  const door = freshDoor(t);
  await door.identifiers.create({ ...ann, type: 'inputCode', number: '073519' });
  const front = door.addReader({ formats: ['wiegand_26'], keypad });
  door.panel.enrolments.start({ ...request, mode: 'add', cards: 5 });
  for (const key of '073519#') {
    door.send(front, keyBits(key, 8));
    door.clock.advance(100_000);
  }
  assert.equal(door.relays.first.driven.length, 1);
  assert.equal(door.identifiers.count(), 1);
  const told = JSON.stringify([await door.events(), door.log.entries]);
  assert.equal(told.includes('073519'), false);
});

test('QR codes and plates are taken at a reader that reads them', async (t) => {
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
  for (const [kind, line, taken] of [
    ['qr', `${uuid}\r\n`, uuid],
    ['license_plate', 'B-XY 1234\r\n', undefined],
  ] as const) {
    const door = freshDoor(t);
    const gate = door.panel.addSerialReader({ name: 'gate', locks: ['first'], reads: { kind } });
    door.panel.enrolments.start({ ...request, reader: 'gate', mode: 'add' });
    gate.bytes(Buffer.from(line));
    while (door.identifiers.count() === 0) await new Promise(setImmediate);
    const [made] = door.identifiers.list(0, 1, false);
    assert.equal(made?.type, kind);
    if (taken) assert.equal(made?.number, taken);
    assert.equal(door.relays.first.driven.length, 0);
    door.clock.advance(3 * second);
    gate.bytes(Buffer.from(line));
    assert.equal(door.relays.first.driven.length, 1);
    // Who has the number of a QR code has the code: the log of the machine does not say it.
    if (taken) assert.equal(JSON.stringify(door.log.entries).includes(uuid), false);
  }
});

test('the reader shows that it takes cards, what became of each, and then nothing', async (t) => {
  const door = await listDoor(t);
  const { clock, log } = door;
  const feedback = new Feedback({ clock, log });
  const green = new FakeRelay(clock);
  feedback.add('front', ['first'], 'green', green);
  const heed = async () => {
    for (const event of (await door.events()).slice(heard)) feedback.heed(event);
    heard = (await door.events()).length;
  };
  let heard = 0;
  const flashes = (forMs: number) => {
    const from = green.driven.length;
    clock.advance(forMs * 1000);
    const made = green.driven.slice(from);
    return made.filter(({ energised }, index) => energised && made[index + 1]?.energised === false)
      .length;
  };
  door.panel.enrolments.start({ ...request, mode: 'add', cards: 2, seconds: 60 });
  await heed();
  assert.ok(flashes(1000) >= 4);
  door.show(100);
  await door.taken(1);
  await heed();
  assert.equal(flashes(1900), 0, 'granted: green for two seconds');
  assert.ok(flashes(1200) >= 5);
  feedback.warn('first', true);
  assert.ok(flashes(1000) >= 4, 'a door that stands open meanwhile is shown afterwards');
  door.panel.enrolments.stop('front', 'admin');
  await heed();
  assert.equal(flashes(1000), 0);
});
