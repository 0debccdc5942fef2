/**
 * MD5 (RFC 1321) of a text in UTF-8, as the login of the panel API wants it. Here because browsers
 * have no MD5, and on a plain-http address no `crypto.subtle` at all. The panel does not rest on it:
 * what it stores is a salted scrypt.
 */

const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
const sines = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

/** 32 lower-case hexadecimal digits. */
export function md5(text: string): string {
  const words = padded(new TextEncoder().encode(text));
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < words.length; at += 16) {
    const after = mixed(state, words.subarray(at, at + 16));
    state = [
      (state[0] + after[0]) | 0,
      (state[1] + after[1]) | 0,
      (state[2] + after[2]) | 0,
      (state[3] + after[3]) | 0,
    ];
  }
  const bytes = new DataView(new ArrayBuffer(16));
  for (const [index, word] of state.entries()) bytes.setInt32(4 * index, word, true);
  return Array.from(new Uint8Array(bytes.buffer), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

type State = readonly [number, number, number, number];

function padded(bytes: Uint8Array): Int32Array {
  const view = new DataView(new ArrayBuffer(((bytes.length + 8) >> 6) * 64 + 64));
  for (const [index, byte] of bytes.entries()) view.setUint8(index, byte);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(view.byteLength - 8, bytes.length * 8, true);
  return Int32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getInt32(4 * i, true));
}

function mixed(start: State, block: Int32Array): State {
  let [a, b, c, d] = start;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const [mix, word] = step(round, i, b, c, d);
    const sum = (a + mix + (sines[i] ?? 0) + (block[word] ?? 0)) | 0;
    const shift = shifts[round as 0 | 1 | 2 | 3][(i % 4) as 0 | 1 | 2 | 3];
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  return [a, b, c, d];
}

function step(round: number, i: number, b: number, c: number, d: number): [number, number] {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(d & b) | (~d & c), (5 * i + 1) % 16];
  if (round === 2) return [b ^ c ^ d, (3 * i + 5) % 16];
  return [c ^ (b | ~d), (7 * i) % 16];
}
