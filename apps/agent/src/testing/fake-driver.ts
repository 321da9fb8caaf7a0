import { randomBytes } from 'node:crypto';
import { absentContainer, type Container, type ContainerEvent, type Driver } from '@novadock/docker';
import { CloudError, type InstanceSpec, type StepName } from '@novadock/model';

/** A step, or `observe`, goes wrong: before it has an effect, or after it, so that only the reply is lost. */
type Fault = { step: StepName | 'observe'; error: CloudError; effect: boolean };

/** An engine in memory, which goes wrong where a test tells it to. */
export type FakeDriver = Driver & {
  /** The steps that were begun, in order. */
  calls: StepName[];
  /** How often a container was looked at, alone or in a list. */
  looks: number;
  containers: Map<string, Container>;
  /** The next time the step is done, or the next few times, it fails. */
  failNext(step: Fault['step'], error: CloudError, options?: { effect?: boolean; times?: number }): void;
  /** Steps of this name wait until the promise is fulfilled. */
  holdNext(step: StepName): () => void;
  goDown(): void;
  comeBack(): void;
  /** The guest ends by itself, and the engine tells. */
  exit(instanceId: string, exitCode: number): void;
  /** Something happens to the container without an event. */
  change(instanceId: string, changes: Partial<Container>): void;
};

export const engineDown = new CloudError('unavailable', 'The Docker Engine does not answer.', { reason: 'engineDown' });

export function createFakeDriver(): FakeDriver {
  const engine = new FakeEngine();
  const { containers } = engine;
  const driver: FakeDriver = {
    calls: [],
    get looks() {
      return engine.looks;
    },
    set looks(count) {
      engine.looks = count;
    },
    containers,
    failNext: (step, error, { effect = false, times = 1 } = {}) => void engine.faults.push(...Array.from({ length: times }, () => ({ step, error, effect }))),
    holdNext: (step) => engine.hold(step),
    goDown: () => engine.goDown(),
    comeBack: () => engine.comeBack(),
    exit: (instanceId, exitCode) => {
      driver.change(instanceId, { power: 'stopped', exitCode, finishedAtMs: Date.now() });
      engine.tell({ instanceId, action: 'die', atMs: Date.now() });
    },
    change: (instanceId, changes) => void containers.set(instanceId, { ...engine.look(instanceId), ...changes }),
    run: (step, spec, have) => {
      driver.calls.push(step);
      return engine.run(step, spec, have);
    },
    observe: async (instanceId) => {
      engine.assertUp();
      engine.fail('observe');
      return engine.look(instanceId);
    },
    observeAll: async (known) => {
      engine.assertUp();
      const there = [...containers.values()].filter(({ power }) => power !== 'absent');
      return there.map(({ instanceId, power }) => {
        const before = known(instanceId);
        return before?.power === power ? before : engine.look(instanceId);
      });
    },
    watchEvents: async (signal) => {
      engine.assertUp();
      return engine.listen(signal);
    },
    ensureNetwork: async () => {},
    readLogs: async function* () {
      yield Buffer.from('a line\n');
    },
    readStats: async () => Promise.reject(engineDown),
    hasImage: async () => true,
    putImage: async () => {},
  };
  return driver;
}

class FakeEngine {
  readonly containers = new Map<string, Container>();
  readonly faults: Fault[] = [];
  looks = 0;
  readonly #gates = new Map<StepName, Promise<void>>();
  readonly #listeners = new Set<(event: ContainerEvent | undefined) => void>();
  #down = false;

  assertUp(): void {
    if (this.#down) throw engineDown;
  }

  goDown(): void {
    this.#down = true;
    this.#listeners.forEach((hear) => hear(undefined));
  }

  comeBack(): void {
    this.#down = false;
  }

  hold(step: StepName): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gates.set(step, promise);
    return resolve;
  }

  /** Throws when it was told to; a fault that has an effect is given back, to be thrown after that. */
  fail(step: Fault['step']): Fault | undefined {
    const index = this.faults.findIndex((fault) => fault.step === step);
    const fault = index < 0 ? undefined : this.faults.splice(index, 1)[0];
    if (fault?.effect === false) throw fault.error;
    return fault;
  }

  look(instanceId: string): Container {
    this.looks += 1;
    return { ...(this.containers.get(instanceId) ?? absentContainer({ instanceId, network: 'none', seenAtMs: 0 })), seenAtMs: Date.now() };
  }

  async run(step: StepName, spec: InstanceSpec, have: Container): Promise<Container> {
    const gate = this.#gates.get(step);
    this.#gates.delete(step);
    await gate;
    this.assertUp();
    const lostReply = this.fail(step);
    const after = effects[step](this.containers.get(spec.id) ?? have, spec);
    if (after.power === 'absent' && after.network === 'none') this.containers.delete(spec.id);
    else this.containers.set(spec.id, after);
    if (lostReply !== undefined) throw lostReply.error;
    return { ...after, seenAtMs: Date.now() };
  }

  tell(event: ContainerEvent): void {
    this.#listeners.forEach((hear) => hear(event));
  }

  /** Listens from now on, as an engine's stream does, though it may be read later. */
  listen(signal: AbortSignal): AsyncIterable<ContainerEvent> {
    const queue: (ContainerEvent | undefined)[] = [];
    let wake = () => {};
    const hear = (event: ContainerEvent | undefined) => {
      queue.push(event);
      wake();
    };
    const listeners = this.#listeners.add(hear);
    signal.addEventListener('abort', () => hear(undefined));
    return (async function* () {
      for (;;) {
        while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const event = queue.shift();
        if (event === undefined) break;
        yield event;
      }
      listeners.delete(hear);
    })();
  }
}

/** What each step makes of a container. A second one of an instance is never made, as the engine's names see to. */
const effects: Record<StepName, (have: Container, spec: InstanceSpec) => Container> = {
  'create-container': (have, { restarts }) => (have.power === 'absent' ? { ...have, containerId: randomBytes(32).toString('hex'), power: 'stopped', network: 'ready', restarts } : have),
  'prepare-network': (have) => ({ ...have, network: 'ready' }),
  'start-container': (have) => (have.power === 'running' ? have : { ...have, power: 'running', startedAtMs: Date.now(), finishedAtMs: 0, exitCode: 0 }),
  'stop-container': (have) => ({ ...have, power: 'stopped', finishedAtMs: Date.now(), exitCode: 143 }),
  'kill-container': (have) => ({ ...have, power: 'stopped', finishedAtMs: Date.now(), exitCode: 137 }),
  'pause-container': (have) => ({ ...have, power: 'paused' }),
  'unpause-container': (have) => ({ ...have, power: 'running' }),
  'remove-container': ({ instanceId }) => absentContainer({ instanceId, network: 'partial', seenAtMs: Date.now() }),
  'release-network': (have) => ({ ...have, network: 'none' }),
};
