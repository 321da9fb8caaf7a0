import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CloudError } from '@novadock/model';
import { assertEngineFits } from '../assert-engine-fits.ts';
import { dataRoots } from '../data-roots.ts';
import { engineAnswers } from '../engine-answers.ts';
import { inSwarm, type RunningSettings } from '../engine-settings.ts';
import { kernelLacks } from '../kernel-lacks.ts';
import { byHand, engineInTheWay, lookAtPackages, type Packages } from '../look-at-packages.ts';
import { readClockSkew } from '../read-clock-skew.ts';
import { runningContainers } from '../running-containers.ts';
import type { SetupContext, SetupStep } from '../setup-step.ts';

/** `refused`: with what to do; `told`: for the operator to know. */
type Findings = { refused: string[]; told: string[] };

/** The engine's packages take 0.4 GiB, and as much while they are unpacked; an image of some size is to fit as well. */
const freeBeforeMib = 2048;
const freeAfterMib = 512;
/** Certificates of 24 h are renewed at half life; what is signed on one clock must hold on the other. */
const maxSkewMs = 60_000;
/** The controller is asked three times before it counts as out of reach. */
const retryMs = [1000, 2000];
/** The oldest release of a distribution whose own engine is 20.10 or newer. */
const oldest: Record<string, number> = { debian: 11, ubuntu: 20.04, rhel: 8, centos: 8, rocky: 8, almalinux: 8, ol: 8, fedora: 36, 'opensuse-leap': 15, sles: 15, alpine: 3.13 };

/** Nothing is in the way of the set-up that it could not move itself. */
export const checkHost: SetupStep = {
  name: 'prechecks',
  title: 'Fitness of the host',

  async check(ctx) {
    const packages = await lookAtPackages(ctx);
    const found = await Promise.all([checkMachine(ctx, packages), checkKernel(ctx), checkDisk(ctx, packages), checkController(ctx), checkEngine(ctx, packages)]);
    const refused = found.flatMap((findings) => findings.refused);
    if (refused.length > 0) {
      const list = refused.length === 1 ? refused.join() : `${refused.length} things are in the way:\n${refused.map((line) => `- ${line}`).join('\n')}`;
      throw new CloudError('invalid', `${list}${list.includes('run the set-up again') ? '' : '. Then run the set-up again'}`);
    }
    return { ok: true, detail: [`${ctx.host.operatingSystem} on ${ctx.host.architecture}`, ...found.flatMap(({ told }) => told)].join('; ') };
  },

  async apply(ctx) {
    await checkHost.check(ctx);
  },

  undo: () => Promise.resolve(''),
};

async function checkMachine({ host, profile }: SetupContext, { manager, missing }: Packages): Promise<Findings> {
  const refused: string[] = [];
  if (!['amd64', 'arm64'].includes(host.architecture)) refused.push(`The CPU type is ${host.architecture}, and Novadock runs on amd64 and arm64: use another machine`);
  if (manager === undefined && missing.length > 0 && profile.engine.source !== 'present') refused.push(`Novadock cannot install packages on ${host.operatingSystem}. ${byHand(missing)}`);
  const limit = oldest[host.distribution];
  if (limit !== undefined && Number.parseFloat(host.version) < limit && missing.includes('dockerd')) refused.push(`${host.operatingSystem} is older than ${host.distribution} ${limit}, and has no engine of 20.10 or newer: upgrade it, or use another machine`);
  return { refused, told: [] };
}

async function checkKernel(ctx: SetupContext): Promise<Findings> {
  const { lacks, unknown } = await kernelLacks(ctx);
  return {
    refused: lacks.map((what) => (what.includes('reboot') ? `The kernel lacks ${what}` : `The kernel lacks ${what}: start another one that has it`)),
    told: unknown.length === 0 ? [] : [`whether the kernel has ${unknown.join(', ')} cannot be told without trying`],
  };
}

async function checkDisk(ctx: SetupContext, { missing }: Packages): Promise<Findings> {
  const needed = missing.includes('dockerd') ? freeBeforeMib : freeAfterMib;
  const [folder] = await dataRoots(ctx);
  const free = await freeMib(join(ctx.root, folder));
  if (free >= needed) return { refused: [], told: [] };
  return { refused: [`${free} MiB are free below ${folder}, and ${needed} MiB are needed for packages and images: make room there`], told: [] };
}

async function freeMib(folder: string): Promise<number> {
  const size = await statfs(folder).catch(() => undefined);
  if (size === undefined) return folder === dirname(folder) ? 0 : freeMib(dirname(folder));
  return Math.floor((size.bavail * size.bsize) / 2 ** 20);
}

async function checkController({ controllerUrl }: SetupContext): Promise<Findings> {
  if (controllerUrl === undefined) return { refused: [], told: [] };
  try {
    const skewMs = await askTheTime(controllerUrl, [...retryMs]);
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    if (Math.abs(skewMs) <= maxSkewMs) return { refused: [], told: [`${controllerUrl} answers`] };
    return { refused: [`The clock of this host is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the controller's, and certificates need them to be within ${maxSkewMs / 1000} s: set up time synchronisation (chrony, systemd-timesyncd) on both`], told: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { refused: [`${controllerUrl} cannot be reached from this host (${why}): look at its routes, its names, and the firewalls in between`], told: [] };
  }
}

/** A replica of the controller that ends in the middle of an answer is no fault of this host: another one gives it. */
async function askTheTime(controllerUrl: string, [pauseMs, ...pausesMs]: number[]): Promise<number> {
  try {
    return await readClockSkew({ controllerUrl, timeoutMs: 10_000 });
  } catch (error) {
    if (pauseMs === undefined) throw error;
    await delay(pauseMs);
    return askTheTime(controllerUrl, pausesMs);
  }
}

async function checkEngine(ctx: SetupContext, packages: Packages): Promise<Findings> {
  const inTheWay = engineInTheWay(ctx, packages);
  const conflicts = inTheWay === undefined ? [] : [inTheWay];
  if (!(await engineAnswers(ctx.connect))) return { refused: conflicts, told: [] };
  const version = await assertEngineFits(ctx.connect).catch((error: Error) => error);
  if (version instanceof Error) return { refused: [...conflicts, version.message], told: [] };
  const told = [`Docker Engine ${version} is here already`];
  if (inSwarm((await ctx.connect({ timeoutMs: 30_000 }).info()) as RunningSettings)) {
    // By hand, on somebody's own machine, it is theirs to know.
    if (ctx.controllerUrl === undefined) told.push('it is part of a swarm, and so has no live-restore');
    else conflicts.push('The engine is part of a swarm, which has no live-restore, so that a restart of the engine would end instances: let it leave (docker swarm leave), or use another machine');
  }
  const foreign = (await runningContainers(ctx.connect)).filter(({ ours }) => !ours).length;
  const count = foreign === 1 ? '1 container that is not Novadock\'s runs, and is' : `${foreign} containers that are not Novadock's run, and are`;
  return { refused: conflicts, told: [...told, ...(foreign === 0 ? [] : [`${count} left alone`])] };
}
