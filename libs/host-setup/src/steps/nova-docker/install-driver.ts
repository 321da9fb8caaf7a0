import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError, type NovaDockerProfile } from '@novadock/model';
import { flushDisks } from '../../flush-disks.ts';
import { redact } from '../../redact.ts';
import type { SetupContext } from '../../setup-step.ts';
import { createPip, type Pip, type PipInstall } from './create-pip.ts';
import { beginInstall, driverStep, endCutOff, endInstall, readInstalls, type InstallBegins } from './driver-record.ts';
import { inspectPython, type InspectedPython } from './inspect-python.ts';
import { forNode } from './node-step.ts';
import { novaCompute } from './node-service.ts';
import { novaPython } from './nova-python.ts';
import { rememberService } from './remember-service.ts';
import { requirementName } from './requirement-name.ts';
import { uninstallDriver } from './uninstall-driver.ts';

/** The driver that the profile names is in the Python that runs Nova, and nothing that was there before it is another version. */
export const installDriver = forNode({
  name: driverStep,
  title: 'Docker driver of Nova',
  part: 'compute',

  async check(ctx, profile) {
    const python = await findPython(ctx, profile);
    const seen = await inspectPython(ctx, python);
    if (seen?.nova === null) throw new CloudError('invalid', `${python} has no Nova, so nova-compute does not run with it. Set novaDocker.virtualenv to the folder of the virtualenv that it runs in, or leave it empty where that is the system's Python`);
    const how = `install ${redact(profile.package)} and what it requires with pip into ${where(profile, python)}, leaving what is installed as it is`;
    const override = seen?.managed === true ? ' (--break-system-packages, since the distribution marks its Python as its own; a virtualenv would not need that)' : '';
    if (seen?.driver && (await isWanted(ctx, profile, { python, driver: seen.driver }))) return { ok: true, detail: `${describe(seen.driver)} from ${redact(profile.package)} in ${where(profile, python)}${warn(seen)}` };
    const why = seen?.driver ? `${describe(seen.driver)} is there, and not known to come from ${redact(profile.package)}` : 'it is not installed';
    return { ok: false, why: `${why}${seen ? warn(seen) : ''}`, todo: `${how}${override}` };
  },

  async apply(ctx, profile) {
    const python = await findPython(ctx, profile);
    const seen = await inspectPython(ctx, python);
    if (!seen?.pip) throw new CloudError('unavailable', `${python} has no pip`);
    await rememberService(ctx, novaCompute);
    await installWanted(ctx, profile, { python, managed: seen.managed, driver: seen.driver });
  },

  undo: uninstallDriver,
});

async function findPython(ctx: SetupContext, profile: NovaDockerProfile): Promise<string> {
  const python = await novaPython(ctx, profile);
  const isThere = await access(join(ctx.root, python)).then(() => true, () => false);
  if (isThere || profile.virtualenv === '') return python;
  throw new CloudError('invalid', `The profile says novaDocker.virtualenv: ${profile.virtualenv}, and there is no ${python}. It has to be the folder of the virtualenv that nova-compute runs in; leave it empty where that is the system's Python`);
}

function where({ virtualenv }: NovaDockerProfile, python: string): string {
  return virtualenv === '' ? `the system's Python (${python})` : `the virtualenv ${virtualenv}`;
}

function describe({ name, version, commit }: NonNullable<InspectedPython['driver']>): string {
  return `${name} ${version}${commit === null ? '' : ` (commit ${commit.slice(0, 12)})`}`;
}

/** Newton is 14; before Liberty, 12, Nova counted by years. */
function warn({ nova, inTree }: InspectedPython): string {
  const major = Number(nova?.version?.split('.')[0]);
  if (!(major >= 14 && major < 2000) || inTree) return '';
  return `. Beware: Nova ${nova?.version ?? ''} loads drivers from its own folder only (since Newton, 14.0), so nova-compute will not start with this one; it takes Nova 13 (Mitaka) or older, or ${nova?.folder ?? ''}/virt/novadocker`;
}

async function isWanted(ctx: SetupContext, profile: NovaDockerProfile, { python, driver }: { python: string; driver: NonNullable<InspectedPython['driver']> }): Promise<boolean> {
  if (profile.package === `${driver.name}==${driver.version}`) return true;
  const last = (await readInstalls(ctx, python)).at(-1);
  return last?.kind === 'ended' && last.package === profile.package && last.version === driver.version;
}

type Install = { python: string; managed: boolean; driver: InspectedPython['driver'] };

async function installWanted(ctx: SetupContext, profile: NovaDockerProfile, { python, managed, driver }: Install): Promise<void> {
  const pip = createPip(ctx, { python, managed });
  await endCutOff(ctx, { python, pip });
  const installed = await pip.freeze();
  const all = { requirement: profile.package, indexUrl: profile.indexUrl };
  // Not the driver itself, of which another version may be wanted; nor what came from a path or a URL, which old pips do not take here.
  const constraints = installed.filter((line) => /^[\w.-]+==[\w.+!-]+$/.test(line) && requirementName(line) !== requirementName(`${driver?.name ?? ''}==`));
  // Of another ref of the same version pip would say that it is there already.
  const again = driver === null ? [] : [{ ...all, options: ['--force-reinstall', '--no-deps'], constraints: [] }];
  const installs = [...again, { ...all, options: [], constraints }];
  const begins: InstallBegins = { kind: 'begins', python, managed, indexUrl: profile.indexUrl, installed, planned: await planAll(pip, installs) };
  await beginInstall(ctx, begins);
  try {
    for (const what of installs) await pip.install(what);
    const now = await inspectPython(ctx, python);
    if (!now?.driver) throw new CloudError('invalid', `${redact(profile.package)} was installed, and the module novadocker.virt.docker is not among what it brought. Name a package of nova-docker in novaDocker.package, then run the set-up again`);
    await flushDisks(ctx);
    await endInstall(ctx, { begins, pip, package: profile.package, version: now.driver.version });
  } catch (error) {
    // What others install from here on is theirs. Why it failed is what the user is to hear.
    await endInstall(ctx, { begins, pip, package: '', version: '' }).catch(() => {});
    throw error;
  }
}

/** Null where pip cannot say. */
async function planAll(pip: Pip, installs: PipInstall[]): Promise<string[] | null> {
  const names = new Set<string>();
  for (const what of installs) {
    const planned = await pip.plan(what);
    if (planned === undefined) return null;
    for (const one of planned) names.add(one);
  }
  return [...names];
}
