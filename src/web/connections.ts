/** Nobody may hold all of the server: neither an address by connections, nor a connection by requests. */
import type { EventEmitter } from 'node:events';
import { type Server as HttpServer, STATUS_CODES } from 'node:http';
import type { Server, Socket } from 'node:net';
import { clientOf } from './address.ts';

/**
 * Closes connections that one client opens beyond `most`, before anything of them is read.
 * @param full told when one begins to be refused, with its address, of IPv6 its network.
 */
export function capPerAddress(
  server: Pick<Server, 'on'>,
  most: number,
  full: (address: string) => void,
): void {
  const held = new Map<string, number>();
  // Until the address has let go of all: one line of the log, not one a connection.
  const told = new Set<string>();
  server.on('connection', (socket) => {
    const address = clientOf(socket.remoteAddress ?? '');
    const count = (held.get(address) ?? 0) + 1;
    held.set(address, count);
    socket.once('close', () => {
      const left = (held.get(address) ?? 1) - 1;
      if (left > 0) return void held.set(address, left);
      held.delete(address);
      told.delete(address);
    });
    if (count <= most) return;
    if (!told.has(address)) full(address);
    told.add(address);
    socket.destroy();
  });
}

type Answer = Pick<EventEmitter, 'once'> & { readonly headersSent: boolean };

interface Connection {
  /** Not gone out as a whole yet. */
  readonly answers: Set<Answer>;
  /** Requests whose turn has not come, in their order. */
  readonly line: ((isTurn: boolean) => void)[];
}

/** The requests that each connection has under way. */
export class UnderWay {
  readonly #connections = new WeakMap<Socket, Connection>();

  /**
   * Counts a request. Node hands over all requests that came in one piece at once, a thousand small
   * ones for which answers pile up; clients send one after the other.
   * @returns false for one beyond `most`; its connection is closed then.
   */
  take(socket: Socket, answer: Answer, most: number): boolean {
    const { answers, line } = this.#of(socket);
    answers.add(answer);
    answer.once('close', () => {
      answers.delete(answer);
      if (socket.writable) return line.shift()?.(true);
      for (const over of line.splice(0)) over(false);
    });
    if (answers.size > most) socket.destroy();
    return answers.size <= most;
  }

  /**
   * Whose answer is begun before the one ahead of it has gone out makes the panel keep both: a client
   * that reads none would have all that it may ask for at once lie here.
   * @returns true when a request that was just taken is the first of its connection; else its turn is
   * waited for, and false means that the connection is over.
   */
  turn(socket: Socket): true | Promise<boolean> {
    const { answers, line } = this.#of(socket);
    return answers.size === 1 || new Promise((resolve) => line.push(resolve));
  }

  /**
   * Ends connections on which nothing has moved for `server.timeout`, but not those whose client waits
   * for us: a request is being worked on, and nothing lies there for the client to take. Where none is,
   * the client is told that it took too long for one.
   */
  letGoOfSilent(server: HttpServer): void {
    server.on('timeout', (socket: Socket) => {
      const isOurTurn = this.#of(socket).answers.size > 0 && socket.writableLength === 0;
      if (isOurTurn) return void socket.setTimeout(server.timeout);
      const read = socket.bytesRead;
      afterReading(() => {
        if (socket.bytesRead > read) return void socket.setTimeout(server.timeout);
        const owesRequest = this.#of(socket).answers.size === 0 && socket.writableLength === 0;
        if (owesRequest) this.#end(socket, 408);
        else socket.destroy();
      });
    });
  }

  /** Refuses what is no request, or does not become one in time, and ends its connection. */
  refuseUnreadable(server: HttpServer): void {
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      const { code = '' } = error;
      if (code !== lateCode) return this.#end(socket, unreadable[code] ?? 400);
      afterReading(() => {
        if (this.#of(socket).answers.size === 0) this.#end(socket, 408);
      });
    });
  }

  #of(socket: Socket): Connection {
    const known = this.#connections.get(socket) ?? { answers: new Set(), line: [] };
    this.#connections.set(socket, known);
    return known;
  }

  #end(socket: Socket, status: number): void {
    // Not into the middle of another answer.
    const isSpeaking = [...this.#of(socket).answers].some(({ headersSent }) => headersSent);
    if (socket.writable && !isSpeaking) {
      socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
    }
    socket.destroy();
  }
}

/** Of node: the headers were not whole in time. */
const lateCode = 'ERR_HTTP_REQUEST_TIMEOUT';
/** What node says of an unreadable request, where 400 would not tell enough. */
const unreadable: { readonly [code: string]: number } = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

/** Where this process stood still, all times are over before anything of what came is read. */
function afterReading(run: () => void): void {
  setImmediate(run);
}
