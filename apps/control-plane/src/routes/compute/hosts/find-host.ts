import type { HostView } from '@novadock/cloud';
import { CloudError } from '@novadock/model';
import { idOf } from './hypervisor-view.ts';

/** The host of this id, which is a number before 2.53. */
export function findHost(hosts: readonly HostView[], id: string, version: number): HostView | undefined {
  return hosts.find((host) => String(idOf(host, version)) === id.toLowerCase());
}

/** Throws `invalid` for what cannot be an id from 2.53 on; before it just is none. */
export function assertHostId(id: string, version: number): void {
  if (version >= 53 && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw new CloudError('invalid', `Invalid uuid ${id}`);
}

/** Adds the instances that live on a host; an empty list only from 2.75 on. */
export function withServers(shown: object, instances: { id: string; name: string }[] | undefined, version: number): object {
  if (instances === undefined && version < 75) return shown;
  return { ...shown, servers: (instances ?? []).map(({ id, name }) => ({ name, uuid: id })) };
}
