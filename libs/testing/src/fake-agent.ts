import { randomBytes } from 'node:crypto';
import { CloudError, type AgentService, type ApplyInstance, type HostFacts, type InstanceError, type InstancesUpdate, type InstanceStatus } from '@novadock/model';
import { createStatusFeed } from '@novadock/rpc';
import { createFakeSetups, type FakeSetups } from './fake-setups.ts';

/** What a test lets the host of a fake agent do; may be changed at any time. */
export type FakeBehaviour = {
  /** How long the host works on a spec; 0: it is done when the call returns. */
  workMs: number;
  /** Specs that cannot be reached, and why. */
  failure: (request: ApplyInstance) => Omit<InstanceError, 'step'> | undefined;
  /** What an apply rejects with instead of being heard. */
  refusal: (request: ApplyInstance) => CloudError | undefined;
  /** Whether the reply to an apply is lost, though it was heard. */
  losesReply: (request: ApplyInstance) => boolean;
};

export type FakeAgent = AgentService & {
  behaviour: FakeBehaviour;
  facts: HostFacts;
  /** Each apply that was heard, in order. */
  applied: ApplyInstance[];
  /** The engine's images, by its ids. */
  images: Set<string>;
  /** Set-ups of the host. */
  setups: FakeSetups;
  /** Whether it was told to take itself off the host. */
  readonly removed: boolean;
  /** What the host would report of an instance. */
  status(instanceId: string): InstanceStatus | undefined;
  /** How many containers were made for an instance since ever. */
  containersMade(instanceId: string): number;
  /** The guest ends by itself. */
  exit(instanceId: string, how?: { exitCode?: number; oomKilled?: boolean; lostToRestart?: boolean }): void;
  /** Somebody removes the container on the host. */
  removeBehindBack(instanceId: string): void;
  /** A container of this cloud that no spec asked for. */
  addStray(instanceId: string): void;
  /** Neither hears nor says anything, and ends all streams, until it comes back; instances run on. */
  goDown(): void;
  /** `forgetful`: the agent was restarted, so it knows what runs, and no generation. */
  comeBack(options?: { forgetful?: boolean }): void;
};

const goodFacts: HostFacts = {
  hostname: 'fake', architecture: 'amd64', operatingSystem: 'Debian GNU/Linux 12 (bookworm)', kernel: '6.1.0', cpuModel: 'fake', vcpus: 64, memoryMb: 262_144, diskGb: 4096, diskFreeGb: 4000, agentVersion: '0.0.0', bootedAtMs: 1_700_000_000_000,
  engine: { ready: true, reason: '', version: '20.10.24', apiVersion: '1.41', storageDriver: 'overlay2', cgroupVersion: '2', liveRestore: true },
  setup: undefined,
};

/** An agent with a host in memory: it keeps the contract of AgentService, and does wrong only where its behaviour says so. Good for tens of thousands of instances. */
export function createFakeAgent(options: { facts?: Partial<HostFacts>; behaviour?: Partial<FakeBehaviour>; images?: string[] } = {}): FakeAgent {
  const host = new FakeHost(options.behaviour ?? {});
  const images = new Set(options.images);
  const setups = createFakeSetups();
  const facts = { ...goodFacts, ...options.facts };
  return {
    behaviour: host.behaviour,
    facts,
    applied: host.applied,
    images,
    setups,
    get removed() {
      return host.removed;
    },
    status: (id) => host.statuses.get(id),
    containersMade: (id) => host.made.get(id) ?? 0,
    exit: (id, how = {}) => host.change(id, { power: 'stopped', exitCode: 0, ...how, finishedAtMs: Date.now() }),
    removeBehindBack: (id) => host.change(id, { power: 'absent', containerId: '' }),
    addStray: (id) => host.report({ ...unknown(id), power: 'running', containerId: newContainerId(), startedAtMs: Date.now() }),
    goDown: () => host.goDown(),
    comeBack: (how) => host.comeBack(how?.forgetful ?? false),
    getHostFacts: async () => (host.assertUp(), facts),
    applyInstance: async (request) => host.apply(request),
    watchInstances: (request, signal) => host.watch(request.epoch, signal),
    readLogs: async function* ({ instanceId }) {
      host.assertUp();
      if (host.statuses.get(instanceId)?.containerId === undefined) throw new CloudError('notFound', 'The host has no such instance.');
      yield Buffer.from(`console of ${instanceId}\n`);
    },
    getInstanceStats: async (instanceId) => {
      host.assertUp();
      if (host.statuses.get(instanceId)?.power !== 'running') throw new CloudError('conflict', 'The instance does not run, so it uses nothing.', { reason: 'notRunning' });
      return { cpuTimeNs: 1e9, cpuPercent: 12.5, memoryBytes: 2 ** 20, memoryLimitBytes: 2 ** 26, pids: 1, blockReadBytes: 0, blockWriteBytes: 0, interfaces: [] };
    },
    hasImage: async (engineId) => (host.assertUp(), images.has(engineId)),
    putImage: async (image, archive) => {
      host.assertUp();
      for await (const _ of archive);
      images.add(image.engineId);
    },
    startSetup: async (request) => {
      host.assertUp();
      host.fence(request.epoch);
      setups.start(request);
    },
    watchSetup: (request, signal) => host.untilDown(setups.watch(request, AbortSignal.any([signal, host.downSignal]))),
    removeAgent: async ({ epoch }) => {
      host.assertUp();
      host.fence(epoch);
      host.removed = true;
      host.goDown();
    },
  };
}

class FakeHost {
  readonly behaviour: FakeBehaviour;
  readonly applied: ApplyInstance[] = [];
  readonly statuses = new Map<string, InstanceStatus>();
  readonly made = new Map<string, number>();
  readonly #newest = new Map<string, number>();
  readonly #feed = createStatusFeed(() => [...this.statuses.values()]);
  removed = false;
  #down = new AbortController();
  #epoch = 0;

  constructor(behaviour: Partial<FakeBehaviour>) {
    this.behaviour = { workMs: 0, failure: () => undefined, refusal: () => undefined, losesReply: () => false, ...behaviour };
  }

  assertUp(): void {
    if (this.#down.signal.aborted) throw new CloudError('unavailable', 'The agent does not answer.');
  }

  goDown(): void {
    this.#down.abort();
  }

  get downSignal(): AbortSignal {
    return this.#down.signal;
  }

  /** The items, and `unavailable` when the host goes down under way. */
  async *untilDown<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
    this.assertUp();
    const down = this.#down.signal;
    yield* items;
    if (down.aborted) throw new CloudError('unavailable', 'The agent went away.');
  }

  comeBack(forgetful: boolean): void {
    this.#down = new AbortController();
    if (!forgetful) return;
    this.#newest.clear();
    for (const [id, status] of this.statuses) {
      if (status.power === 'absent') this.statuses.delete(id);
      else this.statuses.set(id, { ...status, generation: 0, error: undefined });
    }
  }

  apply(request: ApplyInstance): void {
    this.assertUp();
    this.fence(request.epoch);
    const refusal = this.behaviour.refusal(request);
    if (refusal !== undefined) throw refusal;
    this.applied.push(request);
    const { id } = request.spec;
    if (request.generation > (this.#newest.get(id) ?? 0)) {
      this.#newest.set(id, request.generation);
      if (this.behaviour.workMs === 0) this.#reach(request);
      else setTimeout(() => this.#reach(request), this.behaviour.workMs);
    }
    if (this.behaviour.losesReply(request)) throw new CloudError('unavailable', 'The reply was lost.');
  }

  async *watch(epoch: number, signal: AbortSignal): AsyncGenerator<InstancesUpdate> {
    this.assertUp();
    this.fence(epoch);
    yield* this.untilDown(this.#feed.watch(AbortSignal.any([signal, this.downSignal])));
  }

  change(id: string, changes: Partial<InstanceStatus>): void {
    const status = this.statuses.get(id);
    if (status === undefined) throw new Error(`the fake host has no instance ${id}`);
    this.report({ ...status, ...changes });
  }

  report(status: InstanceStatus): void {
    this.statuses.set(status.id, status);
    this.#feed.publish(status);
  }

  fence(epoch: number): void {
    if (epoch < this.#epoch) throw new CloudError('conflict', `Another replica owns this host (epoch ${this.#epoch}).`, { reason: 'staleEpoch' });
    this.#epoch = epoch;
  }

  #reach(request: ApplyInstance): void {
    const { spec, generation } = request;
    if (this.#newest.get(spec.id) !== generation) return;
    const before = this.statuses.get(spec.id) ?? unknown(spec.id);
    const failure = this.behaviour.failure(request);
    if (failure !== undefined) return this.report({ ...before, generation, error: { ...failure, step: 'start-container' } });
    if (before.power === 'absent' && spec.power !== 'absent') this.made.set(spec.id, (this.made.get(spec.id) ?? 0) + 1);
    this.report(reachedBy(before, request));
  }
}

/** The status of an instance whose spec was reached. */
function reachedBy(before: InstanceStatus, { spec, generation }: ApplyInstance): InstanceStatus {
  const reached = { ...before, generation, error: undefined, power: spec.power, restarts: Math.max(before.restarts, spec.restarts), lostToRestart: false };
  if (spec.power === 'absent') return { ...reached, containerId: '' };
  if (before.power === 'absent') reached.containerId = newContainerId();
  if (spec.power === 'stopped') return before.power === 'running' ? { ...reached, exitCode: 143, finishedAtMs: Date.now() } : reached;
  const isStarted = before.power === 'absent' || before.power === 'stopped' || spec.restarts > before.restarts;
  return isStarted ? { ...reached, startedAtMs: Date.now(), finishedAtMs: 0, exitCode: 0, oomKilled: false } : reached;
}

function unknown(id: string): InstanceStatus {
  return { id, generation: 0, power: 'absent', containerId: '', exitCode: 0, oomKilled: false, startedAtMs: 0, finishedAtMs: 0, error: undefined, step: '', restarts: 0, lostToRestart: false };
}

function newContainerId(): string {
  return randomBytes(32).toString('hex');
}
