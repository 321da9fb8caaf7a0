import { randomUUID } from 'node:crypto';
import type { InstanceSpec } from '@novadock/model';
import { expect, test } from 'vitest';
import { assertRunnable } from './assert-runnable.ts';
import { makeNetwork, makePort, makeSpec } from './testing/make-spec.ts';

const image = { id: randomUUID(), engineId: `sha256:${'0'.repeat(64)}` };
const good = () => makeSpec(image, { ports: [makePort(makeNetwork('10.1.0.0/24', { hostRoutes: [{ destination: '0.0.0.0/0', nexthop: '10.1.0.9' }] }), '10.1.0.5')] });

test('a spec as the control plane makes it can be run', () => {
  expect(() => assertRunnable(good())).not.toThrow();
  expect(() => assertRunnable(makeSpec(image))).not.toThrow();
});

test('to be removed, an instance needs nothing but its id', () => {
  expect(() => assertRunnable({ ...good(), power: 'absent', image: { id: '', engineId: '' }, memoryMb: 0, vcpus: 0, ports: [] })).not.toThrow();
});

test.each<[string, (spec: InstanceSpec) => void]>([
  ['an id that leads out of a folder', (spec) => (spec.id = '../../etc/passwd')],
  ['no digest of an image', (spec) => (spec.image = { id: '', engineId: 'busybox' })],
  ['no memory', (spec) => (spec.memoryMb = 0)],
  ['no CPU', (spec) => (spec.vcpus = 0)],
  ['a MAC address with a line break', (spec) => (port(spec).macAddress = 'fa:16:3e:00:00:01\nlink del eth0')],
  ['an MTU of nothing', (spec) => (port(spec).mtu = 0)],
  ['an address with a command behind it', (spec) => (port(spec).fixedIps = [{ subnetId: port(spec).network.subnets[0]?.id ?? '', ipAddress: '10.1.0.5 dev lo' }])],
  ['an address of a subnet that is not told', (spec) => (port(spec).fixedIps = [{ subnetId: randomUUID(), ipAddress: '10.1.0.5' }])],
  ['a subnet without a prefix', (spec) => (subnet(spec).cidr = '10.1.0.0')],
  ['a prefix that is too long', (spec) => (subnet(spec).cidr = '10.1.0.0/33')],
  ['a gateway that is none', (spec) => (subnet(spec).gatewayIp = 'router')],
  ['a name server that is none', (spec) => (subnet(spec).dnsNameservers = ['dns.example'])],
  ['a route to nowhere', (spec) => (subnet(spec).hostRoutes = [{ destination: 'default', nexthop: '10.1.0.1' }])],
])('%s is refused', (_, spoil) => {
  const spec = good();
  spoil(spec);
  expect(() => assertRunnable(spec)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

const port = (spec: InstanceSpec) => spec.ports[0]!;
const subnet = (spec: InstanceSpec) => port(spec).network.subnets[0]!;
