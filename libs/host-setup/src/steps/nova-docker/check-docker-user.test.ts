import { afterEach, expect, test } from 'vitest';
import { createNode, removeNodes, systemctl } from '../../testing/fake-openstack.ts';
import { checkDockerUser } from './check-docker-user.ts';

afterEach(removeNodes);

test.each([
  ['in it', 'docker:x:998:root,nova\n', [], { ok: true, detail: 'nova is in the group docker' }],
  ['by its own group', 'docker:x:64060:\n', [], { ok: true }],
  ['about to be', 'docker:x:998:\n', ['nova'], { ok: false, todo: 'the step for the group docker adds it' }],
  ['before there is such a group', '', ['nova'], { ok: false }],
] as const)("Nova's user and the group docker: %s", async (_, group, dockerGroup, expected) => {
  const ctx = await createNode({ files: { '/etc/group': group, '/etc/passwd': 'nova:x:64060:64060::/:/bin/sh\n' }, programs: systemctl('nova-compute'), dockerGroup: [...dockerGroup] });
  expect(await checkDockerUser.check(ctx)).toMatchObject(expected);
});

test('a user of Nova that nobody asked to be in the group docker is named, with what to set', async () => {
  const ctx = await createNode({ files: { '/etc/group': 'docker:x:998:novadock\n' }, programs: systemctl('devstack@n-cpu', 'stack') });
  await expect(checkDockerUser.check(ctx)).rejects.toMatchObject({ code: 'invalid', reason: 'NOVA_USER_NOT_IN_DOCKER_GROUP', message: expect.stringContaining('Add "stack" to dockerGroup of the profile') });
});

test('nor may the profile take it out of the group', async () => {
  const ctx = await createNode({ files: { '/etc/group': 'docker:x:998:nova\n' }, programs: systemctl('nova-compute') });
  await ctx.changes.remember('docker-group', 'added nova', true);
  await expect(checkDockerUser.check(ctx)).rejects.toMatchObject({ reason: 'NOVA_USER_NOT_IN_DOCKER_GROUP', message: expect.stringContaining('Add "nova" to dockerGroup of the profile') });
});
