import { CloudError } from '@novadock/model';
import { deleteHostRow, findHost, inTransaction, isUuid, notify, recordEvent } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { hostsChannel } from './wake-host.ts';

/** Forgets a host, by id or name; its agent is not answered any more. Throws `notFound`, or `conflict` while instances live on it. */
export async function deleteHost(cloud: Cloud, idOrName: string): Promise<void> {
  await inTransaction(cloud.store, async (tx) => {
    const host = (isUuid(idOrName) ? await findHost(tx, { id: idOrName }) : null) ?? (await findHost(tx, { name: idOrName }));
    if (host === null) throw new CloudError('notFound', `There is no host ${idOrName}.`);
    if (!(await deleteHostRow(tx, host.id))) throw new CloudError('conflict', `Instances live on ${host.name}: delete them first.`, { reason: 'hostInUse' });
    await recordEvent(tx, { kind: 'host.deleted', subjectId: host.id, data: { name: host.name } });
    await notify(tx, hostsChannel, host.id);
  });
}
