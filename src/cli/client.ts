/** Talks to a running latchd over its control socket, with the rights of the Unix user. */
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { errnoOf } from '../errors.ts';

/** The answer of latchd was a refusal, or there was none. `message` is for a person. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
}

/** One connection at a time to the socket at `path`. */
export class Client {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Sends a request and answers its JSON body.
   * @throws ClientError when latchd does not run, refuses, or may not be asked by this user.
   */
  async json(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const response = await this.#send(method, path, body);
    const text = await textOf(response);
    return text === '' ? {} : JSON.parse(text);
  }

  /** Lines of a stream (NDJSON), as they come; ends with the stream. */
  async *lines(path: string): AsyncGenerator<unknown> {
    const response = await this.#send('GET', path);
    for await (const line of createInterface({ input: response })) {
      if (line !== '') yield JSON.parse(line);
    }
  }

  async #send(method: string, path: string, body?: object): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // No connection is kept: latchd may close an idle one just when the next question is sent.
      const place = { socketPath: this.#path, agent: false } as const;
      const sent = request({ ...place, method, path }, resolve);
      sent.on('error', (error) => reject(this.#explain(error)));
      sent.setHeader('content-type', 'application/json');
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const status = response.statusCode ?? 0;
    if (status < 300) return response;
    throw new ClientError(errorText(await textOf(response), status));
  }

  #explain(error: Error): Error {
    switch (errnoOf(error)) {
      case 'ENOENT':
      case 'ECONNREFUSED':
        return new ClientError(`latchd does not answer at ${this.#path}: is it running?`);
      case 'EACCES':
        return new ClientError(`no permission for ${this.#path}: use sudo, or join its group`);
      default:
        return error;
    }
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) text += chunk;
  return text;
}

function errorText(body: string, status: number): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'error' in parsed) {
      return String(parsed.error);
    }
  } catch {
    // Not JSON: the status says what there is to say.
  }
  return `latchd answered ${status}`;
}
