import { lstat, mkdir, mkdtemp, readdir, readlink, rename, rm, statfs, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder, type RunCommand } from '@novadock/host-setup';
import { CloudError } from '@novadock/model';
import type { AgentManifest } from './fetch-manifest.ts';

/** The versions of the agent on this host, a folder each, as join.sh puts them there; `current` leads to the one that runs, `previous` to the one before. */
export type AgentPrograms = {
  has(version: string): Promise<boolean>;
  /** Throws `exhausted` unless there is room for it. */
  assertRoom(manifest: AgentManifest): Promise<void>;
  /** Installs a version beside the others, out of the archive that `fetch` writes to a file; what has its name is whole, after a power cut as well. Others go, but for `kept` and the previous one. Throws `invalid` when it does not run here. */
  install(manifest: AgentManifest, options: { run: RunCommand; kept: string; fetch: (file: string) => Promise<void> }): Promise<void>;
  /** Throws `invalid` (AGENT_UPDATE_FAILED) unless the version says that it is it: another C library, a broken disk. */
  assertRuns(version: string, run: RunCommand): Promise<void>;
  /** What the agent starts as from now on. */
  use(version: string): Promise<void>;
  /** Keeps the version that runs and the one that ran before it; all others go. */
  keep(versions: { running: string; previous: string }): Promise<void>;
  file(version: string, name: string): string;
};

const versionTimeoutMs = 30_000;

export function openAgentPrograms(folder: string): AgentPrograms {
  const link = async (name: 'current' | 'previous', version: string) => {
    const fresh = join(folder, `.next-${name}`);
    await rm(fresh, { force: true });
    await symlink(version, fresh);
    await rename(fresh, join(folder, name));
    await syncFolder(folder);
  };
  const remove = async (kept: (string | undefined)[]) => {
    for (const name of await readdir(folder)) if (name !== 'current' && name !== 'previous' && !kept.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
  };
  const file: AgentPrograms['file'] = (version, name) => join(folder, version, name);
  const has: AgentPrograms['has'] = async (version) => (await lstat(join(folder, version)).catch(() => undefined))?.isDirectory() === true;
  const assertRoom: AgentPrograms['assertRoom'] = async ({ bytes, unpackedBytes }) => {
    const { bavail, bsize } = await statfs(folder);
    const toMib = (size: number) => Math.ceil(size / 2 ** 20);
    if (bavail * bsize < bytes + unpackedBytes) throw new CloudError('exhausted', `The agent takes ${toMib(bytes + unpackedBytes)} MiB below ${folder}, and ${toMib(bavail * bsize)} MiB are free. Make room there, then run the set-up again`);
  };
  return {
    has, file, assertRoom,
    install: async ({ version, bytes, unpackedBytes, ...rest }, { run, kept, fetch }) => {
      await makeFolder(folder);
      await remove([kept, await readlink(join(folder, 'previous')).catch(() => undefined)]);
      await assertRoom({ version, bytes, unpackedBytes, ...rest });
      const scratch = await mkdtemp(join(folder, '.new.'));
      try {
        const [archive, unpacked] = [join(scratch, 'agent.tar.gz'), join(scratch, 'agent')];
        await fetch(archive);
        await mkdir(unpacked);
        const { code, output } = await run('tar', ['-xzmf', archive, '-C', unpacked]);
        if (code !== 0) throw new CloudError('unavailable', `The agent could not be unpacked: ${output.trim()}`);
        await assertRuns(unpacked, version, run);
        // Where SELinux labels files, those of programs have to be right; elsewhere there is no such program.
        await run('restorecon', ['-R', unpacked], { isProbe: true });
        await run('sync', ['-f', unpacked]);
        await rename(unpacked, join(folder, version));
        await syncFolder(folder);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
    assertRuns: (version, run) => assertRuns(join(folder, version), version, run),
    use: (version) => link('current', version),
    keep: async ({ running, previous }) => {
      await link('previous', previous);
      await remove([running, previous]);
    },
  };
}

async function assertRuns(folder: string, version: string, run: RunCommand): Promise<void> {
  const { code, stdout, output } = await run(join(folder, 'bin/node'), [join(folder, 'main.js'), '--version'], { timeoutMs: versionTimeoutMs });
  if (code === 0 && stdout.trim() === version) return;
  throw new CloudError('invalid', `The agent ${version} does not run on this host, so nothing was changed (exit ${code}): ${output.trim().split('\n').slice(-5).join('\n')}`, { reason: 'AGENT_UPDATE_FAILED' });
}
