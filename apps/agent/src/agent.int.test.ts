import { setTimeout as delay } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { toCloudError, type ImageRef, type InstanceSpec, type InstanceStatus } from '@novadock/model';
import { makeNetwork, makePort, makeSpec } from '../../../libs/docker/src/testing/make-spec.ts';
import { ensureShellImage } from '../../../libs/docker/src/testing/shell-image.ts';
import { startTestAgent, type TestAgent } from './testing/start-agent.ts';

const docker = new Docker({ socketPath: '/var/run/docker.sock' });
let host: TestAgent;
let image: ImageRef;
let seen: Map<string, InstanceStatus>;
let generation = 0;
let watching: AbortController;
const specs: InstanceSpec[] = [];

beforeAll(async () => {
  image = await ensureShellImage();
  host = await startTestAgent();
  watch();
});

afterAll(async () => {
  watching.abort();
  await host.close();
});

afterEach(async () => {
  await Promise.all(specs.splice(0).map((spec) => reach(spec, { power: 'absent' })));
});

/** Keeps what the agent tells, as a control plane would: through its restarts. */
function watch(): void {
  seen = new Map();
  watching = new AbortController();
  const { signal } = watching;
  void (async () => {
    while (!signal.aborted) {
      try {
        for await (const update of host.agent.watchInstances({ epoch: 1 }, signal)) {
          if ('all' in update) seen = new Map(update.all.map((status) => [status.id, status]));
          else seen.set(update.one.id, update.one);
        }
      } catch {
        seen = new Map();
      }
      await delay(20);
    }
  })();
}

function newSpec(more: Partial<InstanceSpec> = {}): InstanceSpec {
  const spec = makeSpec(image, more);
  specs.push(spec);
  return spec;
}

/** Tells a new generation, again and again while the agent does not answer. */
async function apply(spec: InstanceSpec, more: Partial<InstanceSpec> = {}, epoch = 1): Promise<number> {
  const request = { spec: { ...spec, ...more }, generation: ++generation, epoch };
  await patiently(() => host.agent.applyInstance(request));
  return request.generation;
}

async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (toCloudError(error).code !== 'unavailable') throw error;
      await delay(20);
    }
  }
}

async function reach(spec: InstanceSpec, more: Partial<InstanceSpec> = {}): Promise<InstanceStatus> {
  const wanted = await apply(spec, more);
  return vi.waitUntil(() => seen.get(spec.id)?.generation === wanted && seen.get(spec.id), { timeout: 30_000, interval: 5 }) as Promise<InstanceStatus>;
}

const containersOf = (spec: InstanceSpec) => docker.listContainers({ all: true, filters: { label: [`novadock.instance=${spec.id}`, `novadock.cloud=${host.cloudId}`] } });

test('over the wire: a life from boot to end, with console, figures and facts', async () => {
  expect(await host.agent.getHostFacts()).toMatchObject({ engine: { ready: true }, vcpus: expect.any(Number) });
  const spec = newSpec({ ports: [makePort(makeNetwork(), '10.213.0.5')], command: ['sh', '-c', 'echo hello; sleep 9999'] });
  const running = await reach(spec);
  expect(running).toMatchObject({ power: 'running', error: undefined, containerId: expect.stringMatching(/^[0-9a-f]{64}$/), lostToRestart: false });
  expect(running.startedAtMs).toBe(Date.parse((await docker.getContainer(running.containerId).inspect()).State.StartedAt));
  const [chunk] = await Array.fromAsync(host.agent.readLogs({ instanceId: spec.id, tail: -1, follow: false, sinceMs: 0 }, AbortSignal.timeout(5000)));
  expect(Buffer.from(chunk ?? []).toString()).toBe('hello\n');
  expect(await host.agent.getInstanceStats(spec.id)).toMatchObject({ interfaces: [{ macAddress: spec.ports[0]?.macAddress }] });
  expect(await reach(spec, { power: 'paused' })).toMatchObject({ power: 'paused', containerId: running.containerId });
  expect(await reach(spec)).toMatchObject({ power: 'running', startedAtMs: running.startedAtMs });
  const restarted = await reach(spec, { restarts: 1, restartHard: true });
  expect(restarted).toMatchObject({ power: 'running', restarts: 1, containerId: running.containerId });
  expect(restarted.startedAtMs).toBeGreaterThan(running.startedAtMs);
  expect(await reach(spec, { restarts: 1, power: 'stopped' })).toMatchObject({ power: 'stopped', exitCode: 137 });
  expect(await reach(spec, { power: 'absent' })).toMatchObject({ power: 'absent', containerId: '' });
  expect(await containersOf(spec)).toEqual([]);
});

test('a guest that ends by itself is told of within a second, with its exit code, and not restarted', async () => {
  const spec = newSpec({ command: ['sh', '-c', 'sleep 1; exit 3'] });
  await reach(spec);
  const stopped = await vi.waitUntil(() => seen.get(spec.id)?.power === 'stopped' && seen.get(spec.id), { timeout: 10_000, interval: 5 }) as InstanceStatus;
  expect(stopped).toMatchObject({ exitCode: 3, oomKilled: false, error: undefined, lostToRestart: false });
  expect(Date.now() - stopped.finishedAtMs).toBeLessThan(1000);
  expect((await docker.getContainer(stopped.containerId).inspect()).State.Running).toBe(false);
});

test('what cannot be done is told as the failure of its generation, what cannot be meant is refused', async () => {
  const spec = newSpec({ command: ['/no/such/program'] });
  expect(await reach(spec)).toMatchObject({ power: 'stopped', error: { code: 'invalid', step: 'start-container', message: expect.stringContaining('/no/such/program') } });
  await expect(apply(newSpec({ memoryMb: 1 }))).rejects.toMatchObject({ code: 'invalid' });
});

test('a control plane that lost the host is refused, also by an agent that was restarted', async () => {
  const spec = newSpec();
  await apply(spec, {}, 1);
  await expect(apply(spec, {}, 0)).rejects.toMatchObject({ code: 'conflict', reason: 'staleEpoch' });
  await host.end('SIGTERM');
  await host.start();
  await expect(apply(spec, {}, 0)).rejects.toMatchObject({ reason: 'staleEpoch' });
});

test('an image that is there is not read again, however much of it is on its way', async () => {
  expect(await patiently(() => host.agent.hasImage(image.engineId))).toBe(true);
  async function* much() {
    for (let i = 0; i < 200; i += 1) yield Buffer.alloc(256 * 1024);
  }
  await host.agent.putImage(image, much());
});

describe('P3 nothing that runs is touched when the agent', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('is ended by %s and started again', async (signal) => {
    const spec = newSpec({ ports: [makePort(makeNetwork(), '10.213.0.5')] });
    const { containerId, startedAtMs } = await reach(spec);
    await host.end(signal);
    expect((await docker.getContainer(containerId).inspect()).State.Running).toBe(true);
    await host.start();
    await expect.poll(() => seen.get(spec.id)?.generation).toBe(0);
    expect(seen.get(spec.id)).toMatchObject({ containerId, startedAtMs, power: 'running', error: undefined });
    expect(host.enrolments()).toBe(1);
  });
});

describe('P1 at most one container for an instance, ever', () => {
  test('with many applies at once', async () => {
    const spec = newSpec();
    await Promise.all(Array.from({ length: 20 }, () => apply(spec)));
    await reach(spec);
    expect(await containersOf(spec)).toHaveLength(1);
  });

  test('with an agent that is killed at any moment of the boot, and told again', async () => {
    const spec = newSpec({ ports: [makePort(makeNetwork(), '10.213.0.5')] });
    const ids = new Set<string>();
    for (const pauseMs of [0, 10, 20, 40, 80, 160]) {
      await apply(spec);
      await delay(pauseMs);
      await host.end('SIGKILL');
      for (const { Id } of await containersOf(spec)) ids.add(Id);
      await host.start();
    }
    const { containerId } = await reach(spec);
    expect((await containersOf(spec)).map(({ Id }) => Id)).toEqual([containerId]);
    expect([...ids, containerId].every((id) => id === containerId)).toBe(true);
  });
});

test('P6 a container that is not ours is never touched, though it has the name that an instance would have', async () => {
  const spec = newSpec();
  const foreign = await docker.createContainer({ name: `nova-${spec.id}`, Image: image.engineId, Cmd: ['sleep', '9999'], HostConfig: { NetworkMode: 'none' } });
  try {
    await foreign.start();
    const { State: before } = await foreign.inspect();
    expect(await reach(spec)).toMatchObject({ power: 'absent', error: { code: 'conflict', message: expect.stringContaining(`nova-${spec.id}`) } });
    expect(await reach(spec, { power: 'absent' })).toMatchObject({ power: 'absent', error: undefined });
    expect((await foreign.inspect()).State).toEqual(before);
  } finally {
    await foreign.remove({ force: true });
  }
});
