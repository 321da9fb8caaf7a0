import { CloudError } from '@novadock/model';
import { assertEngineFits } from '../assert-engine-fits.ts';
import { engineAnswers } from '../engine-answers.ts';
import { findProgram } from '../find-program.ts';
import { lastLines } from '../last-lines.ts';
import { packageManagers, type PackageManager } from '../package-managers.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

/** A Docker Engine of any vendor, nft and ip are on the host; an engine that is there already is left as it is. */
export const installPackages: SetupStep = {
  name: 'packages',
  title: 'Docker Engine and network tools',

  async check(ctx) {
    if (await engineAnswers(ctx.connect)) await assertEngineFits(ctx.connect);
    const missing = await findMissing(ctx);
    if (missing.length === 0) return { ok: true, detail: 'dockerd, nft and ip are installed' };
    return { ok: false, why: `missing: ${missing.join(', ')}`, todo: await describe(ctx, missing) };
  },

  async apply(ctx) {
    const manager = managerOf(ctx);
    const missing = await findMissing(ctx);
    if (manager === undefined) throw new CloudError('invalid', `Novadock cannot install packages on ${ctx.host.operatingSystem}. ${byHand(missing)}`);
    await install(ctx, manager, await packagesFor(ctx, manager, missing));
  },
};

type Need = 'dockerd' | 'nft' | 'ip';

async function findMissing(ctx: SetupContext): Promise<Need[]> {
  const missing: Need[] = [];
  for (const name of ['dockerd', 'nft', 'ip'] as const) {
    if (!(await findProgram({ root: ctx.root, name }))) missing.push(name);
  }
  // An engine that answers may lie anywhere: /opt, a snap.
  return missing.includes('dockerd') && (await engineAnswers(ctx.connect)) ? missing.filter((name) => name !== 'dockerd') : missing;
}

function managerOf(ctx: SetupContext): PackageManager | undefined {
  return ctx.host.packageManager === undefined ? undefined : packageManagers[ctx.host.packageManager];
}

async function describe(ctx: SetupContext, missing: Need[]): Promise<string> {
  const manager = managerOf(ctx);
  if (manager === undefined) return byHand(missing);
  // The repositories are asked when it is done: before that, asking may mean to download their lists.
  const names = missing.map((need) => (need === 'dockerd' ? manager.engines.map((packages) => packages[0]).join(' or ') : manager.tools[need]));
  return `install ${names.join(', ')} with ${manager.install[0]} from ${manager.source}`;
}

function byHand(missing: Need[]): string {
  const what = { dockerd: 'Docker Engine 20.10 or newer (dockerd, containerd, runc)', nft: 'nftables (nft)', ip: 'iproute2 (ip)' };
  return `Install ${missing.map((need) => what[need]).join(', ')} so that the commands ${missing.join(', ')} are in /usr/bin or /usr/sbin, then run the set-up again`;
}

async function packagesFor(ctx: SetupContext, manager: PackageManager, missing: Need[]): Promise<string[]> {
  const names: string[] = [];
  for (const need of missing) names.push(...(need === 'dockerd' ? await findEngine(ctx, manager) : [manager.tools[need]]));
  return names;
}

async function findEngine(ctx: SetupContext, manager: PackageManager): Promise<string[]> {
  const [only, ...others] = manager.engines;
  if (only !== undefined && others.length === 0) return only;
  for (const packages of manager.engines) {
    const [command = '', ...args] = manager.find;
    const found = await ctx.run(command, [...args, packages[0] ?? '']);
    if (found.code === 0 && found.stdout.trim() !== '') return packages;
  }
  const tried = manager.engines.map((packages) => packages[0]).join(', ');
  throw new CloudError('invalid', `No repository of this host has a Docker Engine (looked for ${tried}). Add Docker's own repository, https://docs.docker.com/engine/install/, then run the set-up again`);
}

// What a package manager says when its lists are too old, or not there yet, to find a package.
const staleLists = /unable to locate package|no installation candidate|404 +not found|failed to fetch|unable to fetch|no match for argument|not found in package names|no such package|unable to select packages/i;

async function install(ctx: SetupContext, manager: PackageManager, packages: string[]): Promise<void> {
  const attempt = () => runManager(ctx, [...manager.install, ...packages]);
  let result = await attempt();
  if (result.code !== 0 && staleLists.test(result.output)) {
    const refreshed = await runManager(ctx, manager.refresh);
    if (refreshed.code !== 0) throw failure(manager.refresh, refreshed.output);
    result = await attempt();
  }
  if (result.code !== 0) throw failure([...manager.install, ...packages], result.output);
}

function runManager(ctx: SetupContext, [command = '', ...args]: string[]) {
  // needrestart would restart what runs on the host.
  return ctx.run(command, args, { env: { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1' }, timeoutMs: 30 * 60_000 });
}

function failure(command: string[], output: string): CloudError {
  return new CloudError('unavailable', `\`${command.join(' ')}\` failed; its last lines:\n${lastLines(output)}\nRun the command by hand, mend what it complains about, then run the set-up again`);
}
