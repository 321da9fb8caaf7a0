import { randomUUID } from 'node:crypto';
import type { AgentService, ApplyInstance, InstanceStatus } from '@novadock/model';
import { expect, test } from 'vitest';
import { recordStray } from './record-stray.ts';
import { createTestCloud } from '../testing/test-cloud.ts';

test('P6: a stray container of ours is reported first, and removed only after its grace', async () => {
  const t = await createTestCloud();
  const { id: hostId } = await t.addHost('host1');
  const stray: InstanceStatus = { id: randomUUID(), generation: 4, power: 'running', containerId: 'c9', exitCode: 0, oomKilled: false, startedAtMs: 1, finishedAtMs: 0, error: undefined, step: '', restarts: 0, lostToRestart: false };
  const applied: ApplyInstance[] = [];
  const agent = { applyInstance: async (request: ApplyInstance) => void applied.push(request) } as unknown as AgentService;
  const deal = (graceMs: number) => recordStray(t.cloud, { hostId, agent, epoch: 3 }, stray, graceMs);

  expect(await deal(0)).toBe('reported');
  expect(applied).toEqual([]);
  expect(await deal(60_000)).toBe('waiting');
  expect(applied).toEqual([]);
  expect(await deal(0)).toBe('removed');
  expect(applied).toMatchObject([{ spec: { id: stray.id, power: 'absent' }, generation: 5, epoch: 3 }]);
  const events = await t.store.prisma.event.findMany({ where: { subjectId: stray.id }, orderBy: { id: 'asc' } });
  expect(events.map(({ kind }) => kind)).toEqual(['instance.stray', 'instance.stray-removed']);
  await t.close();
});
