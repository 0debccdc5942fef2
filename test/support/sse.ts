import assert from 'node:assert/strict';

/** One event of a stream, or a comment (`kind` is empty). */
export interface SentEvent {
  readonly kind: string;
  readonly id: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into data as they like.
  readonly data: any;
}

/** Reads server-sent events as the specification says, of the fields that we send. */
export class SentEvents {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = '';

  constructor(response: Response) {
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    assert.ok(response.body);
    this.#reader = response.body.getReader();
  }

  /** The next event or comment; undefined when the stream has ended. */
  async next(): Promise<SentEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        if (!block.startsWith('retry: ')) return parsed(block);
        continue;
      }
      const { done, value } = await this.#reader.read();
      if (done) {
        assert.equal(this.#text, '', 'no event is cut in the middle');
        return undefined;
      }
      this.#text += this.#decoder.decode(value, { stream: true });
    }
  }

  /** The next event of a kind, past others and comments. */
  async nextOf(kind: string): Promise<SentEvent> {
    for (;;) {
      const event = await this.next();
      assert.ok(event, `the stream ended before an event ${kind}`);
      if (event.kind === kind) return event;
    }
  }

  /** The client goes. */
  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

function parsed(block: string): SentEvent {
  if (block.startsWith(':')) return { kind: '', id: undefined, data: undefined };
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? [];
    assert.ok(name !== undefined && value !== undefined && !fields.has(name), line);
    fields.set(name, value);
  }
  return {
    kind: fields.get('event') ?? 'message',
    id: fields.get('id'),
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}
