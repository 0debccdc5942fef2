/** The worker's side of the remote access server: one question, one request, one answer. */
import { z } from 'zod';
import { formatNumber } from '../../door/number.ts';
import type { RemoteQuestion, RemoteVerdict } from '../../door/remote.ts';
import { describeError, Fault } from '../../errors.ts';
import type { RemoteAnswer } from '../../ports/remote.ts';
import type { SettingReader } from '../../ports/store.ts';
import type { Log } from '../../ports.ts';
import { isAsked } from '../main-thread/remote-questions.ts';
import type { Outbound } from './outbound.ts';
import { parseTarget } from './outbound-target.ts';

/** What a question is put with. */
interface RemoteServerParts {
  readonly settings: Pick<SettingReader, 'remoteServer' | 'wiegand'>;
  readonly outbound: Outbound;
  /** Makes the next read see what has been committed by now. */
  readonly refresh: () => void;
  readonly log: Log;
}

/** As long as the panel waits (panel API, remote access server settings). */
const answerMs = 10_000;
const longestAnswer = 64 * 1024;

/** Answers as the page on the settings has them; other members are ignored. */
const answerSchema = z.union([
  z.object({ handled: z.literal(false) }).transform((): RemoteVerdict => ({ handled: false })),
  z
    .object({ handled: z.literal(true), access: z.object({ granted: z.literal(false) }) })
    .transform((): RemoteVerdict => ({ handled: true, granted: false })),
  z
    .object({
      handled: z.literal(true),
      access: z.object({ granted: z.literal(true), lock_number: z.int().min(0).max(8) }),
    })
    .transform(
      ({ access }): RemoteVerdict => ({
        handled: true,
        granted: true,
        lockNumber: access.lock_number,
      }),
    ),
]);

/** Puts a question to the server that is set. Never rejects. */
export async function askRemoteServer(
  parts: RemoteServerParts,
  question: RemoteQuestion,
): Promise<RemoteAnswer> {
  try {
    parts.refresh();
    const setting = parts.settings.remoteServer();
    const url = parseTarget(setting.url);
    if (!isAsked(setting) || !url) return { handled: false };
    const outcome = await parts.outbound.post({
      url,
      headers: {},
      body: JSON.stringify(bodyOf(parts, question)),
      timeoutMs: answerMs,
      answerBytes: longestAnswer,
    });
    if ('failure' in outcome) return outcome;
    if (outcome.status < 200 || outcome.status > 299) return { failure: `HTTP ${outcome.status}` };
    return parseVerdict(outcome.body) ?? { failure: 'answer-not-understood' };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    parts.log.error('the remote server could not be asked', { why: describeError(error) });
    return { failure: error.code };
  }
}

/** The verdict in an answer; undefined for anything that is none. */
export function parseVerdict(body: Uint8Array): RemoteVerdict | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return answerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function bodyOf({ settings }: RemoteServerParts, { type, number }: RemoteQuestion) {
  const { representation, type: wiegand } = settings.wiegand();
  const written = type === 'card' ? formatNumber(type, number, representation, wiegand) : number;
  return { identifier_number: written, identifier_type: type };
}
