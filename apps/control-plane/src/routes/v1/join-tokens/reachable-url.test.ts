import { expect, test } from 'vitest';
import { reachableUrl } from './reachable-url.ts';

const address = (text: string, internal = false) => ({ address: text, internal, family: 'IPv4' as const, netmask: '', mac: '', cidr: null });
const interfaces = { lo: [address('127.0.0.1', true)], docker0: [address('172.17.0.1')], novadock0: [address('100.64.0.1')], eth0: [address('10.0.0.5')] };

test.each([
  ['http://127.0.0.1:8774', 'http://10.0.0.5:8774'],
  ['http://localhost:8774', 'http://10.0.0.5:8774'],
  ['http://cloud.example:8774', 'http://cloud.example:8774'],
])('%s is %s to others', (url, reachable) => {
  expect(reachableUrl(url, interfaces)).toBe(reachable);
});

test('a machine that has nothing but loopback is left with it', () => {
  expect(reachableUrl('http://127.0.0.1:8774', { lo: interfaces.lo })).toBe('http://127.0.0.1:8774');
});
