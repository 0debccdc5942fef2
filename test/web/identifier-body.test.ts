import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asAdmin, cardBody, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/identifier';

function create(web: FreshWeb, body: unknown) {
  return web.call('POST', path, { auth: asAdmin, body });
}

const limited = (time: object, passes: object = { is_permanent: true }) => ({
  valid: { time, passes },
});
const noValue = (param: string) => `Wrong JSON body: no value for \`${param}\``;
const wrongType = (param: string) => `Wrong JSON body: value \`${param}\` was of the wrong type`;
const without = (member: string) => {
  const { [member]: _, ...rest }: Record<string, unknown> = cardBody('1');
  return rest;
};

/** What a body is answered with. */
const refusals: readonly (readonly [title: string, body: unknown, error: string])[] = [
  ['no body', undefined, 'Wrong JSON body'],
  ['an empty body', '', 'Wrong JSON body'],
  ['not JSON', '{"a":', 'Wrong JSON body'],
  ['an array', [], 'Wrong JSON body'],
  ['null', 'null', 'Wrong JSON body'],
  ['a string', '"x"', 'Wrong JSON body'],
  ['no member at all', {}, noValue('identifier_owner')],
  ['no owner', without('identifier_owner'), noValue('identifier_owner')],
  ['no type', without('identifier_type'), noValue('identifier_type')],
  ['no number', without('identifier_number'), noValue('identifier_number')],
  ['no lock', without('lock'), noValue('lock')],
  ['no name', cardBody('1', { identifier_owner: { type: 'owner' } }), noValue('name')],
  ['no owner type', cardBody('1', { identifier_owner: { name: 'A' } }), noValue('type')],
  ['owner null', cardBody('1', { identifier_owner: null }), wrongType('identifier_owner')],
  ['owner a text', cardBody('1', { identifier_owner: 'Ann' }), wrongType('identifier_owner')],
  ['owner a list', cardBody('1', { identifier_owner: [] }), wrongType('identifier_owner')],
  [
    'name a number',
    cardBody('1', { identifier_owner: { name: 5, type: 'owner' } }),
    wrongType('name'),
  ],
  [
    'owner type unknown',
    cardBody('1', { identifier_owner: { name: 'A', type: 'king' } }),
    'Wrong JSON body',
  ],
  ['type a number', cardBody('1', { identifier_type: 1 }), wrongType('identifier_type')],
  ['type unknown', cardBody('1', { identifier_type: 'fob' }), 'Wrong JSON body'],
  [
    'type face_id',
    cardBody('1', { identifier_type: 'face_id' }),
    'You cannot create face_id identifier on this panel',
  ],
  [
    'number a number',
    cardBody('1', { identifier_number: 1850186 }),
    wrongType('identifier_number'),
  ],
  ['number null', cardBody('1', { identifier_number: null }), wrongType('identifier_number')],
  ['number too long', cardBody('12345678901'), 'Wrong JSON body'],
  ['number of bare hex digits', cardBody('1c3b4a'), 'Wrong JSON body'],
  ['number of one pair', cardBody('1c'), 'Wrong JSON body'],
  ['number of nine pairs', cardBody('00-11-22-33-44-55-66-77-88'), 'Wrong JSON body'],
  ['number empty', cardBody(''), 'Wrong JSON body'],
  ['code not digits', cardBody('12a4', { identifier_type: 'inputCode' }), 'Wrong JSON body'],
  ['qr not a UUID', cardBody('hello', { identifier_type: 'qr' }), 'Wrong JSON body'],
  ['plate empty', cardBody('', { identifier_type: 'license_plate' }), 'Wrong JSON body'],
  [
    'plate too long',
    cardBody('x'.repeat(101), { identifier_type: 'license_plate' }),
    'Wrong JSON body',
  ],
  [
    'plate with half a surrogate pair',
    cardBody('\ud800', { identifier_type: 'license_plate' }),
    'Wrong JSON body',
  ],
  ['lock unknown', cardBody('1', { lock: 'third' }), 'Wrong JSON body'],
  ['lock a number', cardBody('1', { lock: 0 }), wrongType('lock')],
  [
    'name too long',
    cardBody('1', { identifier_owner: { name: 'x'.repeat(16_385), type: 'owner' } }),
    'Wrong JSON body',
  ],
  ['valid a list', cardBody('1', { valid: [] }), wrongType('valid')],
  ['time at the top a text', cardBody('1', { time: 'x' }), wrongType('time')],
  ['valid a text', cardBody('1', { valid: 'yes' }), wrongType('valid')],
  ['time a list', cardBody('1', { valid: { time: [] } }), wrongType('time')],
  ['time without is_permanent', cardBody('1', limited({})), noValue('is_permanent')],
  ['is_permanent null', cardBody('1', limited({ is_permanent: null })), wrongType('is_permanent')],
  [
    'is_permanent a text',
    cardBody('1', limited({ is_permanent: 'true' })),
    wrongType('is_permanent'),
  ],
  [
    'is_permanent a text, in the wrong place',
    cardBody('1', { valid: { passes: { is_permanent: true, time: { is_permanent: 1 } } } }),
    wrongType('is_permanent'),
  ],
  ['no from', cardBody('1', limited({ is_permanent: false, to: 5 })), noValue('from')],
  ['no to', cardBody('1', limited({ is_permanent: false, from: 5 })), noValue('to')],
  [
    'from null',
    cardBody('1', limited({ is_permanent: false, from: null, to: 5 })),
    wrongType('from'),
  ],
  [
    'to a fraction',
    cardBody('1', limited({ is_permanent: false, from: 1, to: 5.5 })),
    wrongType('to'),
  ],
  [
    'to beyond int64',
    cardBody('1', limited({ is_permanent: false, from: 1, to: 1e30 })),
    'Wrong JSON body',
  ],
  [
    'to beyond every number',
    JSON.stringify(cardBody('1', limited({ is_permanent: false, from: 1, to: 7777 }))).replace(
      '7777',
      '1e999',
    ),
    'Wrong JSON body',
  ],
  [
    'to equal to from',
    cardBody('1', limited({ is_permanent: false, from: 5, to: 5 })),
    'Date `from` must be greater than `to`',
  ],
  [
    'to before from',
    cardBody('1', limited({ is_permanent: false, from: 6, to: 5 })),
    'Date `from` must be greater than `to`',
  ],
  [
    'no max_passes',
    cardBody('1', limited({ is_permanent: true }, { is_permanent: false })),
    noValue('max_passes'),
  ],
  ...([0, -1, 2 ** 31] as const).map(
    (max) =>
      [
        `max_passes ${max}`,
        cardBody('1', limited({ is_permanent: true }, { is_permanent: false, max_passes: max })),
        'Wrong JSON body',
      ] as const,
  ),
  [
    'max_passes a text',
    cardBody('1', limited({ is_permanent: true }, { is_permanent: false, max_passes: '2' })),
    wrongType('max_passes'),
  ],
];

test('a wrong body is refused in the words of the pages, by create and by update', async (t) => {
  const web = await freshWeb(t);
  await create(web, cardBody('4711'));
  for (const [title, body, error] of refusals) {
    for (const [method, at] of [
      ['POST', path],
      ['PATCH', `${path}/item/1`],
    ] as const) {
      const answer = await web.call(method, at, { auth: asAdmin, body });
      assert.deepEqual([answer.status, answer.body], [400, { error }], `${method}: ${title}`);
    }
  }
  assert.equal(web.identifiers.count(), 1);
});

test('what clients really send is taken', async (t) => {
  const web = await freshWeb(t);
  const permanent = { time: undefined, passes: undefined };
  const accepted: readonly (readonly [title: string, rest: object, kept: object])[] = [
    ['valid missing', {}, permanent],
    ['valid null', { valid: null }, permanent],
    ['valid empty', { valid: {} }, permanent],
    ['members null', { valid: { time: null, passes: null } }, permanent],
    [
      'limits beside is_permanent',
      limited(
        { is_permanent: true, from: 1540819272, to: 1540819272 },
        { is_permanent: true, max_passes: 0 },
      ),
      permanent,
    ],
    [
      'null limits beside is_permanent',
      limited(
        { is_permanent: true, from: null, to: 'x' },
        { is_permanent: true, max_passes: null },
      ),
      permanent,
    ],
    [
      'time inside passes',
      {
        valid: {
          passes: {
            is_permanent: false,
            max_passes: 2,
            time: { is_permanent: false, from: 1, to: 2 },
          },
        },
      },
      { window: { fromS: 1, toS: 2 }, passes: { max: 2, left: 2 } },
    ],
    [
      'limits at the top',
      {
        time: { is_permanent: false, from: 1, to: 2 },
        passes: { is_permanent: false, max_passes: 2 },
      },
      { window: { fromS: 1, toS: 2 }, passes: { max: 2, left: 2 } },
    ],
    [
      'one limit at the top, time inside passes',
      { passes: { is_permanent: true, time: { is_permanent: false, from: 1, to: 2 } } },
      { window: { fromS: 1, toS: 2 } },
    ],
    [
      'limits at the top beside a valid that says nothing',
      { valid: { time: null }, time: { is_permanent: false, from: 1, to: 2 } },
      { window: { fromS: 1, toS: 2 } },
    ],
    [
      'limits in both places',
      {
        ...limited({ is_permanent: false, from: 3, to: 4 }),
        time: { is_permanent: false, from: 1, to: 2 },
      },
      { window: { fromS: 3, toS: 4 } },
    ],
    [
      'unknown members',
      { colour: 'red', valid: { time: { is_permanent: true, x: [] }, deep: nested(1000) } },
      permanent,
    ],
    [
      'a window until the end of int64',
      limited({ is_permanent: false, from: -5, to: 2 ** 63 }),
      { window: { fromS: -5, toS: Number.MAX_SAFE_INTEGER } },
    ],
  ];
  for (const [index, [title, rest, kept]] of accepted.entries()) {
    const answer = await create(web, cardBody(String(index), rest));
    assert.deepEqual([answer.status, answer.body], [200, { uid: index + 1 }], title);
    const stored = web.identifiers.get(index + 1);
    const { window, passes }: { window?: unknown; passes?: unknown } = kept as object;
    assert.deepEqual([stored?.window, stored?.passes], [window, passes], title);
  }
});

function nested(depth: number): unknown {
  return depth === 0 ? 0 : [nested(depth - 1)];
}
