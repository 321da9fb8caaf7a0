import { setTimeout as delay } from 'node:timers/promises';
import type { Container, ContainerEvent, Driver } from '@novadock/docker';
import { CloudError, plan, toCloudError, type InstanceError, type InstanceSpec, type InstanceStatus, type Step } from '@novadock/model';
import type { Logger } from 'pino';
import type { RestartCounts } from './restart-counts.ts';

export type QueueDeps = {
  driver: Driver;
  restartCounts: RestartCounts;
  wasLostToRestart: (container: Container) => boolean;
  publish: (status: InstanceStatus) => void;
  log: Logger;
  signal: AbortSignal;
  retry?: Retry;
};

/** How long it is waited before something is tried again, and how often that is done with an engine that answers. */
export type Retry = { firstMs: number; mostMs: number; times: number };

export type Want = { spec: InstanceSpec; generation: number };

/** A step that takes longer is told of while it is done. */
const slowMs = 1000;
const patience: Retry = { firstMs: 100, mostMs: 2000, times: 60 };
/** No way from anywhere to anywhere has this many steps: somebody else is changing the container back. */
const mostSteps = 12;

/**
 * The work on one instance, one step after another, and what is known of its container. A newer spec takes the place of the one
 * that is worked on as soon as its step is done. A generation is applied once: when it is reached, or has failed, only what is
 * seen is told.
 */
export class InstanceQueue {
  readonly id: string;
  readonly #deps: QueueDeps;
  #want: Want | undefined;
  #reached = 0;
  #error: InstanceError | undefined;
  #step: Step | undefined;
  #have: Container | undefined;
  /** What is known may be wrong: a call failed, whose effect may have come all the same. */
  #inDoubt = false;
  #working = false;
  #looking = false;
  #newestEventMs = 0;
  #published = '';

  constructor(id: string, have: Container | undefined, deps: QueueDeps) {
    this.id = id;
    this.#have = have;
    this.#deps = deps;
  }

  get have(): Container | undefined {
    return this.#have;
  }

  /** When the instance was found gone, and nothing is left to do for it; undefined before. */
  get goneAtMs(): number | undefined {
    const isWanted = this.#want !== undefined && (this.#want.spec.power !== 'absent' || this.#reached < this.#want.generation || this.#error !== undefined);
    return this.#have?.power === 'absent' && !isWanted ? this.#have.seenAtMs : undefined;
  }

  /** Takes a spec to work on, unless it knows of that generation or of a newer one. */
  apply(want: Want): void {
    if (want.generation <= (this.#want?.generation ?? 0)) return;
    this.#want = want;
    if (!this.#working) void this.#work();
  }

  /** Something happened to the container: looks at it, unless it did since. */
  noticed(event: ContainerEvent): void {
    this.#newestEventMs = Math.max(this.#newestEventMs, event.atMs);
    void this.#lookIfNews();
  }

  /** Takes over what a list of all containers said of this one. */
  seen(container: Container): void {
    if (this.#working || container.seenAtMs < (this.#have?.seenAtMs ?? 0)) return;
    this.#have = container;
    this.#publishChange();
  }

  status(): InstanceStatus | undefined {
    if (this.#have === undefined) return undefined;
    const { power, containerId, exitCode, oomKilled, startedAtMs, finishedAtMs } = this.#have;
    return {
      id: this.id, generation: this.#reached, power, containerId, exitCode, oomKilled, startedAtMs, finishedAtMs, error: this.#error,
      step: this.#step?.do ?? '', restarts: this.#restarts(this.#have), lostToRestart: this.#deps.wasLostToRestart(this.#have),
    };
  }

  #restarts(have: Container): number {
    return Math.max(have.restarts, this.#deps.restartCounts.get(this.id));
  }

  async #work(): Promise<void> {
    this.#working = true;
    let failures = 0;
    let steps = 0;
    for (let want = this.#want; want !== undefined && this.#reached < want.generation && !this.#deps.signal.aborted; want = this.#want) {
      try {
        if (steps++ > mostSteps) throw new CloudError('internal', 'The container does not stay as it is made: something else on the host changes it.');
        const isDone = await this.#advance(want);
        failures = 0;
        if (!isDone) continue;
        this.#settle(want, undefined);
        steps = 0;
      } catch (error) {
        const failure = toCloudError(error);
        this.#inDoubt = true;
        if (this.#isWorthRetry(failure, failures)) await this.#pause(failure, failures++);
        else await this.#fail(want, failure);
        steps = 0;
      }
    }
    this.#working = false;
    await this.#lookIfNews();
  }

  /** Does the next step; true when there is none, or nothing more to be had. */
  async #advance({ spec }: Want): Promise<boolean> {
    const have = await this.#look();
    const step = plan(spec, { power: have.power, network: have.network, restarts: this.#restarts(have) });
    if (step === undefined) return true;
    await this.#do(step, spec, have);
    // A guest that ends as soon as it is started has been started; whether it should be again is not for the agent to say.
    return step.do === 'start-container' && this.#have?.power === 'stopped';
  }

  async #look(): Promise<Container> {
    if (this.#have === undefined || this.#inDoubt) this.#have = await this.#deps.driver.observe(this.id, this.#have?.containerId);
    this.#inDoubt = false;
    return this.#have;
  }

  async #do(step: Step, spec: InstanceSpec, have: Container): Promise<void> {
    this.#step = step;
    const slow = setTimeout(() => this.#publishChange(), slowMs);
    try {
      this.#have = await this.#deps.driver.run(step.do, spec, have);
      if (step.restart === true) await this.#deps.restartCounts.set(this.id, spec.restarts);
      if (step.do === 'release-network') await this.#deps.restartCounts.forget(this.id);
    } finally {
      clearTimeout(slow);
    }
    this.#step = undefined;
  }

  #settle(want: Want, error: InstanceError | undefined): void {
    this.#reached = want.generation;
    this.#error = error;
    this.#step = undefined;
    this.#publishChange();
  }

  async #fail(want: Want, failure: CloudError): Promise<void> {
    const step = this.#step?.do ?? '';
    this.#deps.log.warn({ instance: this.id, generation: want.generation, step, err: failure }, 'instance not brought to its spec');
    await this.#look().catch(() => {});
    if (this.#want === want) this.#settle(want, { code: failure.code, message: failure.message, step });
  }

  /** An engine that is away comes back; one that answers, and cannot for so long, will not. */
  #isWorthRetry({ code, reason }: CloudError, failures: number): boolean {
    return code === 'unavailable' && (reason === 'engineDown' || failures < this.#retry.times);
  }

  get #retry(): Retry {
    return this.#deps.retry ?? patience;
  }

  async #pause(failure: CloudError, failures: number): Promise<void> {
    if (failures === 0) this.#deps.log.warn({ instance: this.id, step: this.#step?.do, err: failure }, 'tried again until it can be done');
    const { firstMs, mostMs } = this.#retry;
    await delay(Math.min(firstMs * 2 ** failures, mostMs), undefined, { signal: this.#deps.signal }).catch(() => {});
  }

  /** Looks at the container when something happened since it was looked at last. While a step is done, that is left to the step. */
  async #lookIfNews(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    while (!this.#working && this.#newestEventMs >= (this.#have?.seenAtMs ?? 0) && this.#newestEventMs > 0) {
      this.#newestEventMs = 0;
      // What cannot be looked at now is in the list that the engine is asked for when it is back.
      const seen = await this.#deps.driver.observe(this.id, this.#have?.containerId).catch(() => undefined);
      if (seen !== undefined) this.seen(seen);
    }
    this.#looking = false;
  }

  #publishChange(): void {
    const status = this.status();
    const text = JSON.stringify(status);
    if (status === undefined || text === this.#published) return;
    this.#published = text;
    this.#deps.publish(status);
  }
}
