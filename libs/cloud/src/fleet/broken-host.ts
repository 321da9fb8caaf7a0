import { setupState, type SetupEnd, type SetupState } from '@novadock/model';
import type { FailedRolloutHost, FleetHost, SetupRun } from '@novadock/store';
import { toLastRun } from '../hosts/list-hosts.ts';
import { rolloutName } from '../rollouts/rollout-name.ts';
import type { Broken } from './fleet-view.ts';

export type LastSetupRun = Pick<SetupRun, 'id' | 'kind' | 'finishedAt' | 'ended'>;

type Found = Pick<Broken, 'kind' | 'since' | 'message'> & Partial<Broken>;

/** What is wrong with a host: one thing, the worst; undefined: nothing is. `failure`: its failure in a rollout. */
export function brokenHost(host: FleetHost, run: LastSetupRun | undefined, failure: FailedRolloutHost | undefined): Broken | undefined {
  // Nobody asks it anything any more, because an operator said so.
  if (host.revoked) return undefined;
  const found = (host.up ? undefined : ofAbsence(host)) ?? (failure && ofRollout(failure)) ?? ofSetup(host, run);
  return found && { id: host.id, name: host.name, code: undefined, step: undefined, logTail: undefined, rollout: undefined, ...found };
}

/** How far a host's set-up is, from the little that is read of it. */
export function fleetSetupState({ profile, faults, checkedAtMs }: FleetHost, run: LastSetupRun | undefined): SetupState {
  return setupState({ profile, revision: 0, steps: faults, checkedAtMs }, run && toLastRun(run));
}

function ofAbsence({ lastSeenAt, upChangedAt }: FleetHost): Found {
  const seen = lastSeenAt !== null;
  return { kind: 'host_down', since: seen ? upChangedAt : undefined, message: seen ? 'Its agent does not answer.' : 'Its agent has not answered yet.' };
}

const failures: Record<string, string> = { timed_out: 'It was not done in time.', lost: 'It went away while it was being changed.' };
const outcomes: Record<string, string> = { reverted: ' It is back on what it had.', revert_failed: ' It could not be brought back to what it had.' };

function ofRollout({ rollout, failure, state, error, resultAt }: FailedRolloutHost): Found {
  const message = error?.message ?? failures[failure] ?? 'It failed.';
  return { kind: 'rollout_failed', rollout: rolloutName(rollout), since: resultAt, message: `${message}${outcomes[state] ?? ''}`, code: error?.code, step: error?.step, logTail: error?.logTail };
}

function ofSetup(host: FleetHost, run: LastSetupRun | undefined): Found | undefined {
  const state = fleetSetupState(host, run);
  if (state === 'failed') return ofRun(run);
  // It gets its engine with its profile.
  if (!host.ready && host.profile !== '' && state !== 'running') return { kind: 'engine_not_ready', since: host.readyChangedAt, message: host.engineReason ?? 'Its engine is not ready.' };
  return state === 'drifted' ? ofDrift(host) : undefined;
}

function ofRun(run: LastSetupRun | undefined): Found {
  const { error } = (run?.ended ?? {}) as unknown as Partial<SetupEnd>;
  return { kind: 'setup_failed', since: run?.finishedAt ?? undefined, message: error?.message ?? 'Its set-up failed.', code: error?.code, step: error?.step };
}

function ofDrift({ checkedAtMs, faults }: FleetHost): Found {
  const message = faults.map(({ title, detail }) => `${title}: ${detail}`).join('\n');
  return { kind: 'drifted', since: checkedAtMs === 0 ? undefined : new Date(checkedAtMs), step: faults[0]?.name, message };
}
