import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IdentifierFields } from '../../src/door/model.ts';
import { columns } from '../../src/web/identifiers/identifier-csv-refusals.ts';
import { dump } from '../support/dump.ts';
import { seedOf } from '../support/seed.ts';
import { asAdmin, asManager, type FreshWeb, freshWeb } from '../support/web-app.ts';

const path = '/api/v1/access/identifiers';
const head = 'type,number,name,lock';
const link = '91c615e3-1040-4815-8ecb-039a18b756b0';

async function bring(web: FreshWeb, body: string, query = '') {
  const { status, body: answer } = await web.call('POST', `${path}/import${query}`, {
    auth: asAdmin,
    body,
  });
  assert.equal(status, 200, JSON.stringify(answer));
  return answer;
}

async function taken(web: FreshWeb): Promise<string> {
  const { status, headers, body } = await web.call('GET', `${path}/export`, { auth: asAdmin });
  assert.equal(status, 200);
  assert.equal(headers.get('content-disposition'), 'attachment; filename="identifiers.csv"');
  return body;
}

/** All identifiers without their uids, by type and number. */
function stored({ identifiers }: FreshWeb): IdentifierFields[] {
  return identifiers
    .beyond(undefined, 100_000, false)
    .map(({ uid: _, ...fields }) => fields)
    .sort((a, b) => (`${a.type} ${a.number}` < `${b.type} ${b.number}` ? -1 : 1));
}

test('a table makes identifiers; each refused line is told with its number and why', async (t) => {
  const web = await freshWeb(t);
  const report = await bring(
    web,
    [
      head,
      'card,1c-3b-4a,Ann,first',
      '',
      'card,1850187,"Bob, ""the\r\nbuilder""",all',
      'ukey,x,Eve,first',
      'card,5,Eve,third',
      'face_id,5,Eve,first',
      ',5,Eve,first',
      'card,5,Eve',
      'card,5,E"v"e,first',
      'card,1850186,Again,first',
      'inputCode,0471,Code,second',
    ].join('\r\n'),
  );
  assert.deepEqual(report, {
    dry_run: false,
    lines: 10,
    created: 3,
    updated: 0,
    unchanged: 0,
    refused: 7,
    refused_lines: [
      { line: 6, code: 'wrong-value', error: 'Wrong value in column number', column: 'number' },
      { line: 7, code: 'wrong-value', error: 'Wrong value in column lock', column: 'lock' },
      { line: 8, code: 'no-faces', error: 'You cannot create face_id identifier on this panel' },
      { line: 9, code: 'no-value', error: 'No value in column type', column: 'type' },
      { line: 10, code: 'wrong-columns', error: 'More columns than the first line, or fewer' },
      {
        line: 11,
        code: 'wrong-quotes',
        error: 'Wrong quotes; inside quotes a quote is written twice',
      },
      { line: 12, code: 'twice', error: 'Line 2 has the same number or link_id', same_as_line: 2 },
    ],
  });
  const owner = (name: string) => ({ name, type: 'owner' });
  assert.deepEqual(stored(web), [
    { type: 'card', number: '1850186', owner: owner('Ann'), lock: 'first' },
    { type: 'card', number: '1850187', owner: owner('Bob, "the\r\nbuilder"'), lock: 'all' },
    { type: 'inputCode', number: '0471', owner: owner('Code'), lock: 'second' },
  ]);
});

test('after a quote that is never closed nothing passes for a line', async (t) => {
  const web = await freshWeb(t);
  const report = await bring(web, `${head}\ncard,1,Ann,first\ncard,2,"Eve,first\ncard,3,Eve,all\n`);
  assert.deepEqual([report.lines, report.created], [2, 1]);
  const error = 'Wrong quotes; inside quotes a quote is written twice';
  assert.deepEqual(report.refused_lines, [{ line: 3, code: 'wrong-quotes', error }]);
});

test('columns may stand in any order, between semicolons or tabs, after a byte order mark', async (t) => {
  for (const delimiter of [';', '\t', ',']) {
    const web = await freshWeb(t);
    const table = `\uFEFFLock, Name ,TYPE,number\nall,"A;b,c",card,7\n`
      .replaceAll(',', delimiter)
      .replaceAll(`A;b${delimiter}c`, 'A;b,c');
    assert.equal((await bring(web, table)).created, 1, delimiter);
    assert.equal(web.identifiers.find('card', '7')?.owner.name, 'A;b,c');
  }
});

test('a file that is no table is refused whole, and nothing of it is repeated', async (t) => {
  const web = await freshWeb(t);
  const cases: [string, string][] = [
    ['', 'The first line must name the columns'],
    ['\n \r\n', 'The first line must name the columns'],
    ['"type', 'The first line must name the columns'],
    ['type,number,lock', 'The first line does not name the column `name`'],
    ['type,number,valid_until', 'The first line has no known name for column `3`'],
    ['inputCode,0471,Ann,all', 'The first line has no known name for column `1`'],
    ['type,number,Type', 'The first line names twice the column `type`'],
    [
      `${head}\n${'card,1,,first\n'.repeat(10_001)}`,
      'The file has more than 10000 lines; bring it in parts',
    ],
  ];
  for (const [body, error] of cases) {
    const answer = await web.call('POST', `${path}/import`, { auth: asAdmin, body });
    assert.deepEqual([answer.status, answer.body], [400, { error }]);
  }
  const latin = await web.app.request(
    `${path}/import`,
    { method: 'POST', headers: { authorization: asAdmin }, body: new Uint8Array([0xe4]) },
    { remote: '192.0.2.1', local: false },
  );
  assert.deepEqual(await latin.json(), { error: 'The body is not text in UTF-8' });
  for (const [auth, status] of [
    [asManager, 403],
    [asAdmin, 413],
  ] as const) {
    const body = 'x'.repeat(1024 * 1024 + 1);
    assert.equal((await web.call('POST', `${path}/import`, { auth, body })).status, status);
  }
  assert.equal(web.identifiers.count(), 0);
});

test('limits, lists and the PIN of a line are those of its identifier', async (t) => {
  const web = await freshWeb(t);
  const profile = { name: 'Week', allDay: true, fromS: 0, toS: 9 };
  for (const name of ['Week', 'Night', 'Twice', 'Twice']) {
    await web.timeProfiles.create({ ...profile, name });
  }
  await web.accessLevels.create({ name: 'Staff', lock: 'all', linkId: link });
  const header = `${head},valid_from,valid_to,max_passes,passes_left,time_profiles,access_levels,code`;
  const report = await bring(
    web,
    [
      header,
      'card,1,a,first,2026-01-31T08:00:00+01:00,2026-02-01,5,,,,',
      'card,2,a,first,,1800000000,5,2,Night|1,,1234',
      'card,3,a,first,2026-01-31 08:00,,,,,Staff,',
      `card,4,a,first,,,,,,${link.toUpperCase()},`,
      'card,5,a,first,,,,,,none,',
      'card,6,a,first,2026-02-01,2026-01-31,,,,,',
      'card,7,a,first,20260201,,,,,,',
      'card,8,a,first,,,0,,,,',
      'card,9,a,first,,,5,6,,,',
      'card,10,a,first,,,,6,,,',
      'card,11,a,first,,,,,Twice,,',
      'card,12,a,first,,,,,9,,',
      'card,13,a,first,,,,,,Nobody,',
      'card,14,a,first,,,,,,,12345',
      'card,15,a,first,2026-02-30,,,,,,',
    ].join('\n'),
  );
  assert.deepEqual(
    report.refused_lines.map(({ line, error }: { line: number; error: string }) => [line, error]),
    [
      [7, 'Date `from` must be greater than `to`'],
      [8, 'Wrong value in column valid_from'],
      [9, 'Wrong value in column max_passes'],
      [10, 'Wrong value in column passes_left'],
      [11, 'No value in column max_passes'],
      [12, 'There is no such time profile, or more than one'],
      [13, 'There is no such time profile, or more than one'],
      [14, 'There is no such access level, or more than one'],
      [15, 'Wrong value in column code'],
      [16, 'Wrong value in column valid_from'],
    ],
  );
  const rest = (number: string) => {
    const {
      uid: _,
      type: _type,
      number: _number,
      owner: _owner,
      lock: _lock,
      ...others
    } = web.identifiers.find('card', number) ?? assert.fail();
    return others;
  };
  assert.deepEqual(rest('1'), {
    window: { fromS: Date.UTC(2026, 0, 31, 7) / 1000, toS: Date.UTC(2026, 1, 2) / 1000 - 1 },
    passes: { max: 5, left: 5 },
  });
  assert.deepEqual(rest('2'), {
    window: { fromS: 0, toS: 1_800_000_000 },
    passes: { max: 5, left: 2 },
    profiles: [2, 1],
    pin: '1234',
  });
  assert.deepEqual(rest('3'), {
    window: { fromS: Date.UTC(2026, 0, 31, 8) / 1000, toS: Number.MAX_SAFE_INTEGER },
    levels: [1],
  });
  assert.deepEqual(rest('4'), { levels: [1] });
  assert.deepEqual(rest('5'), { levels: [] });
});

test('a line with a link id changes what has it, and only what it has columns for', async (t) => {
  const web = await freshWeb(t);
  await bring(
    web,
    `${head},owner_type,link_id,max_passes,code,valid_to\ncard,1,Ann,first,guest,${link},5,1234,2030-01-01`,
  );
  const uid = web.identifiers.byLinkId(link)?.uid ?? assert.fail();
  for (let passes = 0; passes < 2; passes += 1) web.identifiers.takePass(uid);
  const again = await bring(web, `${head},link_id,max_passes\ncard,2,Bea,all,${link},7`);
  assert.equal(again.updated, 1);
  const { window, ...rest } = web.identifiers.get(uid) ?? assert.fail();
  assert.ok(window);
  assert.deepEqual(rest, {
    uid,
    type: 'card',
    number: '2',
    lock: 'all',
    linkId: link,
    pin: '1234',
    owner: { name: 'Bea', type: 'guest' },
    passes: { max: 7, left: 5 },
  });
  // A column that is there and empty says: none.
  const none = await bring(
    web,
    `${head},link_id,max_passes,valid_from,valid_to\ncard,2,Bea,all,${link},,,`,
  );
  assert.equal(none.updated, 1);
  const { pin, passes, window: gone } = web.identifiers.get(uid) ?? assert.fail();
  assert.deepEqual([pin, passes, gone], ['1234', undefined, undefined]);
  await bring(web, `${head}\ncard,3,Cid,first`);
  const taken = await bring(web, `${head},link_id\ncard,3,Bea,all,${link}`);
  assert.deepEqual(taken.refused_lines, [
    { line: 2, code: 'duplicate', error: 'Identifier with that type and number already exist' },
  ]);
});

test('the checks are those of a single create: taken numbers, master code and master card', async (t) => {
  const web = await freshWeb(t);
  await web.commands.setMasterCode('99', 'test');
  await web.commands.setMasterCard('77', 'test');
  await bring(web, `${head}\ncard,1,Ann,first`);
  const { refused_lines } = await bring(
    web,
    `${head}\ncard,1,Bea,first\ninputCode,99,Bea,first\ncard,77,Bea,first`,
  );
  assert.deepEqual(
    refused_lines.map(({ error }: { error: string }) => error),
    [
      'Identifier with that type and number already exist',
      'Cannot create identifier with the same input code number as master code',
      'Cannot create identifier with same card number as master card',
    ],
  );
});

test('a dry run says what the run would, and writes nothing', async (t) => {
  const web = await freshWeb(t);
  await bring(web, `${head},link_id\ncard,1,Ann,first,\ncard,2,Bea,first,${link}`);
  const table = `${head},link_id\ncard,1,Ann,first,\ncard,2,Bea,all,${link}\ncard,1,Cid,first,\ncard,4,Dan,first,\nx,5,Eve,first,`;
  const before = await dump(web);
  const dry = await bring(web, table, '?dry_run=1');
  assert.equal(await dump(web), before);
  const { dry_run, ...counts } = dry;
  assert.equal(dry_run, true);
  const { dry_run: _, ...run } = await bring(web, table);
  assert.deepEqual(run, counts);
  assert.deepEqual(
    [run.lines, run.created, run.updated, run.unchanged, run.refused],
    [5, 1, 1, 1, 2],
  );
});

test('an export guards what a spreadsheet would run, has no PIN, and comes back as it was', async (t) => {
  const web = await freshWeb(t);
  const owner = (name: string) => ({ name, type: 'guest' }) as const;
  await web.timeProfiles.create({ name: 'Week', allDay: true, fromS: 0, toS: 9 });
  await web.accessLevels.create({ name: 'Staff', lock: 'all', linkId: link });
  const names = ['=1+1', '+1', '-1', '@x', "'=1", "'", "'x", '"', 'a,b;c\r\nd', ' x ', '\t', ''];
  const fields: IdentifierFields[] = [
    ...names.map(
      (name, index) =>
        ({ type: 'card', number: String(index), owner: owner(name), lock: 'all' }) as const,
    ),
    { type: 'card', number: '12345678901', owner: owner('long'), lock: 'first', pin: '1234' },
    { type: 'ukey', number: String(2n ** 128n - 1n), owner: owner('longest'), lock: 'first' },
    { type: 'license_plate', number: '=B 1', owner: owner('plate'), lock: 'second' },
    { type: 'inputCode', number: '0009', owner: owner('zeros'), lock: 'second' },
    {
      type: 'qr',
      number: link,
      owner: owner('qr'),
      lock: 'first',
      linkId: link,
      window: { fromS: -(2 ** 53 - 1), toS: 2 ** 53 - 1 },
      passes: { max: 3, left: 0 },
      profiles: [1],
      levels: [],
    },
    { type: 'card', number: '5000', owner: owner('level'), lock: 'first', levels: [1] },
  ];
  for (const one of fields) await web.identifiers.create(one);
  const table = await taken(web);
  assert.ok(
    table.startsWith('\uFEFFtype,number,name,owner_type,lock,') || table.startsWith('type,'),
  );
  assert.match(table, /,'=1\+1,/);
  assert.doesNotMatch(table, /1234(?!5)/);
  for (const representation of ['decimal', 'hex'] as const) {
    await web.commands.setWiegand({ type: 'wiegand_26', representation });
    const written = await taken(web);
    const same = await bring(web, written);
    assert.deepEqual([same.unchanged, same.refused_lines], [fields.length, []]);
    const other = await freshWeb(t);
    await other.commands.setWiegand({ type: 'wiegand_26', representation });
    await other.timeProfiles.create({ name: 'Week', allDay: true, fromS: 0, toS: 9 });
    await other.accessLevels.create({ name: 'Staff', lock: 'all', linkId: link });
    assert.equal((await bring(other, written)).created, fields.length);
    const expected = stored(web).map(({ pin: _, ...rest }) => rest);
    assert.deepEqual(stored(other), expected);
  }
});

test('an end of a window that is open is an empty cell, and comes back as it was', async (t) => {
  const web = await freshWeb(t);
  const windows = [
    { fromS: 0, toS: 1_800_000_000 },
    { fromS: 1_767_225_600, toS: Number.MAX_SAFE_INTEGER },
    { fromS: 0, toS: Number.MAX_SAFE_INTEGER },
    { fromS: 1_767_225_600, toS: 1_800_000_000 },
  ];
  for (const [index, window] of windows.entries()) {
    const owner = { name: 'Ann', type: 'owner' } as const;
    const number = String(index);
    await web.identifiers.create({ type: 'card', number, owner, lock: 'all', window });
  }
  const table = await taken(web);
  assert.deepEqual(
    table
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',').slice(5, 7)),
    [
      ['', '2027-01-15T08:00:00Z'],
      ['2026-01-01T00:00:00Z', ''],
      ['1970-01-01T00:00:00Z', ''],
      ['2026-01-01T00:00:00Z', '2027-01-15T08:00:00Z'],
    ],
  );
  const same = await bring(web, table);
  assert.deepEqual([same.unchanged, same.refused_lines], [windows.length, []]);
});

test('nothing that was sent in a code column comes back, or reaches the log', async (t) => {
  const web = await freshWeb(t);
  const answers = [
    await bring(web, `${head},code\ncard,1,Ann,first,8642`),
    await bring(web, `${head},code\ncard,2,Ann,first,86429`),
    await bring(web, `${head},code\ncard,3,Ann,third,8642`),
  ];
  const all = JSON.stringify([answers, web.log.entries, await taken(web)]);
  assert.doesNotMatch(all, /8642/);
  assert.equal(web.identifiers.find('card', '1')?.pin, '8642');
});

test('random tables: no crash, no half-done line, and the report adds up', async (t) => {
  const seed = seedOf(t);
  const cell = fc.oneof(
    ...[fc.constantFrom('card', 'first', 'all', '7', '1c-3b', '"', '""', "'=x", '', ' ', 'none')],
    fc.nat(30).map(String),
    fc.string({ maxLength: 8 }),
    fc.constantFrom('2026-01-01', '2026-02-30', '1e9', '\u0000', '😀', link),
  );
  const line = fc.array(cell, { minLength: 1, maxLength: 15 }).map((cells) => cells.join(','));
  const good = fc
    .tuple(fc.nat(40), fc.string({ maxLength: 6 }))
    .map(([number, name]) => `card,${number},"${name.replaceAll('"', '""')}",all`);
  const header = fc.oneof(fc.constant(head), fc.shuffledSubarray([...columns]).map(String), line);
  const end = fc.constantFrom('\n', '\r\n', '\r');
  const table = fc
    .tuple(header, fc.array(fc.tuple(fc.oneof(line, good), end), { maxLength: 30 }))
    .map(([first, lines]) => [first, '\n', ...lines.flat()].join(''));
  const bytes = fc.oneof(
    table.map((text) => Buffer.from(text)),
    fc
      .uint8Array({ maxLength: 300 })
      .map((noise) => Buffer.concat([Buffer.from(`${head}\n`), noise])),
    fc.uint8Array({ maxLength: 100 }).map((noise) => Buffer.from(noise)),
  );
  const web = await freshWeb(t);
  const numRuns = Number(process.env.LATCHD_CSV_RUNS ?? 300);
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(bytes, async (body) => {
      const before = web.identifiers.count();
      const response = await web.app.request(
        `${path}/import`,
        { method: 'POST', headers: { authorization: asAdmin }, body: new Uint8Array(body) },
        { remote: '192.0.2.1', local: false },
      );
      // biome-ignore lint/suspicious/noExplicitAny: the counts are looked at below.
      const answer: any = await response.json();
      if (response.status === 400) return assert.equal(web.identifiers.count(), before);
      assert.equal(response.status, 200);
      const { lines, created, updated, unchanged, refused, refused_lines } = answer;
      assert.equal(created + updated + unchanged + refused, lines);
      assert.equal(refused_lines.length, refused);
      assert.equal(web.identifiers.count(), before + created);
      const places: number[] = refused_lines.map(({ line: place }: { line: number }) => place);
      assert.deepEqual(
        [...new Set(places)].sort((a, b) => a - b),
        places,
      );
      taken += created;
    }),
    { seed, numRuns },
  );
  assert.ok(taken > 0, 'some lines were good');
  for (const { window, passes, type, number } of web.identifiers.beyond(undefined, 10_000, false)) {
    assert.ok(window === undefined || window.toS > window.fromS);
    assert.ok(passes === undefined || passes.left <= passes.max);
    assert.ok(number.length > 0, type);
  }
  assert.deepEqual(
    web.log.entries.filter(({ level }) => level === 'error'),
    [],
  );
});
