import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { findUplink, gatewayMac, portLink, toUplink, uplinkAt, uplinksFor } from './names.ts';
import { makeNetwork, makePort } from '../testing/make-spec.ts';

test('a network has all places on the host to choose from, each once, beginning at its own', () => {
  const id = `fffe${randomUUID().slice(4)}`;
  const uplinks = [...uplinksFor(id)];
  expect(uplinks[0]).toEqual([...uplinksFor(id)][0]);
  expect(new Set(uplinks.map(({ address }) => address)).size).toBe(65_533);
  const addresses = uplinks.map(({ address }) => address);
  // The network's own address, the host's, and the broadcast address.
  for (const address of ['100.64.0.0', '100.64.0.1', '100.64.255.255']) expect(addresses).not.toContain(address);
});

test('an uplink is known by the name of its link, and by its address', () => {
  const uplink = toUplink(0x0a1b);
  expect(uplink).toEqual({ link: 'ndu0a1b', address: '100.64.10.27', macAddress: '02:6e:64:40:0a:1b' });
  expect(findUplink(['lo', 'br0', 'p0123456789abcd', 'ndu0a1b'])).toEqual(uplink);
  expect(findUplink(['lo', 'br0', 'nduzzzz'])).toBeUndefined();
  expect(uplinkAt('100.64.10.27')).toEqual(uplink);
  expect(uplinkAt('192.168.1.1')).toBeUndefined();
});

test('names fit a link, and a gateway has a MAC address of its own kind', () => {
  expect(portLink(makePort(makeNetwork()))).toMatch(/^p[0-9a-f]{14}$/);
  expect(gatewayMac('0a1b2c3d-0000-4000-8000-000000000000')).toBe('02:6e:0a:1b:2c:3d');
});
