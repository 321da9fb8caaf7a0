import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { lastLines } from '../../last-lines.ts';
import type { SetupContext } from '../../setup-step.ts';

export type Pip = {
  /** All that is installed, as lines "name==version", "name @ url" or "-e …". */
  freeze(): Promise<string[]>;
  install(what: PipInstall): Promise<void>;
  uninstall(names: string[]): Promise<void>;
};

/** `indexUrl` "" is pip's own; of what `constraints` name, no other version gets installed. */
export type PipInstall = { requirement: string; indexUrl: string; options: string[]; constraints: string[] };

const env = { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PYTHONNOUSERSITE: '1', PYTHONDONTWRITEBYTECODE: '1', GIT_TERMINAL_PROMPT: '0' };

/** The pip of a Python. `managed`: the Python is the distribution's own, which pip changes only when told that this is meant (PEP 668). Its calls throw `unavailable` with pip's words. */
export function createPip(ctx: SetupContext, { python, managed }: { python: string; managed: boolean }): Pip {
  const override = managed ? ['--break-system-packages'] : [];
  const run = async (args: string[], isProbe = false) => {
    const result = await ctx.run(python, ['-m', 'pip', ...args], { env, isProbe, timeoutMs: 30 * 60_000 });
    if (result.code === 0) return result.stdout;
    const hint = /ResolutionImpossible|constraint/i.test(result.output) ? '\nWhat is installed already may not be changed, since Nova runs with it: take a release of the driver that fits this Nova' : '';
    throw new CloudError('unavailable', `\`${python} -m pip ${args[0] ?? ''}\` failed (exit ${result.code}):\n${lastLines(result.output, 12)}${hint}`);
  };
  return {
    freeze: async () => (await run(['freeze', '--all'], true)).split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
    install: (what) => withFiles(what, (files) => run(['install', '--no-cache-dir', ...override, ...what.options, '--constraint', files.constraints, '--requirement', files.requirements])),
    uninstall: async (names) => void (names.length > 0 && (await run(['uninstall', '--yes', ...override, ...names]))),
  };
}

/** Requirement and index may hold a password, and command lines are seen by all. */
async function withFiles({ requirement, indexUrl, constraints }: PipInstall, work: (files: { requirements: string; constraints: string }) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'novadock-pip-'));
  try {
    const files = { requirements: join(folder, 'requirements.txt'), constraints: join(folder, 'constraints.txt') };
    await writeFile(files.requirements, `${indexUrl === '' ? '' : `--index-url ${indexUrl}\n`}${requirement}\n`);
    await writeFile(files.constraints, constraints.map((line) => `${line}\n`).join(''));
    await work(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}
