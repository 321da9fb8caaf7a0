import { afterEach, expect, test } from 'vitest';
import { createNode, proc, removeNodes } from '../../testing/fake-openstack.ts';
import { findProcess } from './find-process.ts';
import { findService } from './find-service.ts';
import { novaCompute } from './node-service.ts';
import { commandFor } from './restart-service.ts';

afterEach(removeNodes);

test('of the units that a service may be, the active one is taken', async () => {
  const blocks = [['openstack-nova-compute', 'inactive'], ['devstack@n-cpu', 'active']].map(([unit, state]) => `Id=${unit}.service\nLoadState=loaded\nActiveState=${state}\nMainPID=0\nUser=stack`);
  expect(await findService(await createNode({ programs: { systemctl: () => ({ stdout: `${blocks.join('\n\n')}\n` }) } }), novaCompute)).toMatchObject({ unit: 'devstack@n-cpu', active: true, user: 'stack' });
});

test.each([
  ['sysvinit', 'service', 'service openstack-nova-compute restart'],
  ['openrc', 'rc-service', 'rc-service openstack-nova-compute restart'],
] as const)('%s is asked by its own command', async (serviceManager, program, restart) => {
  const asked: string[][] = [];
  const ctx = await createNode({ host: { serviceManager }, files: { '/etc/init.d/openstack-nova-compute': '' }, programs: { [program]: (args) => (asked.push(args), { code: 3 }) } });
  expect(await findService(ctx, novaCompute)).toMatchObject({ unit: 'openstack-nova-compute', active: false, user: 'nova' });
  expect(asked).toEqual([['openstack-nova-compute', 'status']]);
  expect(commandFor(ctx, 'openstack-nova-compute').join(' ')).toBe(restart);
});

test('a process is found as script and by the oldest, with its start and groups', async () => {
  const ctx = await createNode({ files: { ...proc(30, ['/usr/bin/python3', '-s', '/usr/bin/nova-compute'], 90_000), ...proc(20, ['/usr/bin/python3', '/usr/bin/nova-compute'], 95_000), ...proc(10, ['vi', '/usr/bin/nova-compute'], 1) } });
  const found = await findProcess({ root: ctx.root, program: 'nova-compute' });
  expect(found).toMatchObject({ pid: 30, uid: 64060, groups: [7, 7, 7, 7, 7, 998] });
  expect(Math.abs(Date.now() - 100_000 - (found?.startedAtMs ?? 0))).toBeLessThan(5000);
});
