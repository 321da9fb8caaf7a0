import { advanceFully } from '../advance.ts';
import { applyTransitions } from '../apply-transitions.ts';
import { commandRollout, type RolloutCommand } from '../command-rollout.ts';
import { newRollout } from '../new-rollout.ts';
import { parseStrategy } from '../parse-strategy.ts';
import { planRollout, type PlanHost } from '../plan-rollout.ts';
import type { HostTask, RolloutHostFacts, RolloutSnapshot, RolloutTransition, RunStep, StepReport } from '../rollout.ts';

export const startMs = Date.UTC(2026, 2, 2, 2);

/** A host that is well and on the revision `old`. */
export function fakeFacts(facts: Partial<RolloutHostFacts> = {}): RolloutHostFacts {
  return { online: true, onlineSinceMs: 0, healthy: true, healthySinceMs: 0, appliedHash: 'old', locked: false, instances: 0, swarm: false, liveRestore: true, unresolvable: null, busyWith: null, takenBy: null, epoch: 1, restarting: false, reports: {}, ...facts };
}

/** The host `h0`, `h1`, … of a plan. */
export function fakeHost(index: number, facts: Partial<RolloutHostFacts> = {}, host: Partial<PlanHost> = {}): PlanHost {
  return { hostId: `h${index}`, name: `h${index}`, zone: 'a', excluded: false, changes: ['engine 28→29'], facts: fakeFacts(facts), ...host };
}

/** A rollout that a test plays the hosts of. Its strategy has no canary, no bake and one wave unless the test says otherwise. */
export type FakeRollout = {
  snapshot: RolloutSnapshot;
  now: number;
  transitions: RolloutTransition[];
  advance(): RolloutTransition[];
  wait(ms: number): RolloutTransition[];
  command(command: RolloutCommand): RolloutTransition[];
  facts(hostId: string, facts: Partial<RolloutHostFacts>): void;
  report(hostId: string, step: RunStep, report?: Partial<StepReport>): RolloutTransition[];
  /** Brings hosts as far as `applying`. */
  stage(...hostIds: string[]): void;
  /** Brings hosts from wherever they are to `healthy`. */
  finish(...hostIds: string[]): void;
  /** Lets hosts fail in `applying`, reverted by their own agents. */
  fail(...hostIds: string[]): void;
  task(hostId: string): HostTask;
  states(): Record<string, number>;
  state(): string;
};

/** Makes such a rollout of so many hosts, and starts it. */
export function fakeRollout(strategy: Record<string, unknown>, hosts: number | PlanHost[], options: { strict?: boolean; now?: number } = {}): FakeRollout {
  const now = options.now ?? startMs;
  const parsed = parseStrategy({ canary: { count: 0 }, waves: ['100%'], maxInFlight: '100%', health: { minHealthy: '10s' }, ...strategy });
  const list = typeof hosts === 'number' ? Array.from({ length: hosts }, (_, index) => fakeHost(index)) : hosts;
  const plan = planRollout({ rolloutId: 'r1', target: 'new', strategy: parsed, hosts: list });
  const fake = makeFake(newRollout({ id: 'r1', target: 'new', strategy: parsed, strict: options.strict ?? false, plan, now }), now);
  fake.command({ do: 'start' });
  return fake;
}

function makeFake(snapshot: RolloutSnapshot, now: number): FakeRollout {
  const fake: FakeRollout = {
    snapshot,
    now,
    transitions: [],
    advance() {
      const done = advanceFully(fake.snapshot, fake.now);
      fake.snapshot = done.snapshot;
      fake.transitions.push(...done.transitions);
      return done.transitions;
    },
    wait(ms) {
      fake.now += ms;
      return fake.advance();
    },
    command(command) {
      const changes = commandRollout(fake.snapshot, command, fake.now);
      fake.snapshot = applyTransitions(fake.snapshot, changes);
      fake.transitions.push(...changes);
      return [...changes, ...fake.advance()];
    },
    facts(hostId, facts) {
      fake.snapshot = { ...fake.snapshot, tasks: fake.snapshot.tasks.map((task) => (task.hostId === hostId ? { ...task, facts: { ...task.facts, ...facts } } : task)) };
    },
    report(hostId, step, report = {}) {
      const { attempt, facts } = fake.task(hostId);
      fake.facts(hostId, { reports: { ...facts.reports, [step]: { attempt, ok: true, error: null, disturbed: 0, reverted: false, ...report } } });
      return fake.advance();
    },
    stage(...hostIds) {
      for (const hostId of hostIds) {
        fake.report(hostId, 'precheck');
        fake.report(hostId, 'staging');
      }
    },
    finish(...hostIds) {
      for (const hostId of hostIds) {
        if (fake.task(hostId).state !== 'applying') fake.stage(hostId);
        fake.facts(hostId, { appliedHash: fake.snapshot.rollout.target });
        fake.report(hostId, 'applying');
      }
      fake.wait(fake.snapshot.rollout.strategy.health.minHealthyMs);
    },
    fail(...hostIds) {
      for (const hostId of hostIds) {
        if (fake.task(hostId).state !== 'applying') fake.stage(hostId);
        fake.report(hostId, 'applying', { ok: false, reverted: true, error: { code: 'ENGINE_CONFIG_INVALID', step: 'restarting', message: 'no', logTail: '' } });
      }
    },
    task(hostId) {
      const task = fake.snapshot.tasks.find((one) => one.hostId === hostId);
      if (task === undefined) throw new Error(`no host ${hostId}`);
      return task;
    },
    states: () => countStates(fake.snapshot),
    state: () => describeState(fake.snapshot),
  };
  return fake;
}

function countStates({ tasks }: RolloutSnapshot): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of tasks) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function describeState({ rollout }: RolloutSnapshot): string {
  return rollout.reason === null ? rollout.state : `${rollout.state}{${rollout.reason}}`;
}
