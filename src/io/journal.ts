/**
 * Entries for journald with fields of their own, over its native socket
 * (systemd.io/JOURNAL_NATIVE_PROTOCOL): `journalctl LATCHD_READER=front`.
 */

import type { LogFields } from '../ports.ts';
import { openDatagrams } from './datagram.ts';

const journalSocket = '/run/systemd/journal/socket';

/** Takes an entry; false when it did not get through and is to go another way. */
export type Journal = (priority: number, message: string, fields: LogFields) => boolean;

/**
 * Opens the journal. Neither message nor values may hold a line break.
 * @throws an error when there can be no socket.
 */
export function openJournal(path = journalSocket): Journal {
  const socket = openDatagrams(path);
  return (priority, message, fields) =>
    socket.send(encodeEntry(priority, message, fields)) === undefined;
}

/** `LATCHD_` and the key in capitals: journald takes no others, and 64 characters at the most. */
function encodeEntry(priority: number, message: string, fields: LogFields): Buffer {
  const own = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `LATCHD_${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}=${value}\n`);
  return Buffer.from(
    `MESSAGE=${message}\nPRIORITY=${priority}\nSYSLOG_IDENTIFIER=latchd\n${own.join('')}`,
  );
}
