/** Which machines latchd may call: the entries of `outbound.allow`. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { OutboundRule } from '../ports/remote.ts';

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostName = new RegExp(`^(?=.{1,254}$)${label}(?:\\.${label})*\\.?$`, 'i');
const allDigits = /^[0-9.]+$/;

/** A host name, an address, or a network as address and prefix length. */
export const outboundRule = z.string().transform((text, context): OutboundRule => {
  const rule = parseRule(text);
  if (rule) return rule;
  const message = `${JSON.stringify(text)} is no host name, address or network (192.168.1.0/24)`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

function parseRule(text: string): OutboundRule | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const version = isIP(address);
  if (version === 0 || address.includes('%')) {
    // What looks like an address but is none must not become a name that never fits.
    const isName = hostName.test(text) && !allDigits.test(text);
    return isName ? { kind: 'name', name: text.toLowerCase().replace(/\.$/, '') } : undefined;
  }
  const longest = version === 4 ? 32 : 128;
  const prefix = slash < 0 ? String(longest) : text.slice(slash + 1);
  if (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > longest) return undefined;
  return {
    kind: 'network',
    family: version === 4 ? 'ipv4' : 'ipv6',
    address,
    prefix: Number(prefix),
  };
}
