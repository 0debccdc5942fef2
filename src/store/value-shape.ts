/**
 * A look at the bytes of a value before anything decodes them. The decoder makes an array as long as
 * its header says, before it has seen one element: a few bytes that speak of millions, nested, end the
 * whole process.
 */

/** Values inside of values, at the most; ours have five levels. */
const deepest = 64;
/** Elements, keys and members together, at the most. The longest of ours have some thousands. */
const mostParts = 262_144;

/** Bytes of a head with what they hold themselves, bytes that follow it, values that follow it. */
interface Part {
  readonly head: number;
  readonly bytes: number;
  readonly values: number;
}

/**
 * Whether `bytes` are one whole MessagePack value of the kinds that the store writes: no extension
 * but the one that means undefined.
 */
export function isStoredValue(bytes: Buffer): boolean {
  /** How many values are to come on each level; the last is the innermost. */
  const toCome = [1];
  let at = 0;
  for (let parts = 0; toCome.length > 0; parts += 1) {
    const part = at < bytes.length ? partAt(bytes, at) : undefined;
    if (!part || parts > mostParts) return false;
    at += part.head + part.bytes;
    // No value is shorter than a byte.
    if (at + part.values > bytes.length) return false;
    toCome.push((toCome.pop() ?? 0) - 1);
    if (part.values > 0) toCome.push(part.values);
    if (toCome.length > deepest + 1) return false;
    while (toCome.at(-1) === 0) toCome.pop();
  }
  return at === bytes.length;
}

/** Numbers: bytes with their head. */
const fixed: { readonly [token: number]: number } = {
  192: 1,
  194: 1,
  195: 1,
  202: 5,
  203: 9,
  204: 2,
  205: 3,
  206: 5,
  207: 9,
  208: 2,
  209: 3,
  210: 5,
  211: 9,
};
/** Lengths that are told in so many bytes: of bytes and texts, of arrays, of maps. */
const lengthOfBytes: { readonly [token: number]: number } = {
  196: 1,
  197: 2,
  198: 4,
  217: 1,
  218: 2,
  219: 4,
};
const lengthOfArray: { readonly [token: number]: number } = { 220: 2, 221: 4 };
const lengthOfMap: { readonly [token: number]: number } = { 222: 2, 223: 4 };

function partAt(bytes: Buffer, at: number): Part | undefined {
  const token = bytes.readUInt8(at);
  if (token < 0x80 || token >= 0xe0) return { head: 1, bytes: 0, values: 0 };
  if (token < 0x90) return { head: 1, bytes: 0, values: 2 * (token & 0x0f) };
  if (token < 0xa0) return { head: 1, bytes: 0, values: token & 0x0f };
  if (token < 0xc0) return { head: 1, bytes: token & 0x1f, values: 0 };
  const head = fixed[token];
  if (head !== undefined) return { head, bytes: 0, values: 0 };
  if (token === 0xd4) return isUndefined(bytes, at) ? { head: 3, bytes: 0, values: 0 } : undefined;
  const width = lengthOfBytes[token] ?? lengthOfArray[token] ?? lengthOfMap[token];
  if (width === undefined || at + 1 + width > bytes.length) return undefined;
  const length = bytes.readUIntBE(at + 1, width);
  if (token in lengthOfBytes) return { head: 1 + width, bytes: length, values: 0 };
  return { head: 1 + width, bytes: 0, values: token in lengthOfMap ? 2 * length : length };
}

function isUndefined(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === 0 && bytes[at + 2] === 0;
}
