import { CloudError } from '@novadock/model';
import { engineAnswers } from './engine-answers.ts';
import { findProgram } from './find-program.ts';
import { lastLines } from './last-lines.ts';
import { packageManagers, type Installed, type PackageManager } from './package-managers.ts';
import type { SetupContext } from './setup-step.ts';

/** What instances need on a host, by the program that they call it by. */
export type Need = 'dockerd' | 'nft' | 'ip';

/** How far the packages of a host are what its profile says. `manager` is undefined where the distribution is not known. */
export type Packages = {
  manager: PackageManager | undefined;
  installed: Installed;
  /** The package that the engine came with; undefined for none, or an engine from elsewhere. */
  engine: { name: string; version: string } | undefined;
  missing: Need[];
};

export async function lookAtPackages(ctx: SetupContext): Promise<Packages> {
  const manager = ctx.host.packageManager === undefined ? undefined : packageManagers[ctx.host.packageManager];
  const installed = manager === undefined ? { versions: new Map<string, string>(), broken: [], remains: [] } : await listInstalled(ctx, manager);
  const names = manager === undefined ? [] : [manager.dockerCe, ...manager.engines].flatMap((packages) => packages[0] ?? []);
  const name = names.find((one) => installed.versions.has(one));
  return { manager, installed, engine: name === undefined ? undefined : { name, version: installed.versions.get(name) ?? '' }, missing: await findMissing(ctx) };
}

export async function listInstalled(ctx: SetupContext, { list: [command = '', ...args], toInstalled }: PackageManager): Promise<Installed> {
  const result = await ctx.run(command, args, { isProbe: true });
  if (result.code === 0) return toInstalled(result.stdout);
  throw new CloudError('unavailable', `\`${command}\` cannot tell what is installed here:\n${lastLines(result.output)}\nMend it by hand, then run the set-up again`);
}

async function findMissing(ctx: SetupContext): Promise<Need[]> {
  const missing: Need[] = [];
  for (const name of ['dockerd', 'nft', 'ip'] as const) {
    if (!(await findProgram({ root: ctx.root, name }))) missing.push(name);
  }
  // An engine that answers may lie anywhere: /opt, a snap.
  return missing.includes('dockerd') && (await engineAnswers(ctx.connect)) ? missing.filter((name) => name !== 'dockerd') : missing;
}

/** Why the profile's engine cannot be installed beside what is there, with what to do; undefined where nothing is in its way. */
export function engineInTheWay(ctx: SetupContext, { engine, installed }: Packages): string | undefined {
  const { source, version } = ctx.profile.engine;
  if (source === 'present') return undefined;
  if (installed.versions.has('podman-docker')) return 'podman-docker is installed, which takes the place of Docker. Remove it';
  if (engine === undefined) return undefined;
  const keep = 'Remove it (its images and containers stay), or set engine.source of the profile to present';
  if (source === 'docker-ce' && engine.name !== 'docker-ce') return `${engine.name} ${engine.version} is installed, and the profile wants docker-ce. ${keep}`;
  // The Red Hat family has no other.
  const isOther = source === 'distribution' && engine.name === 'docker-ce' && ctx.host.packageManager === 'apt-get';
  return isOther && version !== '' ? `docker-ce ${engine.version} is installed, and the profile wants the distribution's engine ${version}. ${keep}` : undefined;
}

export function byHand(missing: Need[]): string {
  const what = { dockerd: 'Docker Engine 20.10 or newer (dockerd, containerd, runc)', nft: 'nftables (nft)', ip: 'iproute2 (ip)' };
  return `Install ${missing.map((need) => what[need]).join(', ')} so that the commands ${missing.join(', ')} are in /usr/bin or /usr/sbin, then run the set-up again`;
}
