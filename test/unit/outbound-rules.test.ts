import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';
import { OutboundRules } from '../../src/web/outbound/outbound-rules.ts';
import { seedOf } from '../support/seed.ts';

/** Rules as a configuration has them, on a machine with these addresses. */
function rules(allow: readonly string[], own: readonly string[] = []): OutboundRules {
  const text = `locks: { first: { line: 22 } }\noutbound: { allow: ${JSON.stringify(allow)} }`;
  return new OutboundRules(parseConfig(text).outbound.allow, () => own);
}

const special = [
  ...['0.0.0.0', '127.0.0.1', '127.9.9.9', '169.254.1.1', '169.254.169.254', '192.0.0.192'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '100.100.100.200'],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1', 'fd00:ec2::254'],
  // The same behind IPv6: mapped, in other spellings, compatible, translated, tunnelled.
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:7f00:1', '::ffff:169.254.169.254'],
  ...['::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::7f00:1'],
  ...['2002:7f00:1::', '2001:0:7f00:1::1', '::ffff:0:127.0.0.1', '::ffff:0:808:808'],
];
const ordinary = [
  ...['8.8.8.8', '10.0.0.1', '172.16.3.4', '192.168.1.7', '100.64.0.1', '126.255.255.255'],
  ...['128.0.0.1', '223.255.255.255', '2001:db8::1', '2a00:1450::1', 'fd12:3456::1'],
  ...['::ffff:10.0.0.1', '64:ff9b::808:808'],
];

test('without a list any ordinary address may be called, private ones too', () => {
  for (const address of ordinary) assert.equal(rules([]).allows('x', address), true, address);
  for (const address of special) assert.equal(rules([]).allows('x', address), false, address);
});

test('the own addresses of the panel may not be called, in whatever spelling', () => {
  const own = ['192.168.1.7', 'fd12:3456::1'];
  const spellings = ['192.168.1.7', '::ffff:192.168.1.7', 'fd12:3456::1', 'fd12:3456:0::1'];
  // Behind translators.
  const translated = ['64:ff9b::192.168.1.7', '64:ff9b::c0a8:107', '::ffff:0:192.168.1.7'];
  for (const address of [...spellings, ...translated]) {
    assert.equal(rules([], own).allows('x', address), false, address);
    assert.equal(rules(['192.168.1.0/24', 'fd12::/16'], own).allows('x', address), false, address);
  }
  assert.equal(rules([], own).allows('x', '192.168.1.8'), true);
  assert.equal(rules([], own).allows('x', '64:ff9b::192.168.1.8'), true);
  assert.equal(rules(['192.168.1.7'], own).allows('x', '192.168.1.7'), true);
});

test('with a list only what it names may be called', () => {
  const listed = rules(['192.168.1.77/24', '10.1.2.3', '2001:db8::/32', 'Hooks.Example.com.']);
  for (const address of ['192.168.1.1', '10.1.2.3', '2001:db8:1::1', '::ffff:10.1.2.3']) {
    assert.equal(listed.allows('x', address), true, address);
  }
  for (const address of ['192.168.2.1', '10.1.2.4', '2001:db9::1', '8.8.8.8', ...special]) {
    assert.equal(listed.allows('x', address), false, address);
  }
  assert.equal(listed.allows('hooks.example.com', '8.8.8.8'), true);
  assert.equal(listed.allows('evil.hooks.example.com', '8.8.8.8'), false);
});

test('a name that leads to a special address does not open it, an entry of its own does', () => {
  for (const address of special) {
    assert.equal(rules(['hooks.example.com']).allows('hooks.example.com', address), false, address);
    // Everything is not the panel itself.
    assert.equal(rules(['0.0.0.0/0', '::/0']).allows('x', address), false, address);
  }
  assert.equal(rules(['127.0.0.1']).allows('x', '127.0.0.1'), true);
  assert.equal(rules(['127.0.0.1']).allows('x', '127.0.0.2'), false);
  assert.equal(rules(['127.0.0.0/8']).allows('x', '127.9.9.9'), true);
  assert.equal(rules(['126.0.0.0/7']).allows('x', '127.0.0.1'), false);
  assert.equal(rules(['169.254.7.0/24']).allows('x', '169.254.7.1'), true);
  for (const address of ['127.0.0.1', '127.5.5.5', '::1', '::ffff:127.0.0.1']) {
    assert.equal(rules(['localhost']).allows('other', address), true, address);
  }
  assert.equal(rules(['localhost']).allows('localhost', '10.0.0.1'), true);
  assert.equal(rules(['localhost']).allows('x', '10.0.0.1'), false);
});

test('no wide entry ever allows a loopback address', (t) => {
  const part = fc.nat(255);
  const address = fc.tuple(part, part, part, part).map((parts) => parts.join('.'));
  fc.assert(
    fc.property(address, fc.nat(7), fc.tuple(part, part, part), (network, prefix, rest) => {
      const wide = rules([`${network}/${prefix}`]);
      assert.equal(wide.allows('x', `127.${rest.join('.')}`), false);
      assert.equal(wide.allows('x', `::ffff:127.${rest.join('.')}`), false);
    }),
    { seed: seedOf(t), numRuns: 300 },
  );
});

test('an entry that is neither name, address nor network is a problem at its place', () => {
  const bad = ['300.1.1.1', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0.0/8/8', '1.2.3', ''];
  for (const entry of [...bad, 'http://x', 'a b', 'x:80', '*.example.com', '-x', 'fe80::1%eth0']) {
    assert.throws(
      () => rules(['10.0.0.1', entry]),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(error.problems, [
          {
            path: 'outbound.allow[1]',
            sentence: `${JSON.stringify(entry)} is no host name, address or network (192.168.1.0/24)`,
          },
        ]);
        return true;
      },
      entry,
    );
  }
});
