import assert from 'node:assert/strict';

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const labelName = '[a-zA-Z_][a-zA-Z0-9_]*';
const sampleLine = new RegExp(`^(${metricName})(?:\\{(.*)\\})? (\\S+)$`);
const labelPair = new RegExp(`^(${labelName})="((?:[^"\\\\\\n]|\\\\["\\\\n])*)"(?:,|$)`);

/** What a page of metrics says. */
export interface Metrics {
  readonly types: ReadonlyMap<string, string>;
  /** The value of a sample; fails where there is none. */
  value(name: string, labels: { readonly [name: string]: string }): number;
}

/** Reads Prometheus' text format 0.0.4 and fails for whatever it does not allow. */
export function parseMetrics(text: string): Metrics {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const samples = new Map<string, number>();
  const buckets = new Map<string, number>();
  const ended = new Set<string>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      assert.match(name, new RegExp(`^${metricName}$`));
      assert.ok(!helps.has(name) && !types.has(name), `${name} comes once`);
      if (family !== '') ended.add(family);
      family = name;
      helps.add(name);
    } else if (kind === 'TYPE') {
      assert.equal(name, family, 'the type follows the help');
      assert.match(rest, /^(counter|gauge|histogram)$/);
      assert.equal(rest === 'counter', name.endsWith('_total'), name);
      types.set(name, rest);
    } else {
      const [, sample = '', pairs, number = ''] = sampleLine.exec(line) ?? [];
      const type = types.get(family);
      const allowed =
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => family + end) : [family];
      assert.ok(allowed.includes(sample) && !ended.has(family), line);
      const labels = labelsOf(pairs);
      const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
      assert.ok(!Number.isNaN(value) && number !== 'Infinity', line);
      assert.ok(type === 'gauge' || value >= 0, line);
      const key = keyOf(sample, labels);
      assert.ok(!samples.has(key), `twice: ${line}`);
      samples.set(key, value);
      if (sample.endsWith('_bucket')) {
        assert.ok(value >= (buckets.get(family) ?? 0), `buckets grow: ${line}`);
        buckets.set(family, value);
      }
    }
  }
  for (const [name, last] of buckets) {
    assert.equal(samples.get(keyOf(`${name}_bucket`, { le: '+Inf' })), last);
    assert.equal(samples.get(keyOf(`${name}_count`, {})), last);
    assert.ok(samples.has(keyOf(`${name}_sum`, {})));
  }
  return {
    types,
    value(name, labels) {
      const found = samples.get(keyOf(name, labels));
      assert.notEqual(found, undefined, keyOf(name, labels));
      return found ?? Number.NaN;
    },
  };
}

function labelsOf(pairs = ''): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = pairs; rest !== ''; ) {
    const [whole, name, raw] = labelPair.exec(rest) ?? [];
    assert.ok(whole !== undefined && name !== undefined && raw !== undefined, pairs);
    assert.ok(!(name in labels), pairs);
    labels[name] = raw.replace(/\\(.)/g, (_, char) => (char === 'n' ? '\n' : char));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function keyOf(name: string, labels: { readonly [name: string]: string }): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
