/**
 * A client that means harm, for twenty seconds, from many addresses of this machine. Tells how many
 * connections it made. It stands for other machines: its own work yields to the panel's.
 */
import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';

const [url = '', kind = ''] = process.argv.slice(2);
/** As the bench sets it. */
const authorization = `Basic ${Buffer.from('admin:bench').toString('base64')}`;
const port = Number(new URL(url).port);
const ms = 20_000;
const addresses: Record<string, number> = { addresses: 250, streams: 4 };
const usualAddresses = 32;
const slowHead = 'POST /api/v1/access/identifier HTTP/1.1\r\nHost: x\r\n';
const malformed = [
  'NONSENSE\r\n\r\n',
  `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `${slowHead}Content-Length: 99999999999\r\n\r\n`,
  `${slowHead}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`,
  `${slowHead}${'a: b\r\n'.repeat(200)}\r\n`,
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
];
const piece = 'x'.repeat(65_536);
let made = 0;
setPriority(constants.priority.PRIORITY_LOW);

/** Opens a connection, and another when it is over. */
function hold(index: number, use: (socket: Socket) => void): void {
  made += 1;
  // Each connection is from another address where there are many.
  const turn = kind === 'addresses' ? made : index;
  const localAddress = `127.0.0.${2 + (turn % (addresses[kind] ?? usualAddresses))}`;
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  socket.on('connect', () => use(socket));
  socket.on('data', () => undefined);
  socket.on('close', () => setTimeout(() => hold(index, use), 10));
}

const uses: { readonly [kind: string]: { readonly count: number; use(socket: Socket): void } } = {
  slow: {
    count: 256,
    use(socket) {
      socket.write(slowHead);
      const timer = setInterval(() => socket.write('a'), 100);
      socket.on('close', () => clearInterval(timer));
    },
  },
  idle: { count: 1000, use: () => undefined },
  addresses: { count: 250, use: (socket) => setTimeout(() => socket.destroy(), 50) },
  oversized: {
    count: 64,
    use(socket) {
      const head = `${slowHead}Authorization: ${authorization}\r\n`;
      socket.write(`${head}Content-Length: 100000000\r\n\r\n`);
      const more = () => socket.write(piece) && setTimeout(more, 1);
      socket.on('drain', more);
      more();
    },
  },
  streams: {
    count: 64,
    use(socket) {
      socket.pause();
      const path = '/api/v1/events/stream?after=0';
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
    },
  },
  malformed: {
    count: 64,
    use: (socket) => socket.end(malformed[made % malformed.length] ?? ''),
  },
};

const { count, use } = uses[kind] ?? { count: 0, use: () => undefined };
for (let index = 0; index < count; index += 1) hold(index, use);
setTimeout(() => process.send?.(made, () => process.exit(0)), ms);
