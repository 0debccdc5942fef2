/**
 * Which addresses latchd may call. Whoever sets a webhook or a remote server could otherwise make
 * the panel call itself, or what only the panel can reach.
 */
import { BlockList, isIP } from 'node:net';
import type { OutboundRule } from '../../ports/remote.ts';

type Network = Extract<OutboundRule, { kind: 'network' }>;

/**
 * Never called unless an entry names them: unspecified, loopback, link-local (with the metadata
 * services of clouds), multicast, reserved and broadcast (RFC 6890).
 */
const special4 = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Metadata service of a cloud, in the range of carrier NAT.
  ['100.100.100.200', 32],
] as const;

/** As `special4`; the last ones carry an IPv4 address in some other way than is looked into here. */
const special6 = [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
] as const;

const specials: readonly Network[] = [
  ...special4.map(([address, prefix]) => network('ipv4', address, prefix)),
  ...special6.map(([address, prefix]) => network('ipv6', address, prefix)),
];
/** The same IPv4 addresses behind a translator (RFC 6052). */
const translated = special4.map(([address, prefix]) =>
  network('ipv6', `64:ff9b::${address}`, 96 + prefix),
);
const special = listOf([...specials, ...translated]);

const loopback = [network('ipv4', '127.0.0.0', 8), network('ipv6', '::1', 128)];

/** The rules of one configuration. */
export class OutboundRules {
  readonly #ownAddresses: () => readonly string[];
  readonly #names: ReadonlySet<string>;
  readonly #listed: BlockList;
  /** Entries that name a special address, not only a range around it. */
  readonly #named: BlockList;
  readonly #everybody: boolean;

  /** Without entries every ordinary address may be called, with them only what they list. */
  constructor(allow: readonly OutboundRule[], ownAddresses: () => readonly string[]) {
    this.#ownAddresses = ownAddresses;
    this.#names = new Set(allow.flatMap((rule) => (rule.kind === 'name' ? [rule.name] : [])));
    const networks = [
      ...allow.filter((rule) => rule.kind === 'network'),
      ...(this.#names.has('localhost') ? loopback : []),
    ];
    this.#listed = listOf(networks);
    this.#named = listOf(networks.filter(namesSpecial));
    this.#everybody = allow.length === 0;
  }

  /** Whether `address` may be called, to which `host` (lower case) has led. */
  allows(host: string, address: string): boolean {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (special.check(address, family) || this.#isOwn(address, family)) {
      return this.#named.check(address, family);
    }
    return this.#everybody || this.#listed.check(address, family) || this.#names.has(host);
  }

  #isOwn(address: string, family: Network['family']): boolean {
    // A translator on the way would lead back to them too.
    const own = this.#ownAddresses().flatMap((one) =>
      isIP(one) === 6
        ? [network('ipv6', one, 128)]
        : [network('ipv4', one, 32), network('ipv6', `64:ff9b::${one}`, 128)],
    );
    return listOf(own).check(address, family);
  }
}

/** A wide network such as 0.0.0.0/0 does not mean loopback or the panel itself. */
function namesSpecial({ family, address, prefix }: Network): boolean {
  if (prefix === (family === 'ipv4' ? 32 : 128)) return true;
  return specials.some(
    (one) => one.family === family && prefix >= one.prefix && listOf([one]).check(address, family),
  );
}

function network(family: Network['family'], address: string, prefix: number): Network {
  return { kind: 'network', family, address, prefix };
}

/** Understands IPv4 addresses written as IPv6 (`::ffff:127.0.0.1`) as what they are. */
function listOf(networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return list;
}
