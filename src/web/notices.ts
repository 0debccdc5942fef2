/** Something has happened (events, or locks and inputs that moved), for those who wait for it. */
export class Notices {
  #waiting = new Set<() => void>();
  #ended = false;
  #count = 0;

  /** How often something has happened. */
  get count(): number {
    return this.#count;
  }

  /** The worker stops: nobody is to wait any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** It has happened: an event has reached the log, or something has moved. */
  event(): void {
    this.#count += 1;
    const woken = this.#waiting;
    this.#waiting = new Set();
    for (const wake of woken) wake();
  }

  end(): void {
    this.#ended = true;
    this.event();
  }

  /** Calls `wake` once, at the next event or at the end. @returns a way to wait no longer. */
  next(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }
}
