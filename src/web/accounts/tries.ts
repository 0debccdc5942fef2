/**
 * How often somebody may try to log in: so often from one address, and so often as one name, wherever
 * from. Wrong tries as a name must not lock its owner out: who has logged in as it from an address is
 * heard there on, and all others are heard seldom instead of never.
 */
import type { Clock } from '../../ports.ts';
import { clientOf } from '../address.ts';
import { longestName } from './login-events.ts';
import { Throttle } from './throttle.ts';

/** Tries as a name that is refused: of one client, and of all together, microseconds apart. */
const oneEveryUs = 10_000_000;
const anyEveryUs = 5_000_000;
/** A right login makes its address known as one of that name for so long. */
const knownUs = 30 * 86_400_000_000;
/** Keys of each kind remembered at the most; beyond, the one longest known is forgotten. */
const keysAtMost = 1024;

/** Tries of every name and address. It never asks whether there is such a name. */
export class Tries {
  readonly #byAddress: Throttle;
  readonly #byName: Throttle;
  readonly #known: Until;
  readonly #oneWaits: Until;
  readonly #anyWaits: Until;

  constructor(clock: Pick<Clock, 'monoUs'>) {
    this.#byAddress = new Throttle(clock);
    this.#byName = new Throttle(clock);
    this.#known = new Until(clock);
    this.#oneWaits = new Until(clock);
    this.#anyWaits = new Until(clock);
  }

  /** Microseconds until a try as `name` from `remote` is heard; 0: it is heard now. */
  waitUs(name: string, remote: string): number {
    const [as, client, both] = keysOf(name, remote);
    const byNameUs = this.#byName.waitUs(as);
    const isStranger = byNameUs > 0 && this.#known.leftUs(both) === 0;
    const seldomUs = Math.max(this.#oneWaits.leftUs(both), this.#anyWaits.leftUs(as));
    return Math.max(this.#byAddress.waitUs(client), isStranger ? Math.min(byNameUs, seldomUs) : 0);
  }

  /** As `waitUs`; where that is 0, the try begins and counts. */
  begin(name: string, remote: string): number {
    const waitUs = this.waitUs(name, remote);
    const [as, , both] = keysOf(name, remote);
    if (waitUs > 0 || this.#byName.waitUs(as) === 0 || this.#known.leftUs(both) > 0) return waitUs;
    this.#oneWaits.set(both, oneEveryUs);
    this.#anyWaits.set(as, anyEveryUs);
    return 0;
  }

  /** A try was wrong. True: from now on its address, or strangers as its name, are refused. */
  failed(name: string, remote: string): boolean {
    const [as, client] = keysOf(name, remote);
    const [byAddress, byName] = [this.#byAddress.failed(client), this.#byName.failed(as)];
    return byAddress || byName;
  }

  /** A try was right. */
  succeeded(name: string, remote: string): void {
    const [, , both] = keysOf(name, remote);
    this.#known.set(both, knownUs);
  }
}

/** Name, client, and both. */
function keysOf(name: string, remote: string): [string, string, string] {
  const [as, client] = [name.slice(0, longestName), clientOf(remote)];
  return [as, client, `${client} ${as}`];
}

/** What lasts for a while, by key. */
class Until {
  readonly #clock: Pick<Clock, 'monoUs'>;
  readonly #untilUs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monoUs'>) {
    this.#clock = clock;
  }

  leftUs(key: string): number {
    return Math.max(0, (this.#untilUs.get(key) ?? 0) - this.#clock.monoUs());
  }

  set(key: string, lastsUs: number): void {
    this.#untilUs.delete(key);
    this.#untilUs.set(key, this.#clock.monoUs() + lastsUs);
    const [oldest] = this.#untilUs.keys();
    if (this.#untilUs.size > keysAtMost && oldest !== undefined) this.#untilUs.delete(oldest);
  }
}
