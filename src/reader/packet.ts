/**
 * Bytes of a serial reader to numbers. The stream has no marks that cannot also be data, and bytes
 * get lost, doubled and invented: a packet is taken only where its length, its fixed bytes and its
 * checksum all hold, and after damage the search goes on with the very next byte, so that only the
 * damaged packet is lost.
 */

/** How a checksum is computed over bytes of the packet. */
export const checksumKinds = ['xor', 'sum'] as const;
type ChecksumKind = (typeof checksumKinds)[number];

/** A part of a packet: `length` bytes from `at` on, as raw bytes or as ASCII digits. */
export interface PacketField {
  readonly at: number;
  readonly length: number;
  readonly encoding: 'binary' | 'hex' | 'decimal';
}

/** A packet of fixed length. */
export interface PacketFormat {
  /** Bytes in all. */
  readonly length: number;
  /** Bytes it begins and ends with. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly number: PacketField & { readonly order: 'big' | 'little' };
  /** One byte over the values of `over`, at `field`. */
  readonly checksum?: {
    readonly kind: ChecksumKind;
    readonly over: PacketField;
    readonly field: PacketField;
  };
}

/**
 * The 14 bytes of the common 125 kHz readers with a UART (RDM6300, RDM630 data sheets): STX, ten hex
 * digits of the 40 bits of an EM4100 tag, the XOR of these five bytes as two hex digits, ETX.
 */
export const em4100Packet: PacketFormat = {
  length: 14,
  start: [0x02],
  end: [0x03],
  number: { at: 1, length: 10, encoding: 'hex', order: 'big' },
  checksum: {
    kind: 'xor',
    over: { at: 1, length: 10, encoding: 'hex' },
    field: { at: 11, length: 2, encoding: 'hex' },
  },
};

/** What came over the line. */
export type Received =
  | { readonly kind: 'number'; readonly number: bigint; readonly bytes: Uint8Array }
  /** Bytes that are no packet; told once for a stretch of damage. */
  | { readonly kind: 'damaged'; readonly count: number };

/** Cuts the bytes of one serial reader into packets. */
export class PacketFinder {
  readonly #format: PacketFormat;
  #waiting: number[] = [];
  #damaged = 0;

  constructor(format: PacketFormat) {
    this.#format = format;
  }

  /** Takes bytes as they come, in any portions. @returns what is complete by now, in order. */
  push(bytes: Uint8Array): Received[] {
    const received: Received[] = [];
    for (const byte of bytes) {
      this.#waiting.push(byte);
      this.#search(received);
    }
    return received;
  }

  /** The line has been silent: what waits will not be completed. */
  silence(): Received[] {
    const received: Received[] = [];
    this.#damaged += this.#waiting.length;
    this.#waiting = [];
    this.#tellDamage(received);
    return received;
  }

  #search(received: Received[]): void {
    const { length } = this.#format;
    while (this.#waiting.length > 0) {
      if (!this.#mayBegin()) this.#drop();
      else if (this.#waiting.length < length) return;
      else {
        const bytes = Uint8Array.from(this.#waiting);
        const number = packetNumber(this.#format, bytes);
        if (number === undefined) this.#drop();
        else {
          this.#tellDamage(received);
          this.#waiting = [];
          received.push({ kind: 'number', number, bytes });
        }
      }
    }
  }

  /** Whether the bytes that wait may be the beginning of a packet. */
  #mayBegin(): boolean {
    return this.#format.start.every(
      (byte, index) => index >= this.#waiting.length || this.#waiting[index] === byte,
    );
  }

  #drop(): void {
    this.#waiting.shift();
    this.#damaged += 1;
  }

  #tellDamage(received: Received[]): void {
    if (this.#damaged === 0) return;
    received.push({ kind: 'damaged', count: this.#damaged });
    this.#damaged = 0;
  }
}

/** The number in a whole packet; undefined when its fixed bytes, digits or checksum do not hold. */
export function packetNumber(format: PacketFormat, bytes: Uint8Array): bigint | undefined {
  const { length, start, end, number, checksum } = format;
  if (bytes.length !== length) return undefined;
  if (start.some((byte, index) => bytes[index] !== byte)) return undefined;
  if (end.some((byte, index) => bytes[length - end.length + index] !== byte)) return undefined;
  if (checksum) {
    const over = valuesOf(bytes, checksum.over);
    const told = valuesOf(bytes, checksum.field);
    if (!over || told?.length !== 1 || checksumOf(checksum.kind, over) !== told[0]) {
      return undefined;
    }
  }
  if (number.encoding === 'decimal') return decimalOf(bytes, number);
  const values = valuesOf(bytes, number);
  if (!values) return undefined;
  if (number.order === 'little') values.reverse();
  return values.reduce((sum, value) => (sum << 8n) | BigInt(value), 0n);
}

function checksumOf(kind: ChecksumKind, values: readonly number[]): number {
  return kind === 'xor'
    ? values.reduce((sum, value) => sum ^ value, 0)
    : values.reduce((sum, value) => (sum + value) & 0xff, 0);
}

/** The bytes that a field says: itself, or each pair of hex digits. Undefined for other digits. */
function valuesOf(bytes: Uint8Array, { at, length, encoding }: PacketField): number[] | undefined {
  const part = bytes.subarray(at, at + length);
  if (encoding === 'binary') return [...part];
  const text = String.fromCharCode(...part);
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(text)) return undefined;
  return (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function decimalOf(bytes: Uint8Array, { at, length }: PacketField): bigint | undefined {
  const text = String.fromCharCode(...bytes.subarray(at, at + length));
  return /^[0-9]+$/.test(text) ? BigInt(text) : undefined;
}
