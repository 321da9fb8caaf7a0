import { driftChange, type HostFacts } from '@novadock/model';
import { findHost, inTransaction, lockHost, recordEvent, recordHostFacts, updateHost, type Host } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** Writes down what a host says of itself; that it drifted from its profile, or is mended, is recorded once. */
export async function recordFacts({ store }: Pick<Cloud, 'store'>, hostId: string, facts: HostFacts): Promise<void> {
  const before = await findHost(store.prisma, { id: hostId });
  if (before !== null && driftChange(setupOf(before), facts.setup) !== undefined) {
    await inTransaction(store, async (tx) => {
      await lockHost(tx, hostId);
      const host = await findHost(tx, { id: hostId });
      const change = host === null ? undefined : driftChange(setupOf(host), facts.setup);
      if (host === null || change === undefined) return;
      const steps = facts.setup?.steps.filter(({ ok }) => !ok).map(({ name, detail }) => ({ name, detail })) ?? [];
      await updateHost(tx, hostId, { facts });
      await recordEvent(tx, { kind: `host.${change}`, subjectId: hostId, data: { name: host.name, profile: facts.setup?.profile ?? '', ...(change === 'drifted' ? { steps } : {}) } });
    });
  }
  await recordHostFacts(store, hostId, facts);
}

function setupOf(host: Host): HostFacts['setup'] {
  return (host.facts as unknown as Partial<HostFacts>).setup;
}
