import { CloudError, type NovaDockerProfile } from '@novadock/model';
import { findProgram } from '../../find-program.ts';
import { packageManagers, type PackageManagerName } from '../../package-managers.ts';
import { packageFailure, runPackageManager } from '../../run-package-manager.ts';
import type { SetupContext } from '../../setup-step.ts';
import { inspectPython } from './inspect-python.ts';
import { forNode } from './node-step.ts';
import { novaPython } from './nova-python.ts';
import { appendToList, readList } from './remembered-list.ts';

const name = 'nova-tools';

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
    await rememberAdded(ctx);
    await appendToList(ctx.changes, { step: name, list: 'before', value: await installed(ctx) });
    await install(ctx, [...manager.install, ...missing.map((one) => one.package)], manager.refresh);
    await rememberAdded(ctx);
  },

  async undo(ctx) {
    await rememberAdded(ctx);
    const added = (await readList(ctx.changes, { step: name, list: 'added' })).flat() as string[];
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

function managerOf(ctx: SetupContext) {
  if (ctx.host.packageManager !== undefined) return packageManagers[ctx.host.packageManager];
  throw new CloudError('invalid', `Novadock cannot install packages on ${ctx.host.operatingSystem}. Install git, and pip for the Python that runs Nova, then run the set-up again`);
}

async function installed(ctx: SetupContext): Promise<string[]> {
  const { list: [command = '', ...args], toInstalled } = managerOf(ctx);
  return [...toInstalled((await ctx.run(command, args, { isProbe: true })).stdout).versions.keys()];
}

async function install(ctx: SetupContext, command: string[], refresh: string[]): Promise<void> {
  const first = await runPackageManager(ctx, command);
  if (first.code === 0) return;
  // Its lists may be older than what the mirror has.
  await runPackageManager(ctx, refresh);
  const second = await runPackageManager(ctx, command);
  if (second.code !== 0) throw packageFailure(command, second.output);
}

/** What came since the "before" that no "added" follows, as after an installation that failed or was cut off. */
async function rememberAdded(ctx: SetupContext): Promise<void> {
  const begun = (await readList(ctx.changes, { step: name, list: 'before' })) as string[][];
  const ended = (await readList(ctx.changes, { step: name, list: 'added' })).length;
  const before = begun[ended];
  if (before === undefined) return;
  const added = (await installed(ctx)).filter((one) => !before.includes(one));
  await appendToList(ctx.changes, { step: name, list: 'added', value: added });
}
