import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { OutboundRule } from '../../src/ports/remote.ts';

/** Lets tests call servers of their own. */
export const allowLoopback: readonly OutboundRule[] = [{ kind: 'name', name: 'localhost' }];

/** What a receiver was sent. */
export interface Received {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A status; undefined: it has answered by itself, or never will. */
type Reply = number | undefined;
type Answering = (received: Received, response: ServerResponse) => Reply;

/** A real server on 127.0.0.1 that keeps what it gets and answers as it is told. */
export async function receiver(t: TestContext, answer: Answering = () => 200) {
  const got: Received[] = [];
  let wake: () => void = () => undefined;
  let answering = answer;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { url: path = '', method = '', headers } = request;
    const received = { path, method, headers, body };
    const status = answering(received, response);
    got.push(received);
    if (status !== undefined) response.writeHead(status).end();
    wake();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    got,
    port,
    url: `http://127.0.0.1:${port}`,
    answerWith(next: Answering): void {
      answering = next;
    },
    /** Resolves once it has got `count` requests in all. */
    async received(count: number): Promise<readonly Received[]> {
      while (got.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return got;
    },
  };
}

/** Resolves when `holds`, asked again in every turn of the loop. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
