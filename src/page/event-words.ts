/** What an event says, in words: who, where, and why it was refused. */
import type { IconName } from './icons.ts';
import { labelOf } from './names.ts';
import type { EventModel, LogEvent } from './panel-types.ts';
import type { Setup } from './setup.ts';
import { texts } from './texts.ts';

/** An event told. */
export interface Told {
  readonly tone: 'good' | 'bad' | 'warn' | 'plain';
  readonly icon: IconName;
  /** Who it was, or what happened. */
  readonly title: string;
  /** What became of it, and why; empty where the title says it. */
  readonly outcome: string;
  /** Reader, lock, input, account: where, and by whom. */
  readonly where: readonly string[];
}

/** Tells an event. */
export function tellEvent(event: LogEvent, setup: Setup): Told {
  const { key } = event.name;
  const { model } = event.info;
  const isRefused = key.startsWith('access_denied');
  if ((isRefused || key === 'access_granted_by_valid_identifier') && text(model.reader)) {
    return tellPassage(event, isRefused, setup);
  }
  const isAlarm = event.category === 'emergency';
  return {
    tone: isAlarm ? (event.priority === 'high' ? 'bad' : 'warn') : 'plain',
    icon: isAlarm ? 'alert' : iconOf(key),
    title: texts.events.keys[key] ?? event.info.text,
    outcome: key in texts.events.keys ? outcomeOf(event) : '',
    where: [text(model.owner), ...placesOf(event, setup)].filter((part) => part !== ''),
  };
}

function tellPassage(event: LogEvent, isRefused: boolean, setup: Setup): Told {
  const words = texts.events;
  const { owner, number, type, reason, cause, passes_left } = event.info.model;
  const unknown = words.unknown[text(type)] ?? words.somebody;
  const title =
    reason === 'misread'
      ? words.misread
      : text(owner) || [unknown, text(number)].filter(Boolean).join(' ');
  const why = words.causes[text(cause)] ?? words.reasons[text(reason)] ?? text(reason);
  const left = typeof passes_left === 'number' ? words.passesLeft(passes_left) : '';
  return {
    tone: isRefused ? 'bad' : 'good',
    icon: isRefused ? 'cross' : 'check',
    title,
    outcome: isRefused
      ? [words.refused, why].filter(Boolean).join(': ')
      : [words.granted, left].filter(Boolean).join(', '),
    where: placesOf(event, setup),
  };
}

function outcomeOf({ info: { model } }: LogEvent): string {
  const words = texts.events;
  const mode = texts.door.modes[text(model.mode) as keyof typeof texts.door.modes];
  const seconds = typeof model.seconds === 'number' ? words.seconds(model.seconds) : '';
  const count = typeof model.count === 'number' ? words.times(model.count) : '';
  return [mode, words.reasons[text(model.reason)], faultOf(model), seconds, count]
    .filter(Boolean)
    .join(', ');
}

/** What is wrong, where an event tells of a fault. */
function faultOf(model: EventModel): string {
  const wires = texts.readers.lineFaults[text(model.fault)];
  const fault = texts.panel.health.faults[text(model.code)];
  return wires ?? fault?.what({}) ?? text(model.what);
}

function placesOf({ info: { model } }: LogEvent, setup: Setup): readonly string[] {
  const words = texts.events;
  const lock = text(model.lock);
  return [
    text(model.reader) && labelOf(setup, 'reader', text(model.reader)),
    lock && lock !== 'none' ? lockName(setup, lock) : '',
    text(model.input),
    text(model.account),
    text(model.by) && words.by(text(model.by)),
    text(model.address) && words.from(text(model.address)),
  ].filter((part) => part !== '');
}

function lockName(setup: Setup, lock: string): string {
  return lock === 'all' ? texts.locks.all : labelOf(setup, 'lock', lock);
}

function iconOf(key: string): IconName {
  if (/opened|granted|began/.test(key)) return 'unlocked';
  if (/closed|blocked/.test(key)) return 'locked';
  if (/login|account|password/.test(key)) return 'account';
  if (key.startsWith('door')) return 'door';
  return 'info';
}

/** A member of the model as text; anything else is none. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
