import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createNode, proc, removeNodes, systemctl } from '../../testing/fake-openstack.ts';
import { configFiles } from './config-files.ts';
import { configureNova } from './configure-nova.ts';
import { glanceApi, novaCompute } from './node-service.ts';

afterEach(removeNodes);

test('the files that a running service names are those that are edited', async () => {
  const files = { ...proc(30, ['/opt/stack/bin/python', '/opt/stack/bin/nova-compute', '--config-file', '/etc/nova/nova-cpu.conf', '--config-dir=/etc/nova/x.d'], 1), '/etc/nova/nova-cpu.conf': '', '/etc/nova/x.d/b.conf': '', '/etc/nova/x.d/a.conf': '', '/etc/nova/x.d/c.txt': '' };
  expect(await configFiles(await createNode({ files }), novaCompute)).toEqual({ main: '/etc/nova/nova-cpu.conf', others: ['/etc/nova/x.d/a.conf', '/etc/nova/x.d/b.conf'] });
  expect(await configFiles(await createNode({ files: { '/etc/glance/glance-api.conf': '', '/etc/glance/glance-api.conf.d/1.conf': '' } }), glanceApi)).toEqual({ main: '/etc/glance/glance-api.conf', others: ['/etc/glance/glance-api.conf.d/1.conf'] });
});

test('a file that oslo.config does not read is named with its line, and left alone', async () => {
  const ctx = await createNode({ files: { '/etc/nova/nova.conf': '[DEFAULT]\nnonsense\n' } });
  await expect(configureNova.check(ctx)).rejects.toMatchObject({ code: 'invalid', message: '/etc/nova/nova.conf: line 2 has no "=" or ":". oslo.config, and so the service, does not read such a file. Mend it, then run the set-up again' });
});

test('bytes that are no UTF-8 stay as they are', async () => {
  const ctx = await createNode({ files: { '/etc/nova/nova.conf': '' }, programs: systemctl('nova-compute') });
  writeFileSync(join(ctx.root, '/etc/nova/nova.conf'), Buffer.from('[DEFAULT]\n# caf\xe9\n', 'latin1'));
  await configureNova.apply(ctx);
  expect(statSync(join(ctx.root, '/etc/nova/nova.conf')).size).toBe('[DEFAULT]\n# caf.\ncompute_driver = novadocker.virt.docker.DockerDriver\n'.length);
  expect(await configureNova.check(ctx)).toMatchObject({ ok: true });
  expect(await configureNova.undo(ctx)).toBe('put /etc/nova/nova.conf back as it was');
});
