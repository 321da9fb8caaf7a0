import { CloudError, type NovaDockerProfile } from '@novadock/model';
import { findProgram } from '../../find-program.ts';
import { packageManagers, type PackageManager, type PackageManagerName } from '../../package-managers.ts';
import { plannedPackages } from '../../planned-packages.ts';
import type { CommandResult } from '../../run-command.ts';
import { packageFailure, runPackageManager } from '../../run-package-manager.ts';
import type { SetupContext } from '../../setup-step.ts';
import { inspectPython } from './inspect-python.ts';
import { forNode } from './node-step.ts';
import { novaPython } from './nova-python.ts';
import { appendToList, readList } from './remembered-list.ts';

const name = 'nova-tools';

/** Told before an installation: what is there, and all that the package manager said it would bring. */
type Plan = { before: string[]; names: string[] };

/** git, where the driver comes out of a repository, and pip for the Python that runs Nova. */
export const installTools = forNode({
  name,
  title: 'Tools to install the driver',
  part: 'compute',

  async check(ctx, profile) {
    const { missing, python } = await findMissing(ctx, profile);
    if (missing.length === 0) return { ok: true, detail: `${isFromGit(profile) ? 'git and ' : ''}pip of ${python}` };
    const manager = managerOf(ctx);
    return { ok: false, why: `missing: ${missing.map(({ tool }) => tool).join(', ')}`, todo: `install ${missing.map((one) => one.package).join(', ')} with ${manager.install[0]} from ${manager.source}` };
  },

  async apply(ctx, profile) {
    const manager = managerOf(ctx);
    const { missing } = await findMissing(ctx, profile);
    const names = missing.map((one) => one.package);
    await endInstall(ctx);
    const first = await install(ctx, manager, names);
    if (first.code === 0) return;
    // Its lists may be older than what the mirror has.
    await runPackageManager(ctx, manager.refresh);
    const second = await install(ctx, manager, names);
    if (second.code !== 0) throw packageFailure([...manager.install, ...names], second.output);
  },

  async undo(ctx) {
    await endInstall(ctx);
    const added = (await readList(ctx.changes, { step: name, list: 'came' })).flat() as string[];
    const present = added.length === 0 ? [] : (await installed(ctx)).filter((one) => added.includes(one));
    if (present.length === 0) return '';
    // These refuse to remove what something else needs by now.
    const remove: Record<PackageManagerName, string[]> = { 'apt-get': ['dpkg', '--purge'], dnf: ['rpm', '-e'], yum: ['rpm', '-e'], zypper: ['rpm', '-e'], apk: ['apk', 'del'] };
    await runPackageManager(ctx, [...remove[ctx.host.packageManager ?? 'apt-get'], ...present]);
    const left = (await installed(ctx)).filter((one) => present.includes(one));
    return [`removed ${present.filter((one) => !left.includes(one)).join(', ')}`, ...(left.length === 0 ? [] : [`left ${left.join(', ')}, which something else needs by now`])].join('; ');
  },
});

type Missing = { tool: string; package: string };

const pipPackages: Record<PackageManagerName, (major: number) => string> = {
  'apt-get': (major) => (major === 2 ? 'python-pip' : 'python3-pip'),
  dnf: (major) => `python${major}-pip`,
  yum: (major) => `python${major}-pip`,
  zypper: (major) => `python${major}-pip`,
  apk: (major) => (major === 2 ? 'py2-pip' : 'py3-pip'),
};

function isFromGit(profile: NovaDockerProfile): boolean {
  return /(^|\s)git\+/.test(profile.package);
}

async function findMissing(ctx: SetupContext, profile: NovaDockerProfile): Promise<{ missing: Missing[]; python: string }> {
  const python = await novaPython(ctx, profile);
  const needsGit = isFromGit(profile) && !(await findProgram({ root: ctx.root, name: 'git' }));
  const pip = await findPip(ctx, { python, isVirtual: profile.virtualenv !== '' });
  return { python, missing: [...(needsGit ? [{ tool: 'git', package: 'git' }] : []), ...(pip === undefined ? [] : [pip])] };
}

/** What to install for a pip; undefined when there is one. */
async function findPip(ctx: SetupContext, { python, isVirtual }: { python: string; isVirtual: boolean }): Promise<Missing | undefined> {
  const seen = await inspectPython(ctx, python);
  if (seen?.pip === true) return undefined;
  if (isVirtual) throw new CloudError('invalid', `${python} is not there or has no pip, and novaDocker.virtualenv has to be the virtualenv that nova-compute runs in. Put pip there, as by \`${python} -m ensurepip\`, then run the set-up again`);
  const major = seen?.major ?? (/python2/.test(python) ? 2 : 3);
  return { tool: `pip of ${python}`, package: pipPackages[ctx.host.packageManager ?? 'apt-get'](major) };
}

function managerOf(ctx: SetupContext): PackageManager {
  if (ctx.host.packageManager !== undefined) return packageManagers[ctx.host.packageManager];
  throw new CloudError('invalid', `Novadock cannot install packages on ${ctx.host.operatingSystem}. Install git, and pip for the Python that runs Nova, then run the set-up again`);
}

/** Those too whose installation was cut off half way. */
async function installed(ctx: SetupContext): Promise<string[]> {
  const { list: [command = '', ...args], toInstalled } = managerOf(ctx);
  const { versions, broken } = toInstalled((await ctx.run(command, args, { isProbe: true })).stdout);
  return [...versions.keys(), ...broken];
}

async function install(ctx: SetupContext, manager: PackageManager, names: string[]): Promise<CommandResult> {
  // Before the package manager is asked anything: it may bring an installation that was cut off to its end.
  const before = await installed(ctx);
  const plan: Plan = { before, names: [...new Set([...names, ...(await plannedPackages(ctx, manager.install, names))])] };
  await appendToList(ctx.changes, { step: name, list: 'plan', value: plan });
  const result = await runPackageManager(ctx, [...manager.install, ...names]);
  await endInstall(ctx);
  return result;
}

/**
 * The end of an installation that has none yet, as one that was cut off: what it brought is remembered. Others install packages too, so only what
 * this one or one before it was about to bring counts, and was not there at its beginning.
 */
async function endInstall(ctx: SetupContext): Promise<void> {
  const plans = (await readList(ctx.changes, { step: name, list: 'plan' })) as Plan[];
  const ended = (await readList(ctx.changes, { step: name, list: 'came' })).length;
  const last = plans[ended];
  if (last === undefined) return;
  const planned = plans.flatMap(({ names }) => names);
  const came = (await installed(ctx)).filter((one) => planned.includes(one) && !last.before.includes(one));
  await appendToList(ctx.changes, { step: name, list: 'came', value: came });
}
