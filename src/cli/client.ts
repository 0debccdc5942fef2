/** Talks to a running latchd over its control socket, with the rights of the Unix user. */
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { errnoOf } from '../errors.ts';

/** The answer of latchd was a refusal, or there was none. `message` is for a person. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** Status of the answer; undefined: latchd was not asked, or did not answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** A body that is sent as it is. */
interface RawBody {
  readonly media: string;
  readonly content: string | Readable;
}

type Method = 'GET' | 'POST' | 'DELETE';

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
  async json(method: Method, path: string, body?: object): Promise<unknown> {
    const raw = body && { media: 'application/json', content: JSON.stringify(body) };
    return this.send(method, path, raw);
  }

  /** As `json`, with a body of any type. */
  async send(method: Method, path: string, body?: RawBody): Promise<unknown> {
    const text = await textOf(await this.#request(method, path, body));
    return text === '' ? {} : JSON.parse(text);
  }

  /** The bytes of an answer, as they come. */
  async bytes(path: string): Promise<Readable> {
    return this.#request('GET', path);
  }

  /** Lines of a stream (NDJSON), as they come; ends with the stream. */
  async *lines(path: string): AsyncGenerator<unknown> {
    const response = await this.#request('GET', path);
    for await (const line of createInterface({ input: response })) {
      if (line !== '') yield JSON.parse(line);
    }
  }

  /** Data of server-sent events, each one line of JSON, as they come; ends with the stream. */
  async *events(path: string): AsyncGenerator<unknown> {
    const response = await this.#request('GET', path);
    for await (const line of createInterface({ input: response })) {
      if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length));
    }
  }

  async #request(method: Method, path: string, body?: RawBody): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // No connection is kept: latchd may close an idle one just when the next question is sent.
      const place = { socketPath: this.#path, agent: false } as const;
      const sent = request({ ...place, method, path }, resolve);
      sent.on('error', (error) => reject(this.#explain(error)));
      if (body) sent.setHeader('content-type', body.media);
      if (body === undefined || typeof body.content === 'string') sent.end(body?.content);
      else body.content.on('error', (error) => sent.destroy(error)).pipe(sent);
    });
    const status = response.statusCode ?? 0;
    if (status < 300) return response;
    throw new ClientError(errorText(await textOf(response), status), status);
  }

  #explain(error: Error): Error {
    switch (errnoOf(error)) {
      case 'ENOENT':
      case 'ECONNREFUSED':
        return new ClientError(`latchd does not answer at ${this.#path}: is it running?`);
      case 'EACCES':
        return new ClientError(
          `no permission for ${this.#path}: use sudo, or join the group that it belongs to`,
        );
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
