import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkSetup } from './check-setup.ts';
import { createFakeHost, type FakeHost } from './fake-host.ts';
import { keepPackageLists, noLists, type KeptLists } from './keep-package-lists.ts';
import { runSetup } from './run-setup.ts';

let host: FakeHost;
let kept: KeptLists;
beforeEach(async () => {
  host = await createFakeHost({ osRelease: 'ID=debian\n', files: { '/usr/bin/apt-get': '', '/run/systemd/system/x': '' } });
  kept = noLists();
  expect(await runSetup({ kind: 'apply', ctx: host.ctx, report: async () => {} })).toMatchObject({ succeeded: true });
});
afterEach(() => host.remove());

/** The commands of one look at the host, as every minute. */
async function look(): Promise<{ commands: string[]; drifted: string[] }> {
  host.commands.length = 0;
  const facts = await checkSetup({ ctx: keepPackageLists(host.ctx, kept) });
  return { commands: host.commands.map((line) => line.split(' ').slice(0, 2).join(' ')), drifted: facts.filter(({ ok }) => !ok).map(({ name }) => name) };
}

test('the first look asks what is installed once, the next ones not at all: two short commands are left', async () => {
  expect(await look()).toEqual({ drifted: [], commands: ['dpkg-query -W', 'systemctl is-enabled', 'stat -L'] });
  for (let n = 0; n < 3; n += 1) expect(await look()).toEqual({ drifted: [], commands: ['systemctl is-enabled', 'stat -L'] });
});

test('a change of what is installed is seen by the next look', async () => {
  await look();
  host.programs['apt-mark']?.(['unhold', 'docker.io']);
  host.write('/var/lib/dpkg/status', 'Package: docker.io\n');
  expect(await look()).toMatchObject({ drifted: ['packages'], commands: expect.arrayContaining(['dpkg-query -W']) as unknown });
  host.programs['apt-mark']?.(['hold', 'docker.io']);
  utimesSync(join(host.ctx.root, '/var/lib/dpkg/status'), new Date(1e12), new Date(1e12));
  expect(await look()).toMatchObject({ drifted: [] });
});

test('where no database is known, and after a failure, it is asked for each time', async () => {
  const ask = () => keepPackageLists(host.ctx, kept).run('dpkg-query', ['-W']);
  host.commands.length = 0;
  host.programs['dpkg-query'] = () => ({ code: 2 });
  await ask();
  await ask();
  rmSync(join(host.ctx.root, '/var/lib/dpkg'), { recursive: true });
  host.programs['dpkg-query'] = () => ({ stdout: '' });
  await ask();
  await ask();
  expect(host.commands).toHaveLength(4);
});
