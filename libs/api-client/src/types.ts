/** What /v1 answers; GET /v1/openapi.json documents each field. Times are ISO 8601. */
export type Instance = {
  id: string;
  name: string;
  status: string;
  task: string | null;
  exitCode: number | null;
  oomKilled: boolean;
  fault: { message: string; at: string } | null;
  host: string | null;
  imageId: string;
  flavor: { id: string; name: string; vcpus: number; memoryMb: number; diskGb: number };
  addresses: { network: string; networkId: string; address: string; ipVersion: number; macAddress: string }[];
  key: string | null;
  metadata: Record<string, string>;
  tags: string[];
  hostname: string;
  description: string | null;
  locked: boolean;
  projectId: string;
  userId: string;
  createdAt: string;
  launchedAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
};

export type NewInstance = {
  name: string;
  image: string;
  flavor: string;
  networks?: string[];
  key?: string;
  command?: string | string[];
  metadata?: Record<string, string>;
  tags?: string[];
  description?: string;
  userData?: string;
  host?: string;
  count?: number;
};

export type InstanceStats = {
  cpuTimeNs: number;
  cpuPercent: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  pids: number;
  blockReadBytes: number;
  blockWriteBytes: number;
  interfaces: { macAddress: string; rxBytes: number; rxPackets: number; txBytes: number; txPackets: number }[];
};

export type Labels = Record<string, string>;

export type JoinToken = { id: string; usesLeft: number; labels: Labels; createdAt: string; expiresAt: string };
export type NewJoinToken = { id: string; token: string; expiresAt: string; publicKeyPin: string; joinCommand: string };

export type CloudEvent = { id: string; at: string; kind: string; projectId: string | null; subjectId: string; data: Record<string, unknown> };
export type EventFilter = { kind?: string; subject?: string };

export type Image = {
  id: string;
  name: string | null;
  status: string;
  visibility: string;
  bootable: boolean;
  unbootableReason: string | null;
  architecture: string | null;
  sizeBytes: number | null;
  sha512: string | null;
  minDiskGb: number;
  minMemoryMb: number;
  tags: string[];
  projectId: string;
  createdAt: string;
};

export type NewImage = { name: string; visibility?: string };

type Room = { vcpus: number; memoryMb: number; diskGb: number };

export type Host = {
  id: string;
  name: string;
  address: string;
  up: boolean;
  enabled: boolean;
  disabledReason: string | null;
  engineReady: boolean;
  engineReason: string | null;
  revoked: boolean;
  availabilityZone: string;
  labels: Labels;
  capacity: Room;
  used: Room;
  instances: number;
  lastSeenAt: string | null;
  createdAt: string;
  /** How far it is what its profile says. */
  setup: {
    profile: string | null;
    revision: number | null;
    state: 'none' | 'ok' | 'drifted' | 'running' | 'failed';
    steps: { name: string; title: string; ok: boolean; detail: string }[];
    checkedAt: string | null;
    /** The run that is to be done, or the last one that was no check. */
    run: string | null;
  };
  forgettingSince: string | null;
  /** Null until its agent has reported. */
  facts: {
    hostname: string;
    architecture: string;
    operatingSystem: string;
    kernel: string;
    cpuModel: string;
    diskFreeGb: number;
    agentVersion: string;
    bootedAt: string;
    engine: { version: string; apiVersion: string; storageDriver: string; cgroupVersion: string; liveRestore: boolean };
  } | null;
};

export type Flavor = Room & { id: string; name: string; description: string | null };

export type Network = { id: string; name: string; shared: boolean; external: boolean; cidrs: string[] };

export type HostProfile = {
  name: string;
  revision: number;
  hash: string;
  createdAt: string;
  engine: {
    source: 'distribution' | 'docker-ce' | 'present';
    version: string;
    settings: Record<string, unknown>;
    socketMode: '0660' | '0666';
    repository: { url: string; key: string; codename: string; channel: string } | null;
    proxy: { http: string; https: string; noProxy: string } | null;
  };
  dockerGroup: string[];
  smokeTestPull: string;
  agentVersion: string;
  sysctl: Record<string, string>;
  images: string[];
  strict: boolean;
  novaDocker: { package: string; indexUrl: string; virtualenv: string; compute: boolean; glance: boolean } | null;
  /** What to know before it is used. */
  warnings: string[];
};

/** A value in a profile that differs from the revision before; null: not there. */
export type ProfileChange = { field: string; before: unknown; after: unknown };

export type SetupStep = {
  name: string;
  title: string;
  state: 'runs' | 'ok' | 'wouldChange' | 'changed' | 'failed';
  detail: string;
  files: { path: string; diff: string }[];
  durationMs: number;
  /** With `wouldChange`: what the host would have of the profile's engine then, as far as that is known to the version. */
  packages?: { name: string; version: string }[];
};

export type SetupFailure = { code: string; message: string; step: string };

/** A run of a host's set-up. */
export type SetupRun = {
  id: string;
  hostId: string;
  host: string;
  kind: 'apply' | 'check' | 'stage' | 'undo';
  profile: { name: string; revision: number } | null;
  state: 'pending' | 'running' | 'succeeded' | 'failed';
  waitingSince: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  steps: SetupStep[];
  changed: number | null;
  error: SetupFailure | null;
  lastSeq: number;
};

/** An entry of a run's journal: one of step, output and ended. */
export type SetupEntry = {
  seq: number;
  at: string;
  step: SetupStep | null;
  output: { step: string; text: string } | null;
  ended: { succeeded: boolean; changed: number; error: SetupFailure | null } | null;
};

/** Hosts of a rollout by what they have come to. */
export type RolloutCounts = { hosts: number; pending: number; ok: number; running: number; failed: number; offline: number; skipped: number; reverted: number };

export type Rollout = {
  /** r-1, r-2, … */
  id: string;
  etag: string;
  profile: { name: string; revision: number };
  hash: string;
  select: { labels: Labels; hosts: string[]; exclude: string[] };
  strategy: Record<string, unknown>;
  strict: boolean;
  state: 'draft' | 'planned' | 'awaiting_approval' | 'running' | 'paused' | 'succeeded' | 'failed' | 'aborted' | 'superseded' | 'rolling_back' | 'rollback_paused' | 'rolled_back';
  reason: string | null;
  stateAt: string;
  planned: number;
  waves: { name: string; state: 'pending' | 'running' | 'baking' | 'done'; planned: number; allowedFailures: number; counts: RolloutCounts }[];
  counts: RolloutCounts;
  behind: number;
  inFlight: number;
  inFlightLimit: number;
  /** Instances that are not the same containers as before, though nobody asked for it. */
  disturbed: number;
  /** Hosts whose last attempt failed. */
  failures: number;
  etaAt: string | null;
  approvedBy: string | null;
  supersededBy: string | null;
  rollback: { scope: unknown; reason: string } | null;
  createdBy: string;
  createdAt: string;
  startedAt: string | null;
};

export type RolloutPlan = {
  profile: { name: string; revision: number };
  planned: number;
  inFlightLimit: number;
  waves: { name: string; hosts: number; allowedFailures: number }[];
  /** Hosts with the same changes, the largest group first. */
  groups: { changes: string[]; hosts: number }[];
  /** Of hosts that are to have another engine: its packages, as `askedHost` finds them; `note`: why there are none, or they are not known. */
  packages: { operatingSystem: string; architecture: string; hosts: number; exact: string[]; askedHost: string | null; note: string }[];
  skipped: { host: string; reason: 'already' | 'offline' | 'locked' | 'excluded'; wave: string | null }[];
  blocked: { host: string; code: string; why: string }[];
};

export type RolloutError = { code: string; step: string; message: string; logTail: string };

/** A host's part in a rollout, at its last attempt. */
export type RolloutHost = {
  hostId: string;
  host: string;
  zone: string;
  wave: number | null;
  state: string;
  stateAt: string;
  /** What it is on now. */
  appliedHash: string;
  attempt: number;
  skipped: string | null;
  failure: 'failed' | 'timed_out' | 'lost' | null;
  acknowledged: boolean;
  error: RolloutError | null;
  touched: boolean;
  cordoned: boolean;
  behind: boolean;
  disturbed: number;
  online: boolean;
};

/** What a host did in an attempt, step by step. */
export type RolloutLog = {
  hostId: string;
  host: string;
  state: string;
  attempt: number;
  error: RolloutError | null;
  steps: { step: string; run: string; startedAt: string | null; finishedAt: string | null; succeeded: boolean | null; error: SetupFailure | null; output: string }[];
};
