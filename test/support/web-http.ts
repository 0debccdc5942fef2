import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';

/** One exchange as raw bytes: sends `pieces` one after the other, resolves with all that came. */
export function rawExchange(port: number, pieces: Iterable<string | Buffer>): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      const source = pieces[Symbol.iterator]();
      const next = () => {
        for (;;) {
          const { done, value } = source.next();
          if (done || socket.destroyed) return;
          if (!socket.write(value)) return void socket.once('drain', next);
        }
      };
      next();
    });
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      received += text;
    });
    // A server that has said no may close while we still write.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

/** An HTTP request by `node:http`, which unlike fetch speaks over Unix sockets. */
export function send(options: RequestOptions, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(options, resolve).on('error', reject).end(body);
  });
}

/** The whole body of a response. */
export async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}
