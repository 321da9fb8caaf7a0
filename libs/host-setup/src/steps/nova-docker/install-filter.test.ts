import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createNode, removeNodes, systemctl } from '../../testing/fake-openstack.ts';
import { installFilter } from './install-filter.ts';

afterEach(removeNodes);

test('a filter has the rights of its neighbours; a folder that rootwrap does not read is told', async () => {
  const ctx = await createNode({ files: { '/etc/nova/rootwrap.d/compute.filters': '' }, programs: systemctl('nova-compute') });
  chmodSync(join(ctx.root, '/etc/nova/rootwrap.d/compute.filters'), 0o640);
  await installFilter.apply(ctx);
  expect(statSync(join(ctx.root, '/etc/nova/rootwrap.d/docker.filters')).mode & 0o777).toBe(0o640);
  chmodSync(join(ctx.root, '/etc/nova/rootwrap.d/docker.filters'), 0o666);
  expect(await installFilter.check(ctx)).toMatchObject({ ok: false, todo: 'give it mode 640 and owner 0:0' });
  expect(await installFilter.undo(ctx)).toBe('removed /etc/nova/rootwrap.d/docker.filters');
  const other = await createNode({ files: { '/etc/nova/rootwrap.conf': '[DEFAULT]\nfilters_path=/usr/share/nova/rootwrap\n' } });
  await expect(installFilter.check(other)).rejects.toThrow('Add /etc/nova/rootwrap.d to it');
});
