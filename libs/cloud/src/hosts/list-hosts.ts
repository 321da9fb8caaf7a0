import { setupState, type HostFacts, type LastRun, type SetupEnd, type SetupKind, type SetupState } from '@novadock/model';
import { countInstancesByHost, lastSetupRuns, listHostRows, type Host, type SetupRun } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { hostUp } from './host-up.ts';

/** A host as use cases return it: its row, whether its agent answers, how many instances live on it, and how far its set-up is. */
export type HostView = Host & { up: boolean; instances: number; setup: { state: SetupState; runId: string | undefined } };

/** All hosts, in the order of their enrolment. */
export async function listHosts(cloud: Cloud): Promise<HostView[]> {
  const [hosts, counts, runs] = await Promise.all([listHostRows(cloud.store), countInstancesByHost(cloud.store), lastSetupRuns(cloud.store)]);
  return hosts.map((host) => ({ ...host, up: hostUp(cloud, host), instances: counts.get(host.id) ?? 0, setup: setupOf(host, runs.get(host.id)) }));
}

function setupOf(host: Host, run: Pick<SetupRun, 'id' | 'kind' | 'finishedAt' | 'ended'> | undefined): HostView['setup'] {
  const { setup } = host.facts as unknown as Partial<HostFacts>;
  return { state: setupState(setup, run && toLastRun(run)), runId: run?.id };
}

/** What the state of a host's set-up depends on. */
export function toLastRun({ kind, finishedAt, ended }: Pick<SetupRun, 'kind' | 'finishedAt' | 'ended'>): LastRun {
  return { kind: kind as SetupKind, finished: finishedAt !== null, ended: (ended as unknown as SetupEnd | null) ?? undefined };
}
