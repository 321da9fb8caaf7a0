import { afterEach, expect, test } from 'vitest';
import { createNode, nova12, noUnit, removeNodes, systemctl, type NodeOptions, type Programs } from '../../testing/fake-openstack.ts';
import { checkNode } from './check-node.ts';
import { configureGlance } from './configure-glance.ts';
import { restartServices } from './restart-services.ts';

afterEach(removeNodes);

test.each([
  ['no such unit', { programs: { systemctl: () => noUnit } }, 'systemd knows none of openstack-nova-compute, nova-compute, devstack@n-cpu'],
  ['no nova.conf', { programs: systemctl('nova-compute') }, '/etc/nova/nova.conf is not there'],
  ['nothing that runs', { host: { serviceManager: 'none' } }, 'no such process runs'],
] satisfies [string, NodeOptions, string][])('a host that is no node is refused, with what the profile expects: %s', async (_, options, message) => {
  const error = await checkNode.check(await createNode(options)).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'invalid', reason: 'NOT_AN_OPENSTACK_NODE', message: expect.stringContaining(message) });
  expect((error as Error).message).toMatch(/The profile says novaDocker\.compute: true.*or set novaDocker\.compute to false/);
});

const onlyNova: Programs = { '/usr/bin/python3': () => ({ stdout: JSON.stringify(nova12) }), systemctl: (args) => (args.includes('nova-compute.service') ? systemctl('nova-compute').systemctl() : noUnit) };
const novaConf = { '/etc/nova/nova.conf': '' };

test('on a compute node without glance-api, a profile for both leaves Glance to the node that runs it', async () => {
  const ctx = await createNode({ files: novaConf, programs: onlyNova, profile: { glance: true } });
  expect(await checkNode.check(ctx)).toEqual({ ok: true, detail: 'nova-compute with /etc/nova/nova.conf, no glance-api: the node that runs it is to get this profile as well' });
  expect(await configureGlance.check(ctx)).toEqual({ ok: true, detail: 'glance-api does not run on this host' });
  expect(await restartServices.check(ctx)).toMatchObject({ ok: false, why: 'nova-compute: "Docker driver of Nova" comes first' });
});

test('where glance-api is, or its configuration, and in a profile for Glance alone, it is required', async () => {
  const both = { ...novaConf, '/etc/glance/glance-api.conf': '[image_format]\ncontainer_formats = bare\n' };
  expect(await configureGlance.check(await createNode({ files: both, programs: systemctl('glance-api'), profile: { glance: true } }))).toMatchObject({ ok: false, todo: expect.stringContaining('bare,docker') });
  for (const ctx of [await createNode({ files: both, programs: onlyNova, profile: { glance: true } }), await createNode({ programs: onlyNova, profile: { compute: false, glance: true } })]) {
    await expect(checkNode.check(ctx)).rejects.toMatchObject({ reason: 'NOT_AN_OPENSTACK_NODE', message: expect.stringContaining('novaDocker.glance: true') });
  }
});
