/** Lets a bounded number of tasks run at once; others wait in line, first come first served. */
export class Gate {
  readonly #atOnce: number;
  readonly #longestLine: number;
  readonly #line: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, longestLine = Number.POSITIVE_INFINITY) {
    this.#atOnce = atOnce;
    this.#longestLine = longestLine;
  }

  /** True: nobody else can join the line. */
  isFull(): boolean {
    return this.#running >= this.#atOnce && this.#line.length >= this.#longestLine;
  }

  /** Runs `task` when its turn comes. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running += 1;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      return await task();
    } finally {
      // The place goes to the next in line; only when nobody waits does it become free.
      const next = this.#line.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
