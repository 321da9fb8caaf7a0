import { statusChange, type InstancesUpdate, type InstanceStatus, type StatusChange } from '@novadock/model';
import { instancesOnHost, inTransaction, lockForStatus, releaseRoom, updateInstanceSpec, writeStatus, type Instance, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { releasePorts } from '../networks/claim-ports.ts';
import type { Fault } from './instance-view.ts';

export type Recorded = {
  /** Reported by the host, though no instance of ours should be there. */
  strays: InstanceStatus[];
  /** Instances that have to be started again: their host has something to do. */
  startAgain: number;
};

/** Writes what a host reported into the status columns, with an event for each change; the only use case that does. What is not new is not written. */
export async function recordStatuses(cloud: Cloud, hostId: string, update: InstancesUpdate): Promise<Recorded> {
  const reports = 'one' in update ? [update.one] : await newsIn(cloud, hostId, update.all);
  const known = new Set<string>();
  let startAgain = 0;
  if (reports.length > 0) {
    await inTransaction(cloud.store, async (tx) => {
      const byId = new Map(reports.map((report) => [report.id, report]));
      for (const row of await lockForStatus(tx, hostId, [...byId.keys()])) {
        known.add(row.id);
        const seen = byId.get(row.id);
        const change = seen && statusChange(row, seen, new Date());
        if (change === undefined) continue;
        await writeChange(tx, row, change);
        if (change.startAgain === true) startAgain += 1;
      }
    });
  }
  return { strays: reports.filter((report) => !known.has(report.id) && report.power !== 'absent'), startAgain };
}

/** Of a full list, the reports that change something or belong to nobody, and for instances that it lacks that they are absent. Reads without locks. */
async function newsIn(cloud: Cloud, hostId: string, all: InstanceStatus[]): Promise<InstanceStatus[]> {
  const rows = new Map((await instancesOnHost(cloud.store, hostId)).map((row) => [row.id, row]));
  const listed = new Set(all.map(({ id }) => id));
  const missing = [...rows.keys()].filter((id) => !listed.has(id)).map(absent);
  return [...all, ...missing].filter((report) => {
    const row = rows.get(report.id);
    return row === undefined || statusChange(row, report, new Date()) !== undefined;
  });
}

function absent(id: string): InstanceStatus {
  return { id, generation: 0, power: 'absent', containerId: '', exitCode: 0, oomKilled: false, startedAtMs: 0, finishedAtMs: 0, error: undefined, step: '', restarts: 0, lostToRestart: false };
}

async function writeChange(tx: Transaction, row: Instance, change: StatusChange): Promise<void> {
  const { finished } = change;
  const message = finished?.result === 'Error' ? finished.message : null;
  const { exitCode, oomKilled, observedPower } = change.columns;
  const data = { name: row.name, power: observedPower, exitCode, oomKilled, ...(message === null ? {} : { error: message }) };
  await writeStatus(tx, row.id, change, {
    ...(message === null ? {} : { fault: toFault(message) }),
    ...(finished === undefined ? {} : { result: { result: finished.result, message } }),
    ...(change.event === undefined ? {} : { event: { kind: `instance.${change.event}`, projectId: row.projectId, data } }),
  });
  if (change.deleted === true) await release(tx, row);
  if (change.startAgain === true) await updateInstanceSpec(tx, row.id, { generation: row.generation + 1, task: 'powering-on' });
}

async function release(tx: Transaction, row: Instance): Promise<void> {
  await releasePorts(tx, row.id);
  if (row.hostId !== null) await releaseRoom(tx, row.hostId, { vcpus: row.vcpus, memoryMb: row.memoryMb, diskGb: row.diskGb });
}

function toFault(message: string): Fault {
  return { code: 500, message, details: '', at: new Date().toISOString() };
}
