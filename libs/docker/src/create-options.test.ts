import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { toCreateOptions } from './create-options.ts';
import { makeNetwork, makePort, makeSpec } from './testing/make-spec.ts';

const image = { id: randomUUID(), engineId: `sha256:${'0'.repeat(64)}` };
const options = { cloudId: 'cloud-1', cpus: 4 };

test('a container is found again by its labels, and cannot be made twice for its name', () => {
  const spec = makeSpec(image, { restarts: 3 });
  expect(toCreateOptions(spec, options)).toMatchObject({
    name: `nova-${spec.id}`, Image: image.engineId,
    Labels: { 'novadock.cloud': 'cloud-1', 'novadock.instance': spec.id, 'novadock.project': 'demo', 'novadock.restarts': '3' },
  });
});

test('name servers are those of the subnets it has an address in, each once; without any, the engine gives the host\'s', () => {
  const one = makeNetwork('10.1.0.0/24', { dnsNameservers: ['10.1.0.2', '9.9.9.9'] });
  const two = makeNetwork('10.2.0.0/24', { dnsNameservers: ['9.9.9.9', '10.2.0.2'] });
  two.subnets.push({ id: randomUUID(), cidr: 'fd00::/64', gatewayIp: '', dnsNameservers: ['fd00::2'], hostRoutes: [] });
  const spec = makeSpec(image, { ports: [makePort(one, '10.1.0.5'), makePort(two, '10.2.0.5')] });
  expect(toCreateOptions(spec, options).HostConfig).toMatchObject({ Dns: ['10.1.0.2', '9.9.9.9', '10.2.0.2'], ExtraHosts: ['web-1:10.1.0.5'] });
  const bare = toCreateOptions(makeSpec(image), options).HostConfig;
  expect(bare).not.toHaveProperty('Dns');
  expect(bare).not.toHaveProperty('ExtraHosts');
});

test('an empty command leaves the image its own', () => {
  expect(toCreateOptions(makeSpec(image, { command: [] }), options)).not.toHaveProperty('Cmd');
  expect(toCreateOptions(makeSpec(image, { command: ['a', 'b c'] }), options)).toMatchObject({ Cmd: ['a', 'b c'] });
});

test.each([[1, 1e9], [4, 4e9], [16, 4e9]])('%i CPUs on a host that has four', (vcpus, nanoCpus) => {
  expect(toCreateOptions(makeSpec(image, { vcpus }), options).HostConfig?.NanoCpus).toBe(nanoCpus);
});
