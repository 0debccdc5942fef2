/**
 * One serial device: opened when it is there, waited for when it is not, for as long as the panel
 * runs. A cable that is pulled is no fault, it is a reader that is away.
 */
import { ByteLengthParser } from '@serialport/parser-byte-length';
import { SerialPort } from 'serialport';
import { describeError } from '../errors.ts';
import type { Clock, SerialInput, SerialLine, SerialSink, Timer } from '../ports.ts';

/** Between two attempts to open. */
const tryAgainUs = 1_000_000;
/**
 * A packet never pauses for that long: at 9600 baud a byte takes a millisecond, and converters on USB
 * deliver within 20.
 */
const silenceUs = 100_000;

/** Listens to a serial line until it is closed. */
export function openSerial(
  line: SerialLine,
  sink: SerialSink,
  clock: Pick<Clock, 'after'>,
): SerialInput {
  let isAway = false;
  let port: SerialPort | undefined;
  let retry: Timer | undefined;
  let closed = false;

  function away(why: string): void {
    port = undefined;
    if (closed) return;
    if (!isAway) sink.away(why);
    isAway = true;
    retry = clock.after(tryAgainUs, attempt);
  }

  function attempt(): void {
    const { path, baudRate, dataBits, parity, stopBits } = line;
    const opening = new SerialPort({ path, baudRate, dataBits, parity, stopBits, autoOpen: false });
    opening.open((error) => {
      if (error) {
        away(describeError(error));
        return;
      }
      if (closed) {
        opening.close();
        return;
      }
      port = opening;
      listen(opening, line.packetLength, sink, clock);
      if (isAway) sink.back();
      isAway = false;
    });
    opening.on('error', () => {});
    opening.on('close', (error: Error | null) => {
      away(error ? describeError(error) : 'the device was closed');
    });
  }

  attempt();
  return {
    close() {
      closed = true;
      retry?.cancel();
      if (port?.isOpen) port.close();
    },
  };
}

/**
 * Hands on what comes. Packets of one length are cut by their length, which is one call a packet;
 * what a byte too many or too few has put out of step comes in pieces, and the silence after it
 * brings the cutter back into step.
 */
function listen(
  port: SerialPort,
  packetLength: number | undefined,
  sink: SerialSink,
  clock: Pick<Clock, 'after'>,
): void {
  let cutter = freshCutter();
  let silence: Timer | undefined;

  function freshCutter(): ByteLengthParser | undefined {
    if (packetLength === undefined) return undefined;
    const fresh = new ByteLengthParser({ length: packetLength });
    fresh.on('data', (bytes: Buffer) => {
      if (bytes.length > 0) sink.bytes(bytes);
    });
    return fresh;
  }

  function silent(): void {
    silence = undefined;
    const last = cutter;
    cutter = freshCutter();
    if (last) last.on('end', () => sink.silence()).end();
    else sink.silence();
  }

  port.on('data', (bytes: Buffer) => {
    silence?.cancel();
    silence = clock.after(silenceUs, silent);
    if (cutter) cutter.write(bytes);
    else sink.bytes(bytes);
  });
  port.on('close', () => {
    silence?.cancel();
    silent();
  });
}
