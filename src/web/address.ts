/** Which clients count as one. */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * What limits of an address go by: an IPv4 address alone; of IPv6 the network of 64 bits, all of which
 * one customer has, and any machine in it as many addresses as it likes.
 */
export function clientOf(remote: string): string {
  const [address = ''] = remote.split('%');
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (!isIPv6(address)) return remote;
  const [front = '', back] = address.split('::');
  const groups = front === '' ? [] : front.split(':');
  // What `::` stands for, as far as it reaches into the first four groups.
  const rest = back === undefined || back === '' ? [] : back.split(':');
  const missing = Math.max(0, 8 - groups.length - rest.length - (address.includes('.') ? 1 : 0));
  const all = back === undefined ? groups : [...groups, ...Array(missing).fill('0'), ...rest];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
