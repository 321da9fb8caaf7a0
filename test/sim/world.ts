import type { HostTask, MaintenanceWindow, Rollout, RolloutHostFacts, RolloutOrder, RolloutRules, RolloutSnapshot, RolloutTransition, RunStep, StepReport } from '@novadock/model';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Which kinds of misfortune a history has. Turned off one by one, they show which of them a failure needs. */
export const faultKinds = ['failures', 'hangs', 'losses', 'reboots', 'disturbs', 'fallbacks', 'lateReports', 'lostOrders', 'kills', 'twoLeaders', 'operators', 'absences', 'locks', 'blockers', 'supersede', 'secondRollout', 'joiners', 'bakeFaults'] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Run = { rolloutId: string; order: RolloutOrder; report: StepReport | undefined; restarting: boolean };

/** A host: how it is, and its agent, which keeps a journal. */
export type SimHost = {
  id: string;
  zone: string;
  /** It exists since then; before, it has not joined. */
  joinedAtMs: number;
  online: boolean;
  onlineSinceMs: number;
  healthy: boolean;
  healthySinceMs: number;
  hash: string;
  locked: boolean;
  instances: number;
  swarm: boolean;
  liveRestore: boolean;
  unresolvable: string | null;
  manualRun: boolean;
  /** Of its owner's lease, in the database. */
  epoch: number;
  /** The highest that the agent has seen. */
  agentEpoch: number;
  journal: Map<string, Run>;
  running: string | undefined;
  /** Reports that could not be sent while it was away. */
  unsent: (() => void)[];
  /** What has arrived at the control plane, by rollout and step: of the highest attempt. */
  reports: Map<string, Partial<Record<RunStep, StepReport>>>;
  /** By rollout, the hash before that rollout first touched it, until the rollout has it as reverted: what R7 is checked against. */
  original: Map<string, string>;
};

export type StoredRollout = { id: string; selects: (host: SimHost) => boolean; snapshot: RolloutSnapshot; version: number; events: SimEvent[] };
export type SimEvent = { at: number; text: string; transition: RolloutTransition };

/** One step of the machine, or a command, as it was written. */
export type Written = {
  rolloutId: string;
  now: number;
  command: string | undefined;
  before: RolloutSnapshot;
  transitions: readonly RolloutTransition[];
  after: RolloutSnapshot;
};

export type Violation = { rule: string; what: string; at: number; hostId?: string; rolloutId?: string };

export type World = {
  random: Random;
  clock: Clock;
  faults: ReadonlySet<FaultKind>;
  /** From then on there are no more faults, and everything has to come to its end. */
  calm: boolean;
  hosts: SimHost[];
  byId: Map<string, SimHost>;
  rollouts: Map<string, StoredRollout>;
  /** Counts what hosts are held by which rollout: a transaction that read an older count is refused. */
  claims: number;
  rules: RolloutRules;
  /** Whether a window is open at a moment: worked out once per half hour, on which all windows of the simulation begin and end. */
  isOpen: (window: MaintenanceWindow | undefined, now: number) => boolean;
  violations: Violation[];
  wake: () => void;
  trace: string[] | undefined;
};

/** What is known of a host to a rollout. */
export function factsOf(world: World, host: SimHost, rolloutId: string, attempt: number): RolloutHostFacts {
  const run = host.running === undefined ? undefined : host.journal.get(host.running);
  return {
    online: host.online,
    onlineSinceMs: host.onlineSinceMs,
    healthy: host.healthy,
    healthySinceMs: host.healthySinceMs,
    appliedHash: host.hash,
    locked: host.locked,
    instances: host.instances,
    swarm: host.swarm,
    // An engine that does not answer is told as one without.
    liveRestore: host.healthy && host.liveRestore,
    unresolvable: host.unresolvable,
    busyWith: busyWith(world, host, rolloutId),
    takenBy: takenBy(world, host, rolloutId),
    epoch: host.epoch,
    restarting: run !== undefined && run.rolloutId === rolloutId && run.order.attempt === attempt && run.restarting && host.online,
    reports: { ...host.reports.get(rolloutId) },
  };
}

function busyWith(world: World, host: SimHost, rolloutId: string): string | null {
  if (host.manualRun) return 'run-by-hand';
  for (const other of world.rollouts.values()) {
    if (other.id === rolloutId) continue;
    const task = other.snapshot.tasks.find((one) => one.hostId === host.id);
    if (task !== undefined && beginsOrRuns(task)) return other.id;
  }
  return null;
}

/** R9: the last rollout that was started later, they are stored in that order, and has the host: written out here, so that the checks do not rest on the machine's own words for it. */
export function takenBy(world: World, host: Pick<SimHost, 'id'>, rolloutId: string): string | null {
  const all = [...world.rollouts.values()];
  const mine = all.findIndex((one) => one.id === rolloutId);
  if (mine < 0) return null;
  const later = all.slice(mine + 1).findLast(({ snapshot: { rollout, tasks } }) => {
    const task = tasks.find((one) => one.hostId === host.id);
    if (task === undefined || task.skipped === 'excluded' || !isBroughtBy(rollout, task, all[mine]!.snapshot.rollout)) return false;
    if (task.touched || beginsOrRuns(task)) return true;
    return !['planned', 'aborted', 'superseded', 'rolled_back'].includes(rollout.state) && rollout.supersededBy === null;
  });
  return later?.id ?? null;
}

/** A host that a newer rollout found on its target is that one's too, unless the older one has the same. */
function isBroughtBy(rollout: Rollout, task: HostTask, older: Rollout): boolean {
  return task.wave !== null || (task.skipped === 'already' && rollout.target !== older.target);
}

/** Begun, and not at its result: written out here, so that the checks do not rest on the machine's own words for it. */
export function beginsOrRuns({ state, touched }: HostTask): boolean {
  return ['assigned', 'precheck', 'staging', 'cordoned', 'draining', 'applying', 'restarting', 'verifying', 'reverting'].includes(state) || (state === 'failed' && touched);
}

/** Says once that a rule was broken. */
export function violate(world: World, rule: string, what: string, on: { hostId?: string; rolloutId?: string } = {}): void {
  world.violations.push({ rule, what, at: world.clock.now, ...on });
}
