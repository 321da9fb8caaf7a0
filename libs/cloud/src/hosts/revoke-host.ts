import { inTransaction, notify, recordEvent, updateHost } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { findNamedHost } from './find-named-host.ts';
import { hostsGoneChannel } from './wake-host.ts';

/**
 * Cuts a host off, by id or name, for good: its connections are closed at once, it gets no instances, and no certificate of it is renewed.
 * What runs on it is left alone, for nothing is said to it any more. Revoking it again changes nothing. Throws `notFound`.
 */
export async function revokeHost(cloud: Cloud, idOrName: string): Promise<void> {
  await inTransaction(cloud.store, async (tx) => {
    const host = await findNamedHost(tx, idOrName);
    if (host.revokedAt !== null) return;
    await updateHost(tx, host.id, { revokedAt: new Date() });
    await recordEvent(tx, { kind: 'host.revoked', subjectId: host.id, data: { name: host.name } });
    await notify(tx, hostsGoneChannel, host.id);
  });
}
