import type { FailureKind, Strategy } from './strategy.ts';

export type RolloutState =
  | 'draft' | 'planned' | 'awaiting_approval' | 'running' | 'paused'
  | 'succeeded' | 'failed' | 'aborted' | 'superseded'
  | 'rolling_back' | 'rollback_paused' | 'rolled_back';

/** Why a rollout is paused, or is rolled back. */
export type RolloutReason = 'operator' | 'threshold' | 'gate' | 'window' | 'progress_deadline' | 'abort';

export type HostState =
  | 'pending' | 'assigned' | 'precheck' | 'staging' | 'cordoned' | 'draining' | 'applying' | 'restarting' | 'verifying' | 'healthy'
  | 'failed' | 'reverting' | 'reverted' | 'revert_failed' | 'skipped' | 'timed_out' | 'lost';

export type SkipReason = 'already' | 'offline' | 'locked' | 'excluded';
export type WaveState = 'pending' | 'running' | 'baking' | 'done';

/** What an agent is asked to do for a rollout. Each is a run of its own, made once per host and attempt. */
export type RunStep = 'precheck' | 'staging' | 'applying' | 'reverting';

/** `code` is stable, such as ENGINE_CONFIG_INVALID. */
export type TaskError = { code: string; step: string; message: string; logTail: string };

/**
 * How a run ended. `reverted`: of a failed `applying`, the host has already returned to its own snapshot.
 * `disturbed`: how many instances are not the same container, or not the same start of it, as before (R8).
 */
export type StepReport = { attempt: number; ok: boolean; error: TaskError | null; disturbed: number; reverted: boolean };

/** What is known of a host, whoever found it out. The machine reads it and never writes it. */
export type RolloutHostFacts = {
  online: boolean;
  /** Since when it has been online, or offline. */
  onlineSinceMs: number;
  /** Its agent and its engine do their work. */
  healthy: boolean;
  healthySinceMs: number;
  /** The hash of the revision that the host is on: "applied", never "in progress towards". */
  appliedHash: string;
  /** Someone holds an update lock on one of its instances. */
  locked: boolean;
  /** How many instances run on it. */
  instances: number;
  swarm: boolean;
  liveRestore: boolean;
  /** Why the revision cannot be resolved to packages for this host; null when it can. */
  unresolvable: string | null;
  /** What else holds the host: another rollout's unfinished task, or a set-up run by hand. */
  busyWith: string | null;
  /** A rollout that was started later and has the host: what becomes of it is for that one to say (R9). Not one that has given the host up and left it as it was. */
  takenBy: string | null;
  /** The fencing epoch of the host's owner. */
  epoch: number;
  /** The engine restarts within the run that applies. */
  restarting: boolean;
  /** Of each step, the report of the highest attempt. */
  reports: Partial<Record<RunStep, StepReport>>;
};

/** A host's part in a rollout, at its last attempt. */
export type HostTask = {
  hostId: string;
  zone: string;
  /** Null: it was skipped when the rollout was planned, and is in no wave. */
  wave: number | null;
  state: HostState;
  stateAtMs: number;
  skipped: SkipReason | null;
  /** How often the host was begun, forwards or backwards. */
  attempt: number;
  /** The owner's epoch with the last order. */
  epoch: number;
  assignedAtMs: number;
  /** When the attempt came to its result. */
  resultAtMs: number;
  /** How the last attempt failed. It stays when the host is reverted after it. */
  failure: FailureKind | null;
  /** An operator has seen the failure and resumed: it cannot trip a limit again. */
  acknowledged: boolean;
  error: TaskError | null;
  /** The host is not as this rollout found it, or may not be. */
  touched: boolean;
  /** The host's own snapshot: the hash it was on when this rollout first touched it. */
  previous: string | null;
  /** This rollout keeps new instances away. What an operator ordered is not recorded here, and not touched. */
  cordoned: boolean;
  /** It was away at its turn, and has the rollout's change to catch up on. */
  catchUp: boolean;
  disturbed: number;
  facts: RolloutHostFacts;
};

export type Wave = { index: number; name: string; canary: boolean; /** How many hosts were planned. */ size: number; state: WaveState; stateAtMs: number };

export type RollbackScope = 'touched' | 'failed' | { hosts: string[] };

export type Rollout = {
  id: string;
  /** The hash of the target revision. */
  target: string;
  strategy: Strategy;
  /** The profile does not let a host serve on an older revision. */
  strict: boolean;
  state: RolloutState;
  stateAtMs: number;
  reason: RolloutReason | null;
  /** How many hosts were planned to change: what percentages of the in-flight limit are of. */
  planned: number;
  approvedBy: string | null;
  /** The last wave that an approval between waves lets begin. */
  approvedWave: number;
  supersededBy: string | null;
  rollback: { scope: RollbackScope; reason: RolloutReason; /** How many hosts were to be rolled back. */ size: number } | null;
};

/** A host that matches the selector and has no task yet. */
export type JoiningHost = { hostId: string; zone: string; excluded: boolean; facts: RolloutHostFacts };

/** All that the machine knows: it has no other memory. Tasks are in the plan's order, late joiners behind. */
export type RolloutSnapshot = { rollout: Rollout; waves: readonly Wave[]; tasks: readonly HostTask[]; joining: readonly JoiningHost[] };

/**
 * A run that an agent is to do. The same order given twice is one run: it is known by rollout, host, attempt and step.
 * `snapshot` is what the host returns to, by an order or by itself when `applying` fails: the one from before the rollout, also at a second attempt.
 */
export type RolloutOrder = { step: RunStep; attempt: number; epoch: number; target: string; snapshot: string | null };

/** One change: a row's columns and one event, in the same transaction (R14). `from` equal to `to` changes columns only. */
export type RolloutTransition =
  | { of: 'rollout'; from: RolloutState; to: RolloutState; set: Partial<Omit<Rollout, 'id' | 'target'>> }
  | { of: 'wave'; wave: number; from: WaveState; to: WaveState; set: Partial<Wave> }
  | { of: 'host'; hostId: string; from: HostState; to: HostState; set: Partial<Omit<HostTask, 'hostId' | 'facts'>>; order?: RolloutOrder }
  | { of: 'joined'; hostId: string; from: null; to: HostState; task: HostTask };
