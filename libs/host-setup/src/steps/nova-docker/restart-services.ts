import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError, type NovaDockerProfile } from '@novadock/model';
import { orMissing } from '../../or-missing.ts';
import type { SetupContext, SetupStep } from '../../setup-step.ts';
import { checkDockerUser } from './check-docker-user.ts';
import { configFiles } from './config-files.ts';
import { configureGlance } from './configure-glance.ts';
import { configureNova } from './configure-nova.ts';
import type { HostProcess } from './find-process.ts';
import type { FoundService } from './find-service.ts';
import { inspectPython } from './inspect-python.ts';
import { installDriver } from './install-driver.ts';
import { installFilter } from './install-filter.ts';
import { forNode } from './node-step.ts';
import type { NodeService } from './node-service.ts';
import { novaPython } from './nova-python.ts';
import { requireService } from './require-service.ts';
import { commandFor, restartService } from './restart-service.ts';
import { servicesHere } from './services-here.ts';

/** What has to be done before a service is restarted: the guide of 2015 did it after. */
const before: Record<NodeService['name'], SetupStep[]> = { 'nova-compute': [installDriver, configureNova, installFilter, checkDockerUser], 'glance-api': [configureGlance] };

/** nova-compute and glance-api run with what was installed and written; who does already is left alone. */
export const restartServices = forNode({
  name: 'openstack-services',
  title: 'Restart of Nova and Glance',
  part: 'any',

  async check(ctx, profile) {
    const all = await stand(ctx, profile);
    const stale = all.filter(({ why }) => why !== undefined);
    if (stale.length === 0) return { ok: true, detail: `${all.map(({ label }) => label).join(' and ')} run${all.length === 1 ? 's' : ''} with what is written` };
    return { ok: false, why: stale.map(({ label, why }) => `${label}: ${why}`).join('; '), todo: stale.map(({ label, found }) => (found.unit === undefined ? `restart ${label} by hand` : commandFor(ctx, found.unit).join(' '))).join(' && ') };
  },

  async apply(ctx, profile) {
    for (const { service, found, label, why } of await stand(ctx, profile)) {
      if (why === undefined) continue;
      if (found.unit === undefined) throw new CloudError('invalid', `${label}: ${why}, and nothing on this host restarts services. Restart it by hand, then run the set-up again`);
      await restartService(ctx, service, found.unit);
    }
  },

  // The step for the node does, once the files are as they were.
  undo: async () => '',
});

type Stand = { service: NodeService; found: FoundService; label: string; why: string | undefined };

async function stand(ctx: SetupContext, profile: NovaDockerProfile): Promise<Stand[]> {
  const all: Stand[] = [];
  for (const service of await servicesHere(ctx, profile)) {
    const found = await requireService(ctx, service);
    all.push({ service, found, label: found.unit ?? service.name, why: await whyRestart(ctx, { profile, service, found }) });
  }
  return all;
}

/** Undefined when the service runs with what is there. */
async function whyRestart(ctx: SetupContext, { profile, service, found }: { profile: NovaDockerProfile; service: NodeService; found: FoundService }): Promise<string | undefined> {
  for (const step of before[service.name]) {
    if (!(await step.check(ctx)).ok) return `"${step.title}" comes first`;
  }
  if (!found.active || found.process === undefined) return 'it is not active';
  const isCompute = service.name === 'nova-compute';
  const { main, others } = await configFiles(ctx, service);
  for (const path of [main, ...others, ...(isCompute ? await filesOfDriver(ctx, profile) : [])]) {
    const written = await stat(join(ctx.root, path)).catch(orMissing);
    if (written !== undefined && written.mtimeMs > found.process.startedAtMs) return `${path} is newer than its start`;
  }
  return isCompute && !(await isInDockerGroup(ctx, found.process)) ? 'it was started before its user came into the group docker' : undefined;
}

async function filesOfDriver(ctx: SetupContext, profile: NovaDockerProfile): Promise<string[]> {
  const inspected = await inspectPython(ctx, await novaPython(ctx, profile));
  return ['/etc/nova/rootwrap.d/docker.filters', ...(inspected?.driver ? [inspected.driver.path] : [])];
}

async function isInDockerGroup(ctx: SetupContext, { uid, groups }: HostProcess): Promise<boolean> {
  const gid = /^docker:[^:]*:(\d+):/m.exec((await readFile(join(ctx.root, '/etc/group'), 'utf8').catch(orMissing)) ?? '')?.[1];
  return uid === 0 || gid === undefined || groups.includes(Number(gid));
}
