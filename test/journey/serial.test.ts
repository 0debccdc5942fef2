import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { IdentifierFields } from '../../src/door/model.ts';
import type { RemoteQuestion } from '../../src/door/remote.ts';
import type { SerialReading } from '../../src/ports.ts';
import { em4100Packet } from '../../src/reader/packet.ts';
import { freshDoor } from '../support/door.ts';
import { em4100Bytes } from '../support/em4100.ts';
import { seedOf } from '../support/seed.ts';

const em4100 = { kind: 'em4100', packet: em4100Packet } as const;
const uuid = '91c615e3-1040-4815-8ecb-039a18b756b5';

function known(fields: Pick<IdentifierFields, 'type' | 'number'>): IdentifierFields {
  return { ...fields, owner: { name: 'Ann', type: 'owner' }, lock: 'first' };
}

function serialDoor(t: TestContext, reads: SerialReading, asked: RemoteQuestion[] = []) {
  const remote = {
    ask(question: RemoteQuestion) {
      asked.push(question);
      return false;
    },
  };
  const door = freshDoor(t, { remote });
  const reader = door.panel.addSerialReader({ name: 'gate', locks: ['first', 'second'], reads });
  return {
    ...door,
    reader,
    released: () => door.relays.first.driven.filter(({ energised }) => energised).length,
  };
}

test('a packet opens as a card does, and its event tells the bytes and the kind', async (t) => {
  const asked: RemoteQuestion[] = [];
  const door = serialDoor(t, em4100, asked);
  await door.identifiers.create(known({ type: 'card', number: '1850186' }));
  const bytes = em4100Bytes(1850186);
  door.reader.bytes(bytes.subarray(0, 5));
  assert.equal(door.released(), 0);
  door.reader.bytes(bytes.subarray(5));
  assert.equal(door.released(), 1);
  assert.deepEqual(asked, [{ type: 'card', number: '1850186' }]);
  const [event, ...others] = await door.events();
  assert.deepEqual(others, []);
  assert.equal(event?.key, 'access_granted_by_valid_identifier');
  assert.deepEqual(event?.model, {
    reader: 'gate',
    type: 'card',
    number: '1850186',
    owner: 'Ann',
    identifier_uid: 1,
    raw: Buffer.from(bytes).toString('hex').toUpperCase(),
    format: 'em4100',
    apartment_address: null,
    lock: 'first',
  });
  assert.deepEqual(door.panel.readerStates(), [
    {
      name: 'gate',
      kind: 'em4100',
      keypad: false,
      away: null,
      formats: ['em4100'],
      credentials: 1,
      misreads: 0,
      glitches: 0,
      lostEdges: 0,
      lastFrameMs: door.clock.wallMs(),
      faults: [],
      faultCounts: {},
      ignoredFrames: 0,
      untoldMisreads: 0,
    },
  ]);
});

test('a QR code and a plate are found by their own type, and no other', async (t) => {
  for (const [kind, number, type] of [
    ['qr', uuid, 'qr'],
    ['license_plate', 'B-MW 12', undefined],
  ] as const) {
    const asked: RemoteQuestion[] = [];
    const door = serialDoor(t, { kind }, asked);
    const text = Buffer.from(`${number}\r\n`);
    door.reader.bytes(text);
    assert.equal(door.released(), 0);
    await door.identifiers.create(known({ type: kind, number }));
    door.reader.bytes(text);
    assert.equal(door.released(), 1);
    // A remote server knows no plates.
    assert.deepEqual(asked, type ? Array(2).fill({ type, number }) : []);
    const [refused, granted] = await door.events();
    assert.deepEqual(refused?.model, {
      reader: 'gate',
      type: kind,
      number,
      owner: null,
      identifier_uid: null,
      format: kind,
      lock: null,
      reason: 'unknown-credential',
    });
    assert.equal(refused?.key, 'access_denied_unknown_identifier');
    assert.equal(granted?.key, 'access_granted_by_valid_identifier');
    const logged = JSON.stringify(door.log.entries);
    assert.equal(logged.includes(number), kind === 'license_plate');
  }
});

test('damaged bytes are a misread with their count, and what they were nobody is told', async (t) => {
  const door = serialDoor(t, { kind: 'qr' });
  door.reader.bytes(Buffer.from(`${uuid.slice(0, 30)}\n`));
  const [event] = await door.events();
  assert.equal(event?.key, 'access_denied_by_misread');
  assert.deepEqual(event?.model, {
    reader: 'gate',
    lock: null,
    type: null,
    number: null,
    reason: 'misread',
    cause: 'damaged',
    bytes: 30,
    format: 'qr',
  });
  assert.equal(JSON.stringify(door.log.entries).includes(uuid.slice(0, 8)), false);
  assert.equal(door.panel.readerStates()[0]?.misreads, 1);
});

test('a reader that goes and comes is told each time; its half packet is forgotten', async (t) => {
  const door = serialDoor(t, em4100);
  await door.identifiers.create(known({ type: 'card', number: '7' }));
  door.reader.there();
  door.reader.bytes(em4100Bytes(7).subarray(0, 6));
  door.reader.away('the device is gone');
  assert.equal(door.panel.readerStates()[0]?.away, 'the device is gone');
  door.reader.there();
  assert.equal(door.panel.readerStates()[0]?.away, null);
  door.reader.bytes(em4100Bytes(7).subarray(6));
  door.reader.silence();
  assert.equal(door.released(), 0);
  const keys = (await door.events()).map(({ key }) => key);
  assert.deepEqual(keys, ['reader_lost', 'reader_is_back', 'access_denied_by_misread']);
});

test('what a line delivers after the panel was closed opens nothing and is not told', async (t) => {
  const door = serialDoor(t, em4100);
  await door.identifiers.create(known({ type: 'card', number: '7' }));
  door.panel.close();
  door.reader.bytes(em4100Bytes(7));
  assert.equal(door.released(), 0);
  assert.deepEqual(await door.events(), []);
});

test('whatever bytes come, a lock opens only for whole packets of the card', async (t) => {
  const door = serialDoor(t, em4100);
  await door.identifiers.create(known({ type: 'card', number: '1850186' }));
  const whole = em4100Bytes(1850186);
  const piece = fc.oneof(
    fc.constant([...whole]),
    fc.constant([...em4100Bytes(5)]),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => [...bytes]),
    fc.nat(13).map((at) => [...whole.slice(0, at), ...whole.slice(at + 1)]),
    fc.tuple(fc.nat(13), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
      const bytes = [...whole];
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      return bytes;
    }),
  );
  const granted = () => door.log.entries.filter(({ text }) => text === 'granted').length;
  const wanted = Buffer.from(whole).toString('latin1');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const before = granted();
      const bytes = Buffer.from(pieces.flat());
      door.reader.bytes(bytes);
      door.reader.silence();
      // Hex digits mean the same in both cases.
      const text = bytes.toString('latin1').replace(/[a-f]/g, (digit) => digit.toUpperCase());
      const cards = text.split(wanted).length - 1;
      assert(granted() - before <= cards);
      door.clock.advance(6_000_000);
    }),
    { seed: seedOf(t), numRuns: 500 },
  );
  assert(granted() > 0);
});
