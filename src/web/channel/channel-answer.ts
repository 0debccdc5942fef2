/** What a command of the web comes to, as plain data on its way between the threads, and back. */
import { z } from 'zod';
import { describeError, Fault, type FaultCode } from '../../errors.ts';

/** The messages that answer a command. */
export const answerKinds = [
  z.object({ kind: z.literal('result'), id: z.number(), value: z.unknown() }),
  z.object({
    kind: z.literal('fault'),
    id: z.number(),
    code: z.custom<FaultCode>((value) => typeof value === 'string'),
    message: z.string(),
    remedy: z.string(),
    cause: z.string().optional(),
  }),
  z.object({ kind: z.literal('bug'), id: z.number(), message: z.string() }),
] as const;

type Answer = z.output<(typeof answerKinds)[number]>;

/** A command that waits for its answer. */
export interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Hands a command what became of it. */
export function settle(call: Waiting, answer: Answer): void {
  switch (answer.kind) {
    case 'result':
      call.resolve(answer.value);
      break;
    case 'fault': {
      const cause = answer.cause === undefined ? undefined : new Error(answer.cause);
      call.reject(new Fault(answer.code, answer.message, answer.remedy, cause));
      break;
    }
    case 'bug':
      call.reject(new Error(answer.message));
  }
}

/** What a command threw. */
export function asData(id: number, error: unknown): Answer {
  if (!(error instanceof Fault)) return { kind: 'bug', id, message: describeError(error) };
  const { code, message, remedy, cause } = error;
  return {
    kind: 'fault',
    id,
    code,
    message,
    remedy,
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
