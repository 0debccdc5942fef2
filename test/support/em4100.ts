/** The packet that a reader of EM4100 tags sends for a number of 40 bits. */
export function em4100Bytes(number: number): Uint8Array {
  const hex = number.toString(16).toUpperCase().padStart(10, '0');
  const sum = Buffer.from(hex, 'hex').reduce((all, byte) => all ^ byte, 0);
  const check = sum.toString(16).toUpperCase().padStart(2, '0');
  return Uint8Array.from([0x02, ...Buffer.from(hex + check), 0x03]);
}
