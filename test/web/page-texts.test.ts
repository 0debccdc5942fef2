import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { enrolmentObstacles, enrolmentOutcomes, isTaken } from '../../src/door/enrolment.ts';
import { identifierTypes } from '../../src/door/model.ts';
import { en } from '../../src/page/texts/en.ts';
import { lineFaultCodes } from '../../src/reader/line-faults.ts';
import { freshWeb } from '../support/web-app.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const sources = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(join(root, folder, name), 'utf8') }));

/** Kinds of events that are told as somebody at a reader. */
const passages =
  /^access_(granted_by_valid_identifier|denied_(by_(misread|not_valid|unknown_card)|unknown_))/;

test('the page has words for every kind of event', () => {
  const texts = [...sources('src/door'), ...sources('src/web')]
    .filter(({ name }) => /^events\/|login-events/.test(name))
    .map(({ text }) => text);
  const keys = new Set(texts.flatMap((text) => text.match(/(?<=')[a-z]+(?:_[a-z]+)+(?=')/g) ?? []));
  for (const outcome of enrolmentOutcomes.filter(isTaken)) keys.add(`enrolment_card_${outcome}`);
  assert.ok(keys.size > 50, `${keys.size} keys`);
  assert.deepEqual(
    [...keys].filter((key) => !passages.test(key) && !(key in en.events.keys)),
    [],
  );
});

test('the page has words for every reason, fault, outcome and diagnosis', () => {
  const typeIn = (file: string, name: string) => {
    const text = readFileSync(join(root, file), 'utf8');
    const declared = text.slice(text.indexOf(`export type ${name} =`));
    return declared.slice(0, declared.indexOf(';')).match(/(?<=\| ')[a-z-]+(?=')/g) ?? [];
  };
  const faults = ['src/panel/health.ts', 'src/web/backup-keeper.ts', 'src/panel/faults.ts'].flatMap(
    (file) =>
      readFileSync(join(root, file), 'utf8').match(
        /(?<=found\(\s*'|faultCode = '|code: ')[a-z-]+(?=')/g,
      ) ?? [],
  );
  const table = {
    reasons: [typeIn('src/door/model.ts', 'DenialReason'), en.events.reasons],
    obstacles: [Object.keys(enrolmentObstacles), en.events.reasons],
    outcomes: [enrolmentOutcomes, en.identifiers.several.outcomes],
    causes: [typeIn('src/reader/credential.ts', 'MisreadCause'), en.events.causes],
    diagnoses: [typeIn('src/reader/diagnosis.ts', 'DiagnosisCode'), en.readers.diagnoses],
    wires: [lineFaultCodes, en.readers.lineFaults],
    faults: [faults, en.panel.health.faults],
    unknown: [identifierTypes, en.events.unknown],
  } as const;
  for (const [what, [codes, words]] of Object.entries(table)) {
    assert.ok(codes.length > 2, `${what} are found`);
    assert.deepEqual(
      codes.filter((code: string) => !(code in words)),
      [],
      what,
    );
  }
});

test('the page has words for every refusal of the calls that it makes, and for no other', async (t) => {
  const web = await freshWeb(t);
  const { body: api } = await web.call('GET', '/openapi.json', {});
  const called = sources('src/page').flatMap(({ text }) => text.match(/\/api\/v1\/[a-z/]+/g) ?? []);
  const refusals = new Set<string>();
  for (const [path, methods] of Object.entries<object>(api.paths)) {
    if (!called.some((one) => path.startsWith(one))) continue;
    for (const { responses } of Object.values(methods)) {
      for (const [status, response] of Object.entries<{ $ref?: string }>(responses)) {
        // These are told by their status.
        if (['401', '403', '404', '429'].includes(status)) continue;
        const shared = api.components.responses[response.$ref?.split('/').at(-1) ?? ''];
        for (const text of errorsOf(shared ?? response)) refusals.add(text);
      }
    }
  }
  assert.ok(refusals.size > 40);
  const known = (text: string) => text.replace(/`[^`]*`/, '`param`') in en.refusals;
  assert.deepEqual(
    [...refusals].filter((text) => !known(text)),
    [],
  );
  const told = new Set([...refusals].map((text) => text.replace(/`[^`]*`/, '`param`')));
  assert.deepEqual(
    Object.keys(en.refusals).filter((text) => !told.has(text) && !ofDoor.includes(text)),
    [],
  );
});

/** Faults of the world, which the description of the API does not list. */
const ofDoor = [
  'Nothing is opened while events cannot be written',
  'The relay of first cannot be driven',
  'The relay of second cannot be driven',
  'The relay of first,second cannot be driven',
];

function errorsOf(response: {
  readonly content?: {
    readonly 'application/json'?: {
      readonly examples?: { readonly [name: string]: { readonly value?: { error?: string } } };
    };
  };
}): string[] {
  const examples = Object.values(response.content?.['application/json']?.examples ?? {});
  return examples.flatMap(({ value }) => (value?.error === undefined ? [] : [value.error]));
}
