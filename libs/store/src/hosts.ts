import type { HostFacts, HostCandidate } from '@novadock/model';
import type { Host, Prisma } from './generated/client.ts';
import type { Store, Transaction } from './open-store.ts';

export function findHost(db: Store['prisma'] | Transaction, key: { id: string } | { name: string } | { machineId: string } | { name: string; keyHash: string }): Promise<Host | null> {
  return db.host.findFirst({ where: key });
}

export function listHostRows(store: Store): Promise<Host[]> {
  return store.prisma.host.findMany({ orderBy: { number: 'asc' } });
}

export type NewHost = Pick<Host, 'id' | 'name' | 'address' | 'keyHash' | 'machineId' | 'availabilityZone'> & { labels: Record<string, string> };

/** Adds a host; throws what `isUniqueViolation` knows when its name, or the machine, is one's already. */
export function insertHost(tx: Transaction, host: NewHost): Promise<Host> {
  return tx.host.create({ data: host });
}

export function updateHost(db: Store['prisma'] | Transaction, id: string, data: Prisma.HostUncheckedUpdateInput): Promise<Host> {
  return db.host.update({ where: { id }, data });
}

/** Rollouts look at their hosts each second; what is seen of a host before it is written down counts too. */
const isReturning = `(NOT h.up OR h."upChangedAt" > now() - interval '3 seconds') AND EXISTS (SELECT 1 FROM "RolloutHost" t JOIN "Rollout" r ON r.number = t.rollout
  WHERE t."hostId" = h.id AND t.state = 'skipped' AND t.skipped = 'offline' AND r.state IN ('running', 'paused', 'succeeded') AND r."supersededBy" IS NULL)`;

/** The hosts as the choice of one sees them, but for whether their agents answer. */
export async function hostCandidates(store: Store): Promise<(Omit<HostCandidate, 'up'> & { lastSeenAt: Date | null; revokedAt: Date | null })[]> {
  const hosts = await store.pool.query<Host & { facts: Partial<HostFacts>; isReturning: boolean }>({ name: 'host-candidates', text: `SELECT h.*, ${isReturning} AS "isReturning" FROM "Host" h ORDER BY number` });
  return hosts.rows.map(({ facts, ...host }) => ({
    ...host,
    // Nothing is said to it any more.
    enabled: host.enabled && host.revokedAt === null,
    architecture: facts.architecture ?? '',
    engineReady: facts.engine?.ready ?? false,
    engineReason: facts.engine?.reason ?? 'not reported yet',
  }));
}

export type Claim = { vcpus: number; memoryMb: number; diskGb: number };

/** Takes room on a host; false when it has not that much left, within the limits given, or was revoked or disabled meanwhile. */
export async function claimRoom(tx: Transaction, hostId: string, claim: Claim, overcommit: Claim): Promise<boolean> {
  const claimed = await tx.$executeRaw`
    UPDATE "Host" SET "usedVcpus" = "usedVcpus" + ${claim.vcpus}, "usedMemoryMb" = "usedMemoryMb" + ${claim.memoryMb}, "usedDiskGb" = "usedDiskGb" + ${claim.diskGb}
    WHERE id = ${hostId}::uuid AND enabled AND "revokedAt" IS NULL AND "usedVcpus" + ${claim.vcpus} <= vcpus * ${overcommit.vcpus}::float
      AND "usedMemoryMb" + ${claim.memoryMb} <= "memoryMb" * ${overcommit.memoryMb}::float AND "usedDiskGb" + ${claim.diskGb} <= "diskGb" * ${overcommit.diskGb}::float`;
  return claimed === 1;
}

/** Gives room on a host back. */
export async function releaseRoom(tx: Transaction, hostId: string, claim: Claim): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Host" SET "usedVcpus" = "usedVcpus" - ${claim.vcpus}, "usedMemoryMb" = "usedMemoryMb" - ${claim.memoryMb}, "usedDiskGb" = "usedDiskGb" - ${claim.diskGb}
    WHERE id = ${hostId}::uuid`;
}

/** Writes down what a host reported of itself. */
export async function recordHostFacts(store: Store, hostId: string, facts: HostFacts): Promise<void> {
  const { vcpus, memoryMb, diskGb } = facts;
  await store.prisma.host.updateMany({ where: { id: hostId }, data: { vcpus, memoryMb, diskGb, facts, lastSeenAt: new Date() } });
  await store.prisma.host.updateMany({ where: { id: hostId, ready: !facts.engine.ready }, data: { ready: facts.engine.ready, readyChangedAt: new Date() } });
}

/** Deletes a host that no instance lives on; false when one does. */
export async function deleteHostRow(tx: Transaction, id: string): Promise<boolean> {
  // A boot that is claiming room here ends first, or finds the host gone.
  await tx.$executeRaw`SELECT 1 FROM "Host" WHERE id = ${id}::uuid FOR UPDATE`;
  if ((await tx.instance.count({ where: { hostId: id, deletedAt: null } })) > 0) return false;
  await tx.instance.updateMany({ where: { hostId: id, deletedAt: { not: null } }, data: { hostId: null } });
  await tx.host.delete({ where: { id } });
  return true;
}
