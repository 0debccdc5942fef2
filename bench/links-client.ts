/** Sends bulk calls of 10,000 items one after the other; tells how long each took, seconds. */
const [url = '', calls = '1'] = process.argv.slice(2);
const authorization = `Basic ${Buffer.from('admin:bench').toString('base64')}`;
const seconds: number[] = [];
for (let call = 0; call < Number(calls); call += 1) {
  // Every other call updates what the one before has created.
  const first = 10_000 * Math.floor(call / 2);
  const list_items = Array.from({ length: 10_000 }, (_, index) => ({
    link_id: `91c615e3-1040-4815-8ecb-${String(first + index).padStart(12, '0')}`,
    identifier_owner: { name: `Resident ${first + index}`, type: 'owner' },
    identifier_type: 'ukey',
    identifier_number: String(first + index),
    lock: call % 2 === 0 ? 'first' : 'all',
    valid: {
      time: { is_permanent: false, from: 1_540_819_272, to: 4_102_444_800 },
      passes: { is_permanent: false, max_passes: 10 },
    },
  }));
  const body = JSON.stringify({ list_items });
  const startMs = performance.now();
  const response = await fetch(`${url}/api/v1/access/identifier/items/link`, {
    method: 'POST',
    headers: { authorization },
    body,
  });
  const { result }: { result?: { success: boolean }[] } = JSON.parse(await response.text());
  if (!result?.every(({ success }) => success)) throw new Error(`status ${response.status}`);
  seconds.push((performance.now() - startMs) / 1000);
}
process.send?.(seconds);
