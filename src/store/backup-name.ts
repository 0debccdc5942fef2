/** Names of backups: when, and why. */
import { formatIsoTime, parseIsoTime } from '../door/iso-time.ts';
import type { BackupKind } from '../ports/backup.ts';

const namePattern = /^latchd-\d{8}T\d{9}Z-(manual|scheduled|before-restore)\.backup$/;

/** `latchd-20260601T120000000Z-manual.backup` */
export function nameOf(kind: BackupKind, createdMs: number): string {
  return `latchd-${stampOf(createdMs)}-${kind}.backup`;
}

/** Why a backup was made; undefined: the name is not that of a backup. */
export function kindOf(name: string): BackupKind | undefined {
  return namePattern.exec(name)?.[1] as BackupKind | undefined;
}

/** A moment as it stands in the name of a file. */
function stampOf(unixMs: number): string {
  const text = formatIsoTime(unixMs / 1000) ?? '0000-01-01T00:00:00Z';
  const ms = String(Math.floor(unixMs) % 1000).padStart(3, '0');
  return `${text.replace(/[-:Z]/g, '')}${ms}Z`;
}

/** When a backup was made, Unix milliseconds. */
export function createdOf(name: string): number {
  const parts = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(name)?.slice(1) ?? [];
  const [year, month, day, hour, minute, second, ms] = parts;
  return parseIsoTime(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`) ?? 0;
}
