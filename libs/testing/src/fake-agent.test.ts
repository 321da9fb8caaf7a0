import { CloudError, type InstanceSpec, type InstancesUpdate, type InstanceStatus } from '@novadock/model';
import { expect, test } from 'vitest';
import { createFakeAgent, type FakeAgent } from './fake-agent.ts';

const spec = (id: string, more: Partial<InstanceSpec> = {}): InstanceSpec => ({
  id, name: id, hostname: id, projectId: 'p', power: 'running', restarts: 0, restartHard: false, image: { id: 'i', engineId: 'sha256:0' }, vcpus: 1, memoryMb: 64, pidsLimit: 100,
  stopTimeoutSeconds: 1, env: [], command: [], authorizedKeys: [], ports: [], ...more,
});

const signal = () => new AbortController().signal;
const next = async (updates: AsyncIterator<InstancesUpdate>) => (await updates.next()).value as InstancesUpdate;
const watch = (agent: FakeAgent, epoch = 1) => agent.watchInstances({ epoch }, signal())[Symbol.asyncIterator]();

test('a spec is reached, told of, and a generation counts once', async () => {
  const agent = createFakeAgent();
  const updates = watch(agent);
  expect(await next(updates)).toEqual({ all: [] });
  await agent.applyInstance({ spec: spec('a'), generation: 1, epoch: 1 });
  expect(await next(updates)).toMatchObject({ one: { id: 'a', generation: 1, power: 'running' } });
  agent.exit('a', { exitCode: 3 });
  await agent.applyInstance({ spec: spec('a'), generation: 1, epoch: 1 });
  expect(await next(updates)).toMatchObject({ one: { id: 'a', power: 'stopped', exitCode: 3 } });
  await agent.applyInstance({ spec: spec('a', { power: 'absent' }), generation: 2, epoch: 1 });
  expect(await next(updates)).toMatchObject({ one: { id: 'a', generation: 2, power: 'absent', containerId: '' } });
  expect(agent.containersMade('a')).toBe(1);
});

test('it fails, refuses and loses replies as it is told, and only then', async () => {
  const agent = createFakeAgent();
  agent.behaviour.failure = ({ spec: { id } }) => (id === 'bad' ? { code: 'conflict', message: 'no image' } : undefined);
  agent.behaviour.losesReply = ({ spec: { id } }) => id === 'lost';
  agent.behaviour.refusal = ({ spec: { id } }) => (id === 'refused' ? new CloudError('invalid', 'no') : undefined);
  const apply = (id: string) => agent.applyInstance({ spec: spec(id), generation: 1, epoch: 1 });
  await apply('good');
  await apply('bad');
  await expect(apply('lost')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(apply('refused')).rejects.toMatchObject({ code: 'invalid' });
  expect(['good', 'bad', 'lost', 'refused'].map((id) => agent.status(id)?.power)).toEqual(['running', 'absent', 'running', undefined]);
  expect(agent.status('bad')?.error).toMatchObject({ code: 'conflict', message: 'no image' });
});

test('a lower epoch is refused', async () => {
  const agent = createFakeAgent();
  await agent.applyInstance({ spec: spec('a'), generation: 1, epoch: 2 });
  await expect(agent.applyInstance({ spec: spec('a'), generation: 2, epoch: 1 })).rejects.toMatchObject({ code: 'conflict', reason: 'staleEpoch' });
  await expect(next(watch(agent, 1))).rejects.toMatchObject({ reason: 'staleEpoch' });
});

test('down, it ends streams and answers nothing; restarted, it knows what runs and no generation', async () => {
  const agent = createFakeAgent();
  await agent.applyInstance({ spec: spec('a'), generation: 4, epoch: 1 });
  const updates = watch(agent);
  await next(updates);
  const end = next(updates);
  agent.goDown();
  await expect(end).rejects.toMatchObject({ code: 'unavailable' });
  await expect(agent.getHostFacts()).rejects.toMatchObject({ code: 'unavailable' });
  agent.comeBack({ forgetful: true });
  expect(await next(watch(agent))).toMatchObject({ all: [{ id: 'a', generation: 0, power: 'running' }] });
});

test('work that takes a while gives way to a newer spec', async () => {
  const agent = createFakeAgent({ behaviour: { workMs: 20 } });
  const updates = watch(agent);
  await next(updates);
  await agent.applyInstance({ spec: spec('a'), generation: 1, epoch: 1 });
  await agent.applyInstance({ spec: spec('a', { power: 'stopped' }), generation: 2, epoch: 1 });
  expect(await next(updates)).toMatchObject({ one: { generation: 2, power: 'stopped' } });
});

test('20,000 instances are booted and told of in seconds', async () => {
  const agent = createFakeAgent();
  const updates = watch(agent);
  await next(updates);
  const startedAt = performance.now();
  for (let i = 0; i < 20_000; i += 1) await agent.applyInstance({ spec: spec(`i${i}`), generation: 1, epoch: 1 });
  const seen = new Set<string>();
  while (seen.size < 20_000) seen.add(((await next(updates)) as { one: InstanceStatus }).one.id);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
