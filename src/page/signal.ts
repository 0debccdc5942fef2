/** A value that others follow. */
export interface Signal<T> {
  readonly get: () => T;
  /** Tells everybody who follows; the same value again tells nobody. */
  readonly set: (value: T) => void;
  /** Tells `listener` the value of now and each one to come, until `until` fires. */
  readonly follow: (listener: (value: T) => void, until: AbortSignal) => void;
}

/** A value to begin with. */
export function signal<T>(first: T): Signal<T> {
  let value = first;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener(next);
    },
    follow(listener, until) {
      if (until.aborted) return;
      listeners.add(listener);
      until.addEventListener('abort', () => listeners.delete(listener), { once: true });
      listener(value);
    },
  };
}
