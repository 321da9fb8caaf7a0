import type { InstanceRow } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { instanceInterfaces } from '../networks/instance-interfaces.ts';
import type { InstanceView } from './instance-view.ts';

/** Adds to rows what is not in them, in one query for all. */
export async function toViews(cloud: Cloud, rows: InstanceRow[]): Promise<InstanceView[]> {
  const interfaces = rows.length === 0 ? new Map() : await instanceInterfaces(cloud.store, rows.map((row) => row.id));
  return rows.map((row) => ({ ...row, hostUp: row.hostId !== null && (cloud.hosts.isUp(row.hostId) ?? true), interfaces: interfaces.get(row.id) ?? [] }));
}
