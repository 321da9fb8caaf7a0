import { noteListed, notify, recordHostUp, rolloutsChannel } from '@novadock/store';
import type { Cloud } from '../cloud.ts';

/** Writes down whether a host answers its owner: what rollouts go by. */
export async function tellHostUp({ store }: Pick<Cloud, 'store'>, host: { id: string; epoch: number }, up: boolean): Promise<void> {
  if (await recordHostUp(store, host, up)) await notify(store.pool, rolloutsChannel);
}

/** Writes down that a host has told, at `listedAt`, all that runs on it. */
export async function tellHostListed({ store }: Pick<Cloud, 'store'>, hostId: string, listedAt: Date): Promise<void> {
  if (await noteListed(store, hostId, listedAt)) await notify(store.pool, rolloutsChannel);
}
