/**
 * One serial device: opened when it is there, waited for when it is not, for as long as the panel
 * runs. A cable that is pulled is no fault, it is a reader that is away.
 */
import { stat } from 'node:fs';
import { ByteLengthParser } from '@serialport/parser-byte-length';
import { SerialPort } from 'serialport';
import { describeError } from '../errors.ts';
import type { Clock, SerialInput, SerialLine, SerialSink, Timer } from '../ports.ts';

/** Between two attempts to open. */
const tryAgainUs = 1_000_000;
/**
 * Between two looks whether the device is still there. Reading from one that has been pulled answers
 * nothing at all, and the package then reads again at once, for ever.
 */
const lookUs = 1_000_000;
/**
 * A packet never pauses for that long: at 9600 baud a byte takes a millisecond, and converters on USB
 * deliver within 20.
 */
const silenceUs = 100_000;
/** A timer that fires later than that says that the process stood still, and not that the line did. */
const lateUs = 20_000;
/** What came meanwhile is read by then: a turn of the loop, and a read in another thread. */
const settleUs = 30_000;
/** A loop that is always late ends a packet after so many times, too. */
const mostSettling = 4;

type SerialClock = Pick<Clock, 'after' | 'monoUs'>;

/** Listens to a serial line until it is closed. */
export function openSerial(line: SerialLine, sink: SerialSink, clock: SerialClock): SerialInput {
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
      isAway = false;
      watchPresence(opening, path, clock);
      sink.there();
    });
    opening.on('error', () => {});
    opening.on('close', (error: Error | null) => {
      away(error ? describeError(error) : 'the device is gone');
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

/** Closes the port when its path leads to another device, or to none. */
function watchPresence(port: SerialPort, path: string, clock: Pick<Clock, 'after'>): void {
  let device: number | undefined;
  let timer: Timer | undefined;
  function look(): void {
    stat(path, (error, found) => {
      if (!port.isOpen) return;
      device ??= found?.rdev;
      if (error || found.rdev !== device) port.close();
      else timer = clock.after(lookUs, look);
    });
  }
  port.on('close', () => timer?.cancel());
  look();
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
  clock: SerialClock,
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

  /** Timers fire before the bytes that have come while the process stood still are read. */
  function awaitSilence(us: number, settling = mostSettling): void {
    const dueUs = clock.monoUs() + us;
    silence = clock.after(us, () => {
      const isLate = clock.monoUs() - dueUs > lateUs;
      if (isLate && settling > 0) awaitSilence(settleUs, settling - 1);
      else silent();
    });
  }

  port.on('data', (bytes: Buffer) => {
    silence?.cancel();
    awaitSilence(silenceUs);
    if (cutter) cutter.write(bytes);
    else sink.bytes(bytes);
  });
  port.on('close', () => {
    silence?.cancel();
    silent();
  });
}
