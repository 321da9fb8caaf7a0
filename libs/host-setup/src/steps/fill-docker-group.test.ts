import { afterEach, expect, test } from 'vitest';
import type { FakeHost } from '../fake-host.ts';
import { createBareHost, users } from '../testing/bare-host.ts';
import { fillDockerGroup } from './fill-docker-group.ts';

let host: FakeHost;
afterEach(() => host.remove());

test('a user that is not on the host is named', async () => {
  host = await createBareHost({}, { dockerGroup: ['op', 'nobody-here'] });
  await expect(fillDockerGroup.check(host.ctx)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/^nobody-here of the profile's dockerGroup: no such user/) });
});

test('members that were there before stay when the set-up is taken back', async () => {
  host = await createBareHost({ '/etc/group': 'docker:x:999:other\n' }, { dockerGroup: ['op'] });
  await fillDockerGroup.apply(host.ctx);
  expect(host.read('/etc/group')).toBe('docker:x:999:other,op\n');
  expect(await fillDockerGroup.undo(host.ctx)).toBe('took op out of the group docker');
  expect(host.read('/etc/group')).toBe('docker:x:999:other\n');
});

/** The same host, by a revision with other users. */
const withUsers = (...dockerGroup: string[]) => ({ ...host.ctx, profile: { ...host.ctx.profile, dockerGroup } });

test('a user that a revision names no more leaves the group; one that was there before, or that somebody added, stays', async () => {
  host = await createBareHost({ '/etc/passwd': `${users['/etc/passwd']}other:x:1001:1001::/:/bin/sh\n`, '/etc/group': 'docker:x:999:other\n' }, { dockerGroup: ['op', 'other'] });
  await fillDockerGroup.apply(host.ctx);
  await host.ctx.run('usermod', ['-aG', 'docker', 'admin']);
  const without = withUsers();
  expect(await fillDockerGroup.check(without)).toEqual({ ok: false, why: 'op is in it by an earlier revision of the profile', todo: 'take op out of it' });
  await fillDockerGroup.apply(without);
  expect(host.read('/etc/group')).toBe('docker:x:999:other,admin\n');
  expect(await fillDockerGroup.check(without)).toMatchObject({ ok: true });
  // From now on who adds the user is somebody else.
  await host.ctx.run('usermod', ['-aG', 'docker', 'op']);
  expect(await fillDockerGroup.check(without)).toMatchObject({ ok: true });
  expect(await fillDockerGroup.undo(without)).toBe('');
});

test('a revision with another user changes both', async () => {
  host = await createBareHost({ '/etc/passwd': `${users['/etc/passwd']}new:x:1001:1001::/:/bin/sh\n` }, { dockerGroup: ['op'] });
  await fillDockerGroup.apply(host.ctx);
  expect(await fillDockerGroup.check(withUsers('new'))).toEqual({ ok: false, why: 'new is not in it; op is in it by an earlier revision of the profile', todo: 'add new to it: each is root, in effect, and take op out of it' });
  await fillDockerGroup.apply(withUsers('new'));
  expect(host.read('/etc/group')).toMatch(/^docker:x:999:new$/m);
});

test.each([['before', 'docker:x:999:\n', ''], ['after', 'docker:x:999:op\n', 'took op out of the group docker']])('cut off just %s a user is added, the set-up is taken back whole', async (when, group, said) => {
  host = await createBareHost({ '/etc/group': 'docker:x:999:\n' }, { dockerGroup: ['op'] });
  let cut = false;
  const run: typeof host.ctx.run = async (command, args) => {
    if (when === 'after') await host.ctx.run(command, args);
    cut = true;
    return new Promise(() => {});
  };
  void fillDockerGroup.apply({ ...host.ctx, run });
  await expect.poll(() => cut).toBe(true);
  expect(host.read('/etc/group')).toBe(group);
  expect(await fillDockerGroup.undo(host.ctx)).toBe(said);
  expect(host.read('/etc/group')).toBe('docker:x:999:\n');
});
