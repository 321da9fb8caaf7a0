import type { RecordedSetup, TimeInState } from '@novadock/cloud';
import { rolloutFailureCodes, setupFailureCodes, setupStepNames } from '@novadock/model';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { heldStates, type RolloutTotals, type SetupRun } from '@novadock/store';

/** What this replica counts, for Prometheus. */
export type Metrics = ReturnType<typeof createMetrics>;

/** Set-ups take from milliseconds (nothing to do) to many minutes (packages over a slow line). */
const stepBuckets = [0.01, 0.1, 0.5, 1, 5, 15, 60, 180, 600];

/** What agents say becomes no label by itself, for one that is broken, or newer, would make series without end. */
const known = (names: readonly string[], name: string) => (names.includes(name) ? name : 'other');
const stepLabel = (step: string) => (step === '' ? '' : known(setupStepNames, step));

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const runs = new Counter({ registers, name: 'novadock_setup_runs_total', help: "Runs of hosts' set-ups that have ended.", labelNames: ['kind', 'result'] as const });
  const steps = new Histogram({ registers, name: 'novadock_setup_step_seconds', help: 'How long a step of a set-up took.', labelNames: ['step'] as const, buckets: stepBuckets });
  const failures = new Counter({ registers, name: 'novadock_setup_failures_total', help: "Runs of hosts' set-ups that failed, by their reason and the step.", labelNames: ['code', 'step'] as const });
  const requests = new Histogram({ registers, name: 'novadock_http_request_seconds', help: 'How long requests took, streams included.', labelNames: ['method', 'route', 'status'] as const, buckets: [0.005, 0.025, 0.1, 0.5, 1, 5, 30] });
  const hosts = new Gauge({ registers, name: 'novadock_hosts', help: 'Hosts that are up or down.', labelNames: ['state'] as const });
  const setups = new Gauge({ registers, name: 'novadock_host_setups', help: 'Hosts by the state of their set-up.', labelNames: ['state'] as const });

  const rolloutHosts = new Gauge({ registers, name: 'novadock_rollout_hosts', help: 'Hosts by state, of the rollouts that are under way; of one that has ended those that it is still at work on.', labelNames: ['state'] as const });
  const rolloutInFlight = new Gauge({ registers, name: 'novadock_rollout_in_flight', help: 'Hosts that rollouts are at work on.' });
  const rolloutFailures = new Gauge({ registers, name: 'novadock_rollout_failures', help: 'Of the same hosts those whose last attempt failed, by reason.', labelNames: ['code'] as const });
  const rolloutDisturbed = new Gauge({ registers, name: 'novadock_rollout_disturbed_instances', help: 'Instances that were disturbed unasked on the same hosts.' });

  const rolloutSteps = new Histogram({ registers, name: 'novadock_rollout_step_seconds', help: 'How long a host was in a step of a rollout.', labelNames: ['step'] as const, buckets: stepBuckets });
  const rolloutPlanAge = new Gauge({ registers, name: 'novadock_rollout_plan_age_seconds', help: 'How old the oldest plan is of the rollouts that are under way.' });

  return {
    registry,
    /** Counts what was new of a run. */
    observeSetup: ({ kind }: Pick<SetupRun, 'kind'>, { steps: changes, ended: end }: RecordedSetup) => {
      for (const { name, state, durationMs } of changes) if (state !== 'runs') steps.observe({ step: stepLabel(name) }, durationMs / 1000);
      if (end === undefined) return;
      runs.inc({ kind, result: end.succeeded ? 'succeeded' : 'failed' });
      if (!end.succeeded) failures.inc({ code: known(setupFailureCodes, end.error?.code ?? 'internal'), step: stepLabel(end.error?.step ?? '') });
    },
    observeRequest: (request: { method: string; route: string; status: number; seconds: number }) => {
      const { seconds, ...labels } = request;
      requests.observe(labels, seconds);
    },
    /** Counts how long hosts were in the steps of a rollout that they left. */
    observeRollout: (times: TimeInState[]) => {
      for (const { state, seconds } of times) if (heldStates.includes(state)) rolloutSteps.observe({ step: state }, seconds);
    },
    /** The rollouts as they are now. */
    setRollouts: ({ states, failures, planAgeSeconds }: RolloutTotals) => {
      rolloutHosts.reset();
      rolloutFailures.reset();
      for (const { state, hosts: count } of states) rolloutHosts.set({ state }, count);
      for (const { code, hosts: count } of failures) rolloutFailures.inc({ code: known([...rolloutFailureCodes, ...setupFailureCodes], code) }, count);
      rolloutPlanAge.set(planAgeSeconds);
      rolloutInFlight.set(states.filter(({ state }) => heldStates.includes(state)).reduce((all, { hosts: count }) => all + count, 0));
      rolloutDisturbed.set(states.reduce((all, { disturbed }) => all + disturbed, 0));
    },
    /** The hosts as they are now. */
    setHosts: (all: { up: boolean; setup: { state: string } }[]) => {
      hosts.reset();
      setups.reset();
      for (const state of ['up', 'down'] as const) hosts.set({ state }, all.filter(({ up }) => up === (state === 'up')).length);
      for (const state of ['none', 'ok', 'drifted', 'running', 'failed']) setups.set({ state }, all.filter(({ setup }) => setup.state === state).length);
    },
  };
}
