/**
 * Byte layouts and ioctl numbers of the GPIO character device, version 2 of its user interface
 * (Linux 5.10 and later): include/uapi/linux/gpio.h and docs.kernel.org/userspace-api/gpio. All
 * structures are laid out alike on 32 and 64 bits; arm, arm64 and x64 are little-endian.
 */

/** `_IOR(0xB4, 0x01, struct gpiochip_info)` and its kin; the size stands in the third byte pair. */
export const request = {
  chipInfo: 0x8044b401,
  lineInfo: 0xc100b405,
  getLine: 0xc250b407,
  getValues: 0xc010b40e,
  setValues: 0xc010b40f,
} as const;

const lineFlag = {
  used: 1 << 0,
  activeLow: 1 << 1,
  input: 1 << 2,
  output: 1 << 3,
  edgeRising: 1 << 4,
  edgeFalling: 1 << 5,
  biasPullUp: 1 << 8,
  biasPullDown: 1 << 9,
  biasDisabled: 1 << 10,
} as const;

const attributeOutputValues = 2;
const attributeDebounce = 3;
/** GPIO_MAX_NAME_SIZE, with the closing zero. */
const nameBytes = 32;

/** struct gpiochip_info: name[32], label[32], u32 lines. */
export const chipInfoBytes = 68;

/** struct gpio_v2_line_request: u32 offsets[64], consumer[32], config, num_lines, …, s32 fd. */
const lineRequest = {
  bytes: 592,
  consumer: 256,
  /** struct gpio_v2_line_config: u64 flags, u32 num_attrs, u32 padding[5], attrs[10]. */
  flags: 288,
  attributeCount: 296,
  /** The first attribute: u32 id, u32 padding, u64 values, then u64 mask of lines. */
  attributeId: 320,
  attributeValues: 328,
  attributeMask: 336,
  lineCount: 560,
  eventBufferSize: 564,
  fd: 588,
} as const;

/** struct gpio_v2_line_info: name[32], consumer[32], u32 offset, u32 num_attrs, u64 flags, …. */
const lineInfo = { bytes: 256, consumer: 32, offset: 64, flags: 72 } as const;

/** struct gpio_v2_line_event: u64 timestamp_ns, u32 id, offset, seqno, line_seqno, padding[6]. */
export const lineEvent = { bytes: 48, timestampNs: 0, id: 8, offset: 12, seqno: 16 } as const;
/** GPIO_V2_LINE_EVENT_RISING_EDGE: the line became active. */
const risingEdge = 1;

/** The most events the kernel keeps for one request: GPIO_V2_LINES_MAX * 16. */
export const maxQueuedEvents = 1024;

function readName(buffer: Buffer, offset: number): string {
  const end = buffer.indexOf(0, offset);
  return buffer.toString('utf8', offset, Math.min(end, offset + nameBytes));
}

/** What CHIPINFO filled in. */
export function decodeChipInfo(buffer: Buffer): { name: string; label: string; lines: number } {
  return {
    name: readName(buffer, 0),
    label: readName(buffer, nameBytes),
    lines: buffer.readUInt32LE(2 * nameBytes),
  };
}

/** What LINEINFO is asked with: the offset of a line. */
export function encodeLineInfo(line: number): Buffer {
  const buffer = Buffer.alloc(lineInfo.bytes);
  buffer.writeUInt32LE(line, lineInfo.offset);
  return buffer;
}

/** Whether a line is taken, and by whom as far as the kernel was told (else empty). */
export function decodeLineInfo(buffer: Buffer): { used: boolean; consumer: string } {
  return {
    used: (buffer.readUInt32LE(lineInfo.flags) & lineFlag.used) !== 0,
    consumer: readName(buffer, lineInfo.consumer),
  };
}

function encodeRequest(lines: readonly number[], consumer: string, flags: number): Buffer {
  const buffer = Buffer.alloc(lineRequest.bytes);
  for (const [index, line] of lines.entries()) buffer.writeUInt32LE(line, index * 4);
  buffer.write(consumer, lineRequest.consumer, nameBytes - 1, 'utf8');
  buffer.writeUInt32LE(flags, lineRequest.flags);
  buffer.writeUInt32LE(lines.length, lineRequest.lineCount);
  return buffer;
}

/**
 * A request for inputs that report falling edges: the start of a Wiegand pulse. No bias, since a
 * level shifter owns the level, and no debounce, since a debounce longer than a pulse erases bits.
 */
export function encodeEdgeRequest(lines: readonly number[], consumer: string): Buffer {
  const buffer = encodeRequest(lines, consumer, lineFlag.input | lineFlag.edgeFalling);
  buffer.writeUInt32LE(maxQueuedEvents, lineRequest.eventBufferSize);
  return buffer;
}

/**
 * A request for one output that is inactive from its first moment: the value stands in the request,
 * so that the line never shows another level. Values are logical; `activeLow` is the kernel's work.
 */
export function encodeOutputRequest(line: number, consumer: string, activeLow: boolean): Buffer {
  const flags = lineFlag.output | (activeLow ? lineFlag.activeLow : 0);
  const buffer = encodeRequest([line], consumer, flags);
  buffer.writeUInt32LE(1, lineRequest.attributeCount);
  buffer.writeUInt32LE(attributeOutputValues, lineRequest.attributeId);
  buffer.writeUInt32LE(0, lineRequest.attributeValues);
  buffer.writeUInt32LE(1, lineRequest.attributeMask);
  return buffer;
}

/** What an input is asked for with. */
interface InputWishes {
  readonly activeLow: boolean;
  readonly bias: 'none' | 'pull-up' | 'pull-down';
  readonly debounceUs: number;
}

const biasFlags = {
  none: lineFlag.biasDisabled,
  'pull-up': lineFlag.biasPullUp,
  'pull-down': lineFlag.biasPullDown,
} as const;

/** A request for one input that reports both edges, debounced by the kernel. */
export function encodeInputRequest(line: number, consumer: string, wishes: InputWishes): Buffer {
  const { activeLow, bias, debounceUs } = wishes;
  const flags = lineFlag.input | lineFlag.edgeRising | lineFlag.edgeFalling | biasFlags[bias];
  const buffer = encodeRequest([line], consumer, flags | (activeLow ? lineFlag.activeLow : 0));
  buffer.writeUInt32LE(maxQueuedEvents, lineRequest.eventBufferSize);
  if (debounceUs > 0) {
    buffer.writeUInt32LE(1, lineRequest.attributeCount);
    buffer.writeUInt32LE(attributeDebounce, lineRequest.attributeId);
    buffer.writeUInt32LE(debounceUs, lineRequest.attributeValues);
    buffer.writeUInt32LE(1, lineRequest.attributeMask);
  }
  return buffer;
}

/** One record of an input's queue. */
export function decodeChange(
  buffer: Buffer,
  at: number,
): { seqno: number; isRising: boolean; atUs: number } {
  return {
    seqno: buffer.readUInt32LE(at + lineEvent.seqno),
    isRising: buffer.readUInt32LE(at + lineEvent.id) === risingEdge,
    atUs: eventUs(buffer, at),
  };
}

const nsPerUs = 1000;
const twoTo32 = 2 ** 32;

/** Microseconds of CLOCK_MONOTONIC of a record. */
export function eventUs(buffer: Buffer, at: number): number {
  const low = buffer.readUInt32LE(at + lineEvent.timestampNs);
  const high = buffer.readUInt32LE(at + lineEvent.timestampNs + 4);
  // Beyond 104 days of uptime a double rounds nanoseconds, which microseconds do not show.
  return Math.floor((high * twoTo32 + low) / nsPerUs);
}

/** The descriptor that GET_LINE put into the request. */
export function decodeLineFd(buffer: Buffer): number {
  return buffer.readInt32LE(lineRequest.fd);
}

/** struct gpio_v2_line_values for a request of one line: u64 bits, u64 mask. */
export function encodeLineValue(active: boolean): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeUInt32LE(active ? 1 : 0, 0);
  buffer.writeUInt32LE(1, 8);
  return buffer;
}

/** Whether the one line of GET_VALUES is active. */
export function decodeLineValue(buffer: Buffer): boolean {
  return (buffer.readUInt32LE(0) & 1) === 1;
}

/** struct gpio_v2_line_values that asks for both lines of a reader. */
export function encodeLevelsRequest(): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeUInt32LE(0b11, 8);
  return buffer;
}

/** Whether each of two lines is low, in the order of the request; physical, as none is active low. */
export function decodeLevels(buffer: Buffer): { readonly d0Low: boolean; readonly d1Low: boolean } {
  const high = buffer.readUInt32LE(0);
  return { d0Low: (high & 0b01) === 0, d1Low: (high & 0b10) === 0 };
}
