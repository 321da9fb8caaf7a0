import { serverStatus, type SetupState } from '@novadock/model';
import {
  countBehind, countInstancesByStatus, countRolloutHosts, lastSetupRuns, listCurrentRollouts, listFailedInstances, listFailedRolloutHosts, listFleetHosts, type FleetHost, type InstanceGroup, type InstanceRow,
} from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { Fault } from '../instances/instance-view.ts';
import { toRolloutView, type RolloutView } from '../rollouts/rollout-view.ts';
import { brokenHost, fleetSetupState, type LastSetupRun } from './broken-host.ts';
import { brokenKinds, type Broken, type BrokenKind, type FleetView } from './fleet-view.ts';

/** Operators have few at once; what is older is in the list of rollouts. */
const rolloutLimits = { open: 10, ended: 3 };

/** The whole fleet in numbers, the rollouts that are under way, and what is broken: at most `limit` things of each kind. As cheap as can be, for it is asked for often. */
export async function getFleet({ store }: Pick<Cloud, 'store'>, { limit }: { limit: number }): Promise<FleetView> {
  const [hosts, runs, failures, behind, groups, failed, rollouts] = await Promise.all([
    listFleetHosts(store), lastSetupRuns(store), listFailedRolloutHosts(store), countBehind(store), countInstancesByStatus(store), listFailedInstances(store, limit), currentRollouts({ store }),
  ]);
  const failureOf = new Map(failures.map((failure) => [failure.hostId, failure]));
  const instances = countInstances(groups);
  const broken = Map.groupBy(hosts.flatMap((host) => brokenHost(host, runs.get(host.id), failureOf.get(host.id)) ?? []), ({ kind }) => kind);
  const count = (kind: BrokenKind) => (kind === 'instance_error' ? instances.error : (broken.get(kind)?.length ?? 0));
  const counts = Object.fromEntries(brokenKinds.map((kind) => [kind, count(kind)])) as Record<BrokenKind, number>;
  const items = brokenKinds.flatMap((kind) => (kind === 'instance_error' ? failed.filter(isInError).map(toBroken) : (broken.get(kind) ?? []).toSorted(newestFirst).slice(0, limit)));
  const total = Object.values(counts).reduce((all, one) => all + one, 0);
  return { at: new Date(), hosts: { ...countHosts(hosts, runs), behind }, instances, rollouts, broken: { total, counts, items } };
}

async function currentRollouts({ store }: Pick<Cloud, 'store'>): Promise<RolloutView[]> {
  const rows = await listCurrentRollouts(store, rolloutLimits);
  const counts = Map.groupBy(rows.length === 0 ? [] : await countRolloutHosts(store, rows.map(({ number }) => number)), ({ rollout }) => rollout);
  return rows.map((row) => toRolloutView(row, counts.get(row.number) ?? []));
}

function countHosts(hosts: FleetHost[], runs: Map<string, LastSetupRun>): Omit<FleetView['hosts'], 'behind'> {
  const count = (which: (host: FleetHost) => boolean) => hosts.filter(which).length;
  const setup: Record<SetupState, number> = { none: 0, ok: 0, drifted: 0, running: 0, failed: 0 };
  for (const host of hosts) setup[fleetSetupState(host, runs.get(host.id))] += 1;
  return {
    total: hosts.length,
    up: count(({ up }) => up),
    down: count(({ up, revoked }) => !up && !revoked),
    notReady: count(({ up, ready }) => up && !ready),
    disabled: count(({ enabled, cordoned }) => !enabled && !cordoned),
    cordoned: count(({ cordoned }) => cordoned),
    revoked: count(({ revoked }) => revoked),
    setup,
  };
}

const kinds: Record<string, Exclude<keyof FleetView['instances'], 'total'>> = { ACTIVE: 'active', REBOOT: 'active', HARD_REBOOT: 'active', SHUTOFF: 'stopped', PAUSED: 'paused', BUILD: 'building', ERROR: 'error' };

function countInstances(groups: InstanceGroup[]): FleetView['instances'] {
  const all = { total: 0, active: 0, stopped: 0, paused: 0, building: 0, error: 0 };
  for (const group of groups) {
    const kind = kinds[serverStatus(group).status];
    all.total += group.instances;
    if (kind !== undefined) all[kind] += group.instances;
  }
  return all;
}

function isInError(row: InstanceRow): boolean {
  return serverStatus(row).status === 'ERROR';
}

function toBroken({ id, name, hostName, fault, updatedAt }: InstanceRow): Broken {
  const why = fault as unknown as Fault | null;
  const message = `${why?.message ?? 'Its container is gone.'}${hostName === null ? '' : ` (host ${hostName})`}`;
  return { kind: 'instance_error', id, name, since: why === null ? updatedAt : new Date(why.at), message, code: undefined, step: undefined, logTail: undefined, rollout: undefined };
}

function newestFirst(one: Broken, other: Broken): number {
  return (other.since?.getTime() ?? 0) - (one.since?.getTime() ?? 0);
}
