/** Prints the spread of latencies, given in microseconds. @returns the 99th percentile, ms. */
export function show(what: string, samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN) / 1000;
  process.stdout.write(
    `${what}: p50 ${at(0.5).toFixed(2)} ms, p90 ${at(0.9).toFixed(2)} ms, ` +
      `p99 ${at(0.99).toFixed(2)} ms (${sorted.length} presentations)\n`,
  );
  return at(0.99);
}
