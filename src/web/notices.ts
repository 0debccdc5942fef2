/** New events, for those who wait for them. */
export class Notices {
  #waiting = new Set<() => void>();
  #ended = false;

  /** The worker stops: nobody is to wait any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** An event has reached the log. */
  event(): void {
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
