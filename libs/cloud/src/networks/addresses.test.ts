import { expect, test } from 'vitest';
import { contains, formatAddress, formatCidr, isGateway, parseAddress, parseCidr, poolRanges, singleRange, subnetOf, usable, type Address, type Cidr } from './addresses.ts';

const cidrOf = (text: string) => parseCidr(text) as Cidr;
const addressOf = (text: string) => parseAddress(text) as Address;
const show = (version: 4 | 6, value: bigint) => formatAddress({ version, value });

test.for([
  ['192.168.1.3', '192.168.1.3'], ['255.255.255.255', '255.255.255.255'], ['::', '::'], ['2001:0DB8:0:0::1', '2001:db8::1'], ['fd00:1::ffff:ffff:ffff:ffff', 'fd00:1::ffff:ffff:ffff:ffff'],
])('%s is the address %s', ([text, canonical]) => {
  expect(formatAddress(addressOf(text ?? ''))).toBe(canonical);
});

test.for(['', '1.2.3', '1.2.3.256', '010.1.1.1 ', 'fe80::1%eth0', '1.2.3.4/32', 'nonsense', ':::'])('%j is no address', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.for(['192.168.1.0', '192.168.1.0/33', '192.168.1.0/-1', '::/129', '/24', 'x/24', '10.0.0.0/24/8'])('%j is no CIDR', (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test('a CIDR begins where its prefix says', () => {
  expect(formatCidr(cidrOf('192.168.1.77/24'))).toBe('192.168.1.0/24');
  expect(contains(cidrOf('10.0.0.0/8'), addressOf('10.255.255.255'))).toBe(true);
  expect(contains(cidrOf('10.0.0.0/8'), addressOf('11.0.0.0'))).toBe(false);
  expect(contains(cidrOf('::/0'), addressOf('10.0.0.1'))).toBe(false);
});

test.for<[string, string, string]>([
  ['192.168.1.0/24', '192.168.1.1', '192.168.1.254'], ['10.0.0.0/30', '10.0.0.1', '10.0.0.2'], ['10.0.0.0/31', '10.0.0.0', '10.0.0.1'], ['10.0.0.7/32', '10.0.0.7', '10.0.0.7'],
  ['fd00::/64', 'fd00::1', 'fd00::ffff:ffff:ffff:ffff'],
])('hosts of %s are %s to %s', ([text, first, last]) => {
  const cidr = cidrOf(text);
  const range = usable(cidr);
  expect([show(cidr.version, range.first), show(cidr.version, range.last)]).toEqual([first, last]);
});

const subnet = { id: 's', cidr: '192.168.1.0/24', gatewayIp: '192.168.1.1', allocationPools: [{ start: '192.168.1.3', end: '192.168.1.254' }] };

test('an address is in the subnet whose hosts may have it', () => {
  expect(subnetOf([subnet], addressOf('192.168.1.2'))).toBe(subnet);
  for (const text of ['192.168.1.0', '192.168.1.255', '192.168.2.1', '::1']) expect(subnetOf([subnet], addressOf(text))).toBeUndefined();
  expect(isGateway(subnet, addressOf('192.168.1.1'))).toBe(true);
  expect(isGateway({ ...subnet, gatewayIp: null }, addressOf('192.168.1.1'))).toBe(false);
});

test('ranges count from the first address of the subnet', () => {
  expect(poolRanges(subnet)).toEqual([{ subnetId: 's', start: '192.168.1.3', firstOffset: 3n, lastOffset: 254n }]);
  expect(singleRange(subnet, addressOf('192.168.1.7'))).toEqual({ subnetId: 's', start: '192.168.1.7', firstOffset: 7n, lastOffset: 7n });
});

test('offsets of IPv6 fit into 64 bits, wherever the pool begins, and differ', () => {
  const starts = ['fd00::1', 'fd00::7fff:ffff:ffff:fffe', 'fd00::8000:0:0:0', 'fd00::ffff:0:0:1', 'fd00::ffff:ffff:ffff:fffe'];
  const six = { id: 's', cidr: 'fd00::/64', gatewayIp: null, allocationPools: starts.map((start) => ({ start, end: 'fd00::ffff:ffff:ffff:ffff' })) };
  const ranges = poolRanges(six);
  for (const { firstOffset, lastOffset } of ranges) {
    expect(BigInt.asIntN(64, lastOffset)).toBe(lastOffset);
    expect(lastOffset).toBeGreaterThan(firstOffset);
  }
  expect(new Set(ranges.map(({ firstOffset }) => firstOffset)).size).toBe(starts.length);
});
