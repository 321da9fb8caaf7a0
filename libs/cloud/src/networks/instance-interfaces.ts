import type { PortSpec } from '@novadock/model';
import { listInstanceInterfaces, listPortSpecs, type Store } from '@novadock/store';
import type { InstanceInterface } from '../instances/instance-view.ts';

/** The interfaces of instances, in order; an instance without any is not in the map. One query for all. */
export async function instanceInterfaces(store: Store, instanceIds: string[]): Promise<Map<string, InstanceInterface[]>> {
  const rows = await listInstanceInterfaces(store, instanceIds);
  return groupBy(rows, ({ instanceId, ...face }) => [instanceId, face]);
}

/** What agents need to know of the ports of instances, in order; an instance without any is not in the map. One query for all. */
export async function portSpecs(store: Store, instanceIds: string[]): Promise<Map<string, PortSpec[]>> {
  return groupBy(await listPortSpecs(store, instanceIds), ({ instanceId, spec }) => [instanceId, spec]);
}

function groupBy<Row, Value>(rows: Row[], split: (row: Row) => [string, Value]): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const [key, value] = split(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
