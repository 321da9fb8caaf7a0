import type { HostTask, JoiningHost, SkipReason } from './rollout.ts';

/** A host's task as it begins: pending in its wave, or skipped from the first. */
export function newTask(host: JoiningHost, wave: number | null, skipped: SkipReason | null): HostTask {
  return {
    hostId: host.hostId,
    zone: host.zone,
    wave,
    state: skipped === null ? 'pending' : 'skipped',
    stateAtMs: 0,
    skipped,
    attempt: 0,
    epoch: 0,
    assignedAtMs: 0,
    resultAtMs: 0,
    failure: null,
    acknowledged: false,
    error: null,
    touched: false,
    previous: null,
    cordoned: false,
    catchUp: false,
    disturbed: 0,
    facts: host.facts,
  };
}
