import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError } from '@novadock/model';
import { lastLines } from '../../last-lines.ts';
import type { SetupContext } from '../../setup-step.ts';
import { requirementName } from './requirement-name.ts';

/** Names are as requirementName has them. */
export type Pip = {
  /** All that is installed, as lines "name==version", "name @ url" or "-e …". */
  freeze(): Promise<string[]>;
  /** The names of what `install` would install, with all that comes with it; undefined where this pip cannot say, before 22.2. */
  plan(what: PipInstall): Promise<string[] | undefined>;
  /** The names of what an installed package says that it requires. */
  requirementsOf(name: string): Promise<string[]>;
  install(what: PipInstall): Promise<void>;
  uninstall(names: string[]): Promise<void>;
};

/** `indexUrl` "" is pip's own; of what `constraints` name, no other version gets installed. */
export type PipInstall = { requirement: string; indexUrl: string; options: string[]; constraints: string[] };

type Files = { requirements: string; constraints: string; report: string };

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
  const install = (what: PipInstall, files: Files, words: string[] = []) => run(['install', '--no-cache-dir', ...override, ...what.options, ...words, '--constraint', files.constraints, '--requirement', files.requirements]);
  return {
    freeze: async () => (await run(['freeze', '--all'], true)).split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
    plan: async (what) => {
      if (!canPlan(await run(['--version'], true))) return undefined;
      return withFiles(what, async (files) => {
        await install(what, files, ['--dry-run', '--report', files.report]);
        return namesIn(await readFile(files.report, 'utf8'));
      });
    },
    requirementsOf: async (name) => (/^Requires: *(.*)$/m.exec(await run(['show', name], true))?.[1] ?? '').split(',').map((one) => normalName(one.trim())).filter((one) => one !== ''),
    install: (what) => withFiles(what, async (files) => void (await install(what, files))),
    uninstall: async (names) => void (names.length > 0 && (await run(['uninstall', '--yes', ...override, ...names]))),
  };
}

/** By "pip 23.0.1 from …". */
function canPlan(version: string): boolean {
  const [major = 0, minor = 0] = (/^pip (\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  return major > 22 || (major === 22 && minor >= 2);
}

/** Of an installation report, https://pip.pypa.io/en/stable/reference/installation-report/. */
function namesIn(report: string): string[] {
  return (JSON.parse(report) as { install: { metadata: { name: string } }[] }).install.map(({ metadata }) => normalName(metadata.name));
}

function normalName(name: string): string {
  return requirementName(`${name}==`);
}

/** Requirement and index may hold a password, and command lines are seen by all. */
async function withFiles<T>({ requirement, indexUrl, constraints }: PipInstall, work: (files: Files) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'novadock-pip-'));
  try {
    const files = { requirements: join(folder, 'requirements.txt'), constraints: join(folder, 'constraints.txt'), report: join(folder, 'report.json') };
    await writeFile(files.requirements, `${indexUrl === '' ? '' : `--index-url ${indexUrl}\n`}${requirement}\n`);
    await writeFile(files.constraints, constraints.map((line) => `${line}\n`).join(''));
    return await work(files);
  } finally {
    await rm(folder, { recursive: true });
  }
}
