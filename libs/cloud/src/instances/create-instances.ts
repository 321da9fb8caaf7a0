import { randomUUID } from 'node:crypto';
import { CloudError, overcommit, pickHost, toHostname, type HostCandidate } from '@novadock/model';
import { claimRoom, findReservation, hostCandidates, insertInstance, inTransaction, lockProjectQuota, type Flavor, type Image, type Instance, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { findFlavor } from '../flavors/find-flavor.ts';
import { hostUp } from '../hosts/host-up.ts';
import { wakeHost } from '../hosts/wake-host.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { assertFits, bootableImage } from '../images/bootable-image.ts';
import { findKeypair } from '../keypairs/find-keypair.ts';
import { assertSecurityGroups } from '../networks/assert-security-groups.ts';
import { claimPorts } from '../networks/claim-ports.ts';
import { resolveNetworks } from '../networks/resolve-networks.ts';
import { quotaOf } from '../quotas/quota-of.ts';
import { assertCommand } from './assert-command.ts';
import { assertQuota, isLimited } from './assert-quota.ts';
import type { Fault, FlavorSnapshot, InstanceView } from './instance-view.ts';
import { reservationOf } from './reservation.ts';
import type { CreateInstances } from './requests.ts';

/** What a boot's request refers to, found and fit for it. */
type Ingredients = { image: Image; flavor: Flavor; publicKey: string | null; networks: Awaited<ReturnType<typeof resolveNetworks>>; quota: Awaited<ReturnType<typeof quotaOf>>; hosts: HostCandidate[] };
type Boot = { request: CreateInstances; auth: ProjectAuth; ingredients: Ingredients; reservationId: string };

/**
 * Accepts a boot: when it returns, the instances will become ACTIVE or ERROR with a reason (P2). An instance that no host can take is
 * in ERROR at once. Throws `invalid`, `conflict`, `exhausted` (quota) or `forbidden` for what can be known to fail, with nothing left
 * behind (P8). The same reservation asked for again returns the instances of the first time (P7).
 */
export async function createInstances(cloud: Cloud, auth: ProjectAuth, request: CreateInstances): Promise<{ reservationId: string; instances: InstanceView[] }> {
  if (request.minCount > request.maxCount) throw new CloudError('invalid', 'min_count must be <= max_count');
  const reserved = reservationOf(auth.projectId, request);
  const ingredients = await findIngredients(cloud, auth, request);
  const boot: Boot = { request, auth, ingredients, reservationId: reserved ?? `r-${randomUUID().replaceAll('-', '').slice(0, 8)}` };
  const instances = await inTransaction(cloud.store, async (tx) => {
    if (reserved !== undefined || isLimited(ingredients.quota)) await lockProjectQuota(tx, auth.projectId);
    // A request that is sent again is answered with what it made, even if that is gone by now; a client's own token may be used anew then.
    const before = reserved === undefined ? [] : await findReservation(tx, { projectId: auth.projectId, reservationId: reserved, deleted: request.reservationId !== undefined });
    return before.length > 0 ? before : insertAll(tx, boot);
  });
  const hostIds = new Set(instances.flatMap(({ hostId }) => (hostId === null ? [] : [hostId])));
  await Promise.all([...hostIds].map((hostId) => wakeHost(cloud, hostId)));
  const hosts = new Map(ingredients.hosts.map((host) => [host.id, host]));
  return { reservationId: boot.reservationId, instances: instances.map((row) => withHost(row, hosts.get(row.hostId ?? ''))) };
}

function withHost(row: Instance, host: HostCandidate | undefined): InstanceView {
  return { ...row, hostName: host?.name ?? null, hostZone: host?.availabilityZone ?? null, hostUp: host !== undefined, interfaces: [] };
}

async function findIngredients(cloud: Cloud, auth: ProjectAuth, request: CreateInstances): Promise<Ingredients> {
  const { store } = cloud;
  assertSecurityGroups(auth.projectId, request.securityGroups);
  const [image, flavor, keypair, networks, quota, hosts] = await Promise.all([
    bootableImage(store, auth, request.imageId),
    findFlavor(store, auth, request.flavorId),
    request.keyName === undefined ? null : findKeypair(store, auth.userId, request.keyName),
    resolveNetworks({ store, auth, networks: request.networks }),
    quotaOf(store, auth.projectId),
    hostCandidates(store),
  ]);
  assertFits(image, flavor);
  assertCommand(request.metadata, image.properties as Record<string, unknown>);
  if (request.availabilityZone !== undefined && !hosts.some((host) => host.availabilityZone === request.availabilityZone)) {
    throw new CloudError('invalid', 'The requested availability zone is not available');
  }
  if (request.hostName !== undefined && !hosts.some((host) => host.name === request.hostName)) throw new CloudError('invalid', `Compute host ${request.hostName} could not be found.`);
  if (request.maxCount > 1 && networks.some((network) => network.portId !== undefined || network.fixedIp !== undefined)) {
    throw new CloudError('invalid', 'Unable to launch multiple instances with a single configured port ID or fixed IP. Please launch your instance one by one.');
  }
  return { image, flavor, publicKey: keypair?.publicKey ?? null, networks, quota, hosts: hosts.map((host) => ({ ...host, up: hostUp(cloud, host) })) };
}

async function insertAll(tx: Transaction, boot: Boot): Promise<Instance[]> {
  const count = await assertQuota(tx, boot.auth.projectId, boot.ingredients.quota, boot.ingredients.flavor, boot.request);
  // Rows of hosts are locked before those of networks, in all boots, so that no two wait for each other; a transaction may be tried again, so it claims on copies.
  const hosts = boot.ingredients.hosts.map((host) => ({ ...host }));
  const placements: Placed[] = [];
  for (let index = 0; index < count; index += 1) placements.push(await place(tx, boot, hosts));
  const instances: Instance[] = [];
  for (const [index, placed] of placements.entries()) instances.push(await insertOne(tx, boot, placed, index));
  return instances;
}

async function insertOne(tx: Transaction, boot: Boot, placed: Placed, index: number): Promise<Instance> {
  const { auth, request, ingredients } = boot;
  const id = randomUUID();
  const name = request.maxCount > 1 ? `${request.name}-${index + 1}` : request.name;
  const outcome = 'hostId' in placed ? { hostId: placed.hostId } : { failed: true, observedGeneration: 1, fault: placed.fault };
  const failed = 'fault' in placed ? { result: 'Error', message: placed.fault.message } : {};
  const row = await insertInstance(tx, { ...columns(boot), id, name, hostname: toHostname(name, `server-${id}`), launchIndex: index, ...outcome }, {
    action: { action: 'create', requestId: request.requestId, userId: auth.userId, projectId: auth.projectId, ...failed },
    event: { kind: 'fault' in placed ? 'instance.failed' : 'instance.created', projectId: auth.projectId, data: { name, image: ingredients.image.name, flavor: ingredients.flavor.name } },
  });
  if ('hostId' in placed) await claimPorts(tx, { instanceId: id, projectId: auth.projectId, availabilityZone: placed.availabilityZone, networks: ingredients.networks });
  return row;
}

type Placed = { hostId: string; availabilityZone: string } | { fault: Fault };

/** Claims room on the best host; on the next best when another replica took that room meanwhile. */
async function place(tx: Transaction, { ingredients, request }: Boot, hosts: HostCandidate[]): Promise<Placed> {
  const { flavor, image } = ingredients;
  const claim = { vcpus: flavor.vcpus, memoryMb: flavor.memoryMb, diskGb: flavor.diskGb + flavor.ephemeralGb };
  for (;;) {
    const picked = pickHost(hosts, { ...claim, architecture: image.architecture ?? '', availabilityZone: request.availabilityZone ?? null, ...(request.hostName === undefined ? {} : { hostName: request.hostName }) });
    if ('refusals' in picked) return { fault: noHostFault(picked.refusals) };
    const { host } = picked;
    if (await claimRoom(tx, host.id, claim, overcommit)) {
      host.usedVcpus += claim.vcpus;
      host.usedMemoryMb += claim.memoryMb;
      host.usedDiskGb += claim.diskGb;
      return { hostId: host.id, availabilityZone: host.availabilityZone };
    }
    host.usedMemoryMb = Number.MAX_SAFE_INTEGER;
  }
}

function noHostFault(refusals: { host: string; why: string }[]): Fault {
  const why = refusals.length === 0 ? 'There are no hosts: add one with `agent serve --join`.' : refusals.map((refusal) => `${refusal.host}: ${refusal.why}`).join('; ');
  return { code: 500, message: `No valid host was found. ${why}`, details: '', at: new Date().toISOString() };
}

function columns({ auth, request, ingredients, reservationId }: Boot) {
  const { image, flavor, publicKey } = ingredients;
  const snapshot: FlavorSnapshot = {
    id: flavor.id, name: flavor.name, vcpus: flavor.vcpus, memoryMb: flavor.memoryMb, diskGb: flavor.diskGb, ephemeralGb: flavor.ephemeralGb,
    swapMb: flavor.swapMb, rxtxFactor: flavor.rxtxFactor, extraSpecs: flavor.extraSpecs as Record<string, string>,
  };
  return {
    projectId: auth.projectId, userId: auth.userId, imageId: image.id, flavor: snapshot, vcpus: flavor.vcpus, memoryMb: flavor.memoryMb, diskGb: flavor.diskGb + flavor.ephemeralGb,
    metadata: request.metadata ?? {}, tags: request.tags ?? [], description: request.description ?? null, keyName: request.keyName ?? null, publicKey,
    userData: request.userData ?? null, accessIpV4: request.accessIpV4 ?? '', accessIpV6: request.accessIpV6 ?? '', configDrive: request.configDrive ?? false, availabilityZone: request.availabilityZone ?? null, reservationId, power: 'running',
  };
}
