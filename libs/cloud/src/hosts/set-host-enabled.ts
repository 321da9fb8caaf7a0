import { CloudError } from '@novadock/model';
import { findHost, inTransaction, recordEvent, updateHost } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

export type SetHostEnabled = { id: string; enabled: boolean; reason?: string | null };

/** Says whether a host takes new instances; those that live there are left alone. Throws `notFound`. */
export async function setHostEnabled(cloud: Cloud, { id, enabled, reason = null }: SetHostEnabled): Promise<void> {
  await inTransaction(cloud.store, async (tx) => {
    const host = await findHost(tx, { id });
    if (host === null) throw new CloudError('notFound', `There is no host ${id}.`);
    await updateHost(tx, id, { enabled, disabledReason: enabled ? null : reason });
    await recordEvent(tx, { kind: enabled ? 'host.enabled' : 'host.disabled', subjectId: id, data: { name: host.name, reason } });
  });
}
