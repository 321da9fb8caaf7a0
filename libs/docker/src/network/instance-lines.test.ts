import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeNetwork, makePort, makeSpec } from '../testing/make-spec.ts';
import { fromAlias, instanceLines } from './instance-lines.ts';
import { portLink } from './names.ts';

const image = { id: randomUUID(), engineId: `sha256:${'0'.repeat(64)}` };
const routesOf = (lines: string[]) => lines.filter((line) => line.startsWith('route'));

test('each port is a link between the namespace and the bridge of its network, with its address', () => {
  const port = makePort(makeNetwork('10.1.0.0/20'), '10.1.2.3');
  expect(instanceLines(makeSpec(image, { ports: [port] }), Infinity)).toEqual([
    'link set lo up',
    `link add ${portLink(port)} mtu 1450 netns ndr-${port.network.id} master if1000000 up type veth peer name eth0 address ${port.macAddress} mtu 1450`,
    'link set eth0 up',
    `link set eth0 alias ${port.network.id}/${portLink(port)}`,
    'addr replace 10.1.2.3/20 dev eth0',
    'route replace default via 10.1.0.1 dev eth0',
  ]);
});

test('a link is not larger than what the host can send on whole', () => {
  const [port] = [makePort(makeNetwork(), '10.1.2.3')];
  expect(instanceLines(makeSpec(image, { ports: [{ ...port, mtu: 1500 }] }), 1450)[1]).toMatch(/ mtu 1450 .* mtu 1450$/);
  expect(instanceLines(makeSpec(image, { ports: [{ ...port, mtu: 1400 }] }), 1450)[1]).toMatch(/ mtu 1400 .* mtu 1400$/);
});

test('the default route of each family is that of the first gateway, host routes are all set', () => {
  const isolated = makeNetwork('10.1.0.0/24', { gatewayIp: '', hostRoutes: [{ destination: '10.9.0.0/16', nexthop: '10.1.0.9' }] });
  const dual = makeNetwork('10.2.0.0/24');
  dual.subnets.push({ id: randomUUID(), cidr: 'fd02::/64', gatewayIp: 'fd02::1', dnsNameservers: [], hostRoutes: [] });
  const third = makeNetwork('10.3.0.0/24');
  const lines = instanceLines(makeSpec(image, { ports: [makePort(isolated, '10.1.0.5'), makePort(dual, '10.2.0.5', 'fd02::5'), makePort(third, '10.3.0.5')] }), Infinity);
  expect(routesOf(lines)).toEqual(['route replace default via 10.2.0.1 dev eth1', 'route replace default via fd02::1 dev eth1', 'route replace 10.9.0.0/16 via 10.1.0.9 dev eth0']);
  expect(lines).toContain('addr replace fd02::5/64 dev eth1 nodad');
});

test('the subnets of a network in which the port has no address give no route', () => {
  const net = makeNetwork('10.2.0.0/24');
  net.subnets.unshift({ id: randomUUID(), cidr: '10.1.0.0/24', gatewayIp: '10.1.0.1', dnsNameservers: [], hostRoutes: [] });
  const port = { ...makePort(net), fixedIps: [{ subnetId: net.subnets[1]?.id ?? '', ipAddress: '10.2.0.5' }] };
  expect(routesOf(instanceLines(makeSpec(image, { ports: [port] }), Infinity))).toEqual(['route replace default via 10.2.0.1 dev eth0']);
});

test('what a link is called tells where it leads, and other links say nothing', () => {
  expect(fromAlias('net/p1')).toEqual({ networkId: 'net', link: 'p1' });
  expect(fromAlias('')).toBeUndefined();
});
