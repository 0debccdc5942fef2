/**
 * Text of scanners that end what they read with a line break: QR scanners and plate readers. Each is a
 * number of its type, or is told as damaged.
 */

/** What a scanner reads. */
export const scannerKinds = ['qr', 'license_plate'] as const;
export type ScannerKind = (typeof scannerKinds)[number];

/** Longest line, bytes; a plate has up to 100 characters, a UUID has 36. */
const longestLine = 400;

/** What came over the line. The text is of somebody's making: it is checked, never shown as it is. */
export type Scanned =
  | { readonly kind: 'number'; readonly number: string }
  | { readonly kind: 'damaged'; readonly count: number };

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Cuts the bytes of one scanner into lines. */
export class LineFinder {
  readonly #kind: ScannerKind;
  #waiting: number[] = [];
  /** Bytes of a line that cannot be read, all of them: it is too long, or was cut off. */
  #overlong = 0;

  constructor(kind: ScannerKind) {
    this.#kind = kind;
  }

  /** Takes bytes as they come, in any portions. */
  push(bytes: Uint8Array): Scanned[] {
    const scanned: Scanned[] = [];
    for (const byte of bytes) {
      if (byte === 0x0a || byte === 0x0d) this.#end(scanned);
      else if (this.#overlong > 0) this.#overlong += 1;
      else if (this.#waiting.push(byte) > longestLine) this.#overlong = this.#waiting.length;
    }
    return scanned;
  }

  /**
   * The line has been silent without a line break. A UUID is whole all the same; of a plate nobody
   * knows, and the beginning of one may be another's.
   */
  silence(): Scanned[] {
    const scanned: Scanned[] = [];
    if (this.#kind === 'license_plate') this.#overlong ||= this.#waiting.length;
    this.#end(scanned);
    return scanned;
  }

  #end(scanned: Scanned[]): void {
    const count = this.#overlong || this.#waiting.length;
    const number = this.#overlong > 0 ? undefined : this.#number();
    this.#waiting = [];
    this.#overlong = 0;
    if (count === 0) return;
    scanned.push(number === undefined ? { kind: 'damaged', count } : { kind: 'number', number });
  }

  /** The canonical number of the line, as identifiers are stored. */
  #number(): string | undefined {
    const text = utf8(this.#waiting)?.trim();
    if (text === undefined) return undefined;
    if (this.#kind === 'qr') return uuid.test(text) ? text.toLowerCase() : undefined;
    const length = [...text].length;
    return length >= 1 && length <= 100 && !/\p{C}/u.test(text) ? text : undefined;
  }
}

/** Undefined for bytes that are no UTF-8. */
function utf8(bytes: readonly number[]): string | undefined {
  try {
    return decodeURIComponent(
      bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  } catch {
    return undefined;
  }
}
