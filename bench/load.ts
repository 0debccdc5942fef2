import { Agent, request } from 'node:http';

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How often each status was answered; 0: none was. */
  readonly statuses: ReadonlyMap<number, number>;
}

/**
 * Sends requests over `clients` connections that stay open, each the next when the last is
 * answered, for `seconds`.
 */
export async function load(
  url: string,
  clients: number,
  seconds: number,
  next: (n: number) => { method: string; path: string; headers: object; body?: string },
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const statuses = new Map<number, number>();
  const times: number[] = [];
  let sent = 0;
  const endMs = performance.now() + seconds * 1000;
  const one = () =>
    new Promise<void>((resolve) => {
      const { method, path, headers, body } = next(sent);
      sent += 1;
      const startMs = performance.now();
      const sending = request(
        `${url}${path}`,
        { agent, method, headers: { ...headers } },
        (answer) => {
          answer.resume();
          answer.on('end', () => {
            times.push(performance.now() - startMs);
            const status = answer.statusCode ?? 0;
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            resolve();
          });
        },
      );
      // A connection that the server has closed meanwhile; the next request opens another.
      sending.on('error', () => {
        statuses.set(0, (statuses.get(0) ?? 0) + 1);
        resolve();
      });
      sending.end(body);
    });
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < endMs) await one();
    }),
  );
  const took = (performance.now() - startMs) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { perSecond: times.length / took, p50: at(0.5), p99: at(0.99), statuses };
}
