/** `GET /openapi.json` and `GET /docs`: the API described, for machines and for people. */
import { z } from 'zod';
import { shared } from '../answer.ts';
import type { Facts } from '../info.ts';
import { packed } from '../packed.ts';
import { type Operator, type Route, route } from '../route.ts';
import { docsPage, docsPolicy } from './docs-page.ts';
import { describeApi } from './openapi.ts';

/** Calls that describe all calls, themselves too. @param routes asked for when all are known. */
export function specRoutes(facts: Facts, routes: () => readonly Route[]): Route[] {
  // Written at the first request: most panels are never asked.
  const describe = (local: boolean) => {
    const api = once(() => describeApi(routes(), { version: facts.version, local }));
    return {
      json: once(() => packed(Buffer.from(JSON.stringify(api())), 'application/json')),
      page: once(async () =>
        packed(Buffer.from(String(await docsPage(api()))), 'text/html; charset=utf-8'),
      ),
    };
  };
  const forNetwork = describe(false);
  const forSocket = describe(true);
  const shownTo = (who: Operator) =>
    who.role === 'admin' && who.proof.kind === 'local' ? forSocket : forNetwork;
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      summary: 'This API as an OpenAPI 3.1 document',
      access: 'open',
      answers: z.record(z.string(), z.unknown()),
      notes: 'Over the Unix socket it also has the calls that only the socket serves.',
      handler: ({ who, header }) => shared(shownTo(who).json(), header),
    }),
    route({
      method: 'GET',
      path: '/docs',
      summary: 'This API as a page to read',
      access: 'open',
      answers: { media: 'text/html' },
      handler: async ({ who, header }) => shared(await shownTo(who).page(), header, docsPolicy),
    }),
  ];
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
