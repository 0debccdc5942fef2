/** What happened at serial readers and keypads -> the event that tells it. No event says a code. */
import type { PanelEvent } from './model.ts';

/** The event of bytes that are no packet and no line; what they were is not told. */
export function misreadBytesEvent(reader: string, format: string, bytes: number): PanelEvent {
  return {
    category: 'access',
    priority: 'low',
    key: 'access_denied_by_misread',
    text: `${reader}: ${bytes} bytes came that the reader does not send: look at cable and settings`,
    model: {
      ...{ reader, lock: null, type: null, number: null },
      ...{ reason: 'misread', cause: 'damaged', bytes, format },
    },
  };
}

/** The event of a reader that is there again. */
export function readerBackEvent(reader: string): PanelEvent {
  return {
    category: 'system',
    priority: 'medium',
    key: 'reader_is_back',
    text: `${reader} is back`,
    model: { reader },
  };
}
