/** Server-sent events from the pieces in which they come (HTML standard, 9.2.6). */

/** One event. */
interface Sent {
  readonly event: string;
  readonly data: string;
  /** Absent: it names none. */
  readonly id?: string;
}

/** Takes the next piece of text; answers the events that it completes. */
type SentReader = (piece: string) => Sent[];

/** A reader of one stream from its beginning. */
export function sentReader(): SentReader {
  let rest = '';
  let fields: { event?: string; data?: string; id?: string } = {};
  const complete = (): Sent[] => {
    const { event = 'message', data, id } = fields;
    fields = {};
    return data === undefined ? [] : [{ event, data, ...(id !== undefined && { id }) }];
  };
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    return lines.flatMap((raw) => {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line === '') return complete();
      const [, name, value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (name === 'data') {
        fields.data = fields.data === undefined ? value : `${fields.data}\n${value}`;
      } else if (name === 'event' || name === 'id') fields[name] = value;
      return [];
    });
  };
}
