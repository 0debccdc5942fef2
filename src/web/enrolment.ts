/** Taking the next cards at a reader for the list. An addition of latchd. */
import { z } from 'zod';
import {
  enrolmentEnds,
  enrolmentModes,
  enrolmentObstacles,
  enrolmentOutcomes,
} from '../door/enrolment.ts';
import { identifierTypes } from '../door/model.ts';
import { formatNumber } from '../door/number.ts';
import type { EnrolledCard } from '../ports/enrolment.ts';
import type { SettingReader } from '../ports/store.ts';
import type { PanelCommands } from '../ports/web.ts';
import { answer, done, emptyAnswer, errors, refuse } from './answer.ts';
import { holderBody } from './identifiers/identifier-body.ts';
import { type Route, route } from './route.ts';

/** What these calls work with. */
interface EnrolmentRouteParts {
  readonly settings: SettingReader;
  readonly commands: Pick<PanelCommands, 'startEnrolment' | 'stopEnrolment' | 'enrolment'>;
}

const path = '/api/v1/access/enrolment';
const ofReader = z.object({ reader: z.string().meta({ examples: ['front'] }) });
const noReader = { 404: [errors.notFound] };

const report = {
  mode: z.enum(enrolmentModes),
  by: z.string().meta({ description: 'Account, tool or `master card`.' }),
  cards: z.array(
    z.strictObject({
      time: z.number().meta({ description: 'Unix milliseconds.' }),
      identifier_type: z.enum(identifierTypes),
      identifier_number: z.string(),
      outcome: z.enum(enrolmentOutcomes),
      identifier_uid: z.int().min(1).nullable(),
    }),
  ),
};

/** `POST`, `GET` and `DELETE /access/enrolment`. */
export function enrolmentRoutes(parts: EnrolmentRouteParts): Route[] {
  return [startRoute(parts), stateRoute(parts), stopRoute(parts)];
}

function startRoute({ commands }: EnrolmentRouteParts): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Take the next cards at a reader for the list; they open nothing',
    access: 'admin',
    body: z
      .object({
        reader: z.string(),
        mode: z.enum(enrolmentModes).default('report'),
        seconds: z.int().min(1).max(300).optional(),
        cards: z.int().min(1).max(1000).default(1),
        identifier_owner: holderBody.identifier_owner.optional(),
        lock: holderBody.lock.optional(),
      })
      .meta({ examples: [{ reader: 'front', mode: 'add', seconds: 30, cards: 1 }] }),
    answers: emptyAnswer,
    refusesWith: { ...noReader, 409: Object.values(enrolmentObstacles) },
    notes:
      'Also takes QR codes and plates where the reader reads these; never a code that is typed. ' +
      '`report`: the list stays as it is, and the numbers are there to be read by GET. `add`, ' +
      '`remove`: the list is changed at once. It ends after `cards` cards, when none came for ' +
      '`seconds` (default `enrolment.seconds`), with the master card, by DELETE or with a restart. ' +
      '`identifier_owner` and `lock` of cards that are added; default: as configured. 404: no such ' +
      'reader. 409: cards are taken there already, or a door of the reader is blocked or open for an ' +
      'emergency.',
    async handler({ body: { identifier_owner: owner, ...body }, who }) {
      const obstacle = await commands.startEnrolment({ ...body, owner, by: who.name });
      if (obstacle === 'unknown-reader') return refuse(404, errors.notFound);
      return obstacle ? refuse(409, enrolmentObstacles[obstacle]) : done();
    },
  });
}

function stateRoute({ settings, commands }: EnrolmentRouteParts): Route {
  return route({
    method: 'GET',
    path,
    summary: 'How the last enrolment at a reader stands, and what was taken',
    access: 'admin',
    query: ofReader,
    answers: z.discriminatedUnion('state', [
      z.strictObject({ state: z.literal('none') }),
      z.strictObject({ state: z.literal('active'), seconds: z.int().min(1), ...report }),
      z.strictObject({ state: z.literal('ended'), why: z.enum(enrolmentEnds), ...report }),
    ]),
    refusesWith: noReader,
    notes:
      '`none`: there was none since the panel was started. `active`: `seconds` are left for the next ' +
      'card; ask again, or follow the log, which has an event for each card. `cards`: the last 32, ' +
      'oldest first, with `identifier_uid` of the identifier that has, or had, the number.',
    async handler({ query: { reader } }) {
      const state = await commands.enrolment(reader);
      if (!state) return refuse(404, errors.notFound);
      if (state.kind === 'none') return answer({ state: 'none' });
      const { kind, mode, by, secondsLeft, why } = state;
      const cards = state.cards.map((card) => cardItem(card, settings));
      if (kind === 'ended') return answer({ state: kind, why, mode, by, cards });
      return answer({ state: kind, seconds: secondsLeft, mode, by, cards });
    },
  });
}

function cardItem({ atMs, type, number, outcome, uid }: EnrolledCard, settings: SettingReader) {
  const { representation, type: wiegand } = settings.wiegand();
  return {
    time: atMs,
    identifier_type: type,
    identifier_number: formatNumber(type, number, representation, wiegand),
    outcome,
    identifier_uid: uid ?? null,
  };
}

function stopRoute({ commands }: EnrolmentRouteParts): Route {
  return route({
    method: 'DELETE',
    path,
    summary: 'Take no more cards at a reader for the list',
    access: 'admin',
    query: ofReader,
    answers: emptyAnswer,
    refusesWith: noReader,
    notes: 'Answers 200 also where none were taken.',
    async handler({ query: { reader }, who }) {
      return (await commands.stopEnrolment(reader, who.name))
        ? done()
        : refuse(404, errors.notFound);
    },
  });
}
