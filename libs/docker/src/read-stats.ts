import type { ContainerStats } from 'dockerode';
import { CloudError, type InstanceStats } from '@novadock/model';
import type { Engine } from './engine.ts';
import { fromDockerError } from './errors.ts';
import { observe } from './observe.ts';

/** What an instance uses, as AgentService.getInstanceStats has it: the engine takes two samples, a second apart. Throws `notFound`, `conflict` when it does not run. */
export async function readStats(engine: Engine, instanceId: string): Promise<InstanceStats> {
  const { containerId, power } = await observe(engine, instanceId);
  if (power === 'absent') throw new CloudError('notFound', 'The host has no such instance.');
  if (power === 'stopped') throw new CloudError('conflict', 'The instance does not run, so it uses nothing.', { reason: 'notRunning' });
  const [stats, interfaces] = await Promise.all([
    engine.docker.getContainer(containerId).stats({ stream: false }).catch((error: unknown) => {
      throw fromDockerError(error);
    }),
    engine.network.readCounters(instanceId),
  ]);
  return { ...toStats(stats), interfaces };
}

export function toStats(stats: ContainerStats): Omit<InstanceStats, 'interfaces'> {
  const { cpu_stats: cpu, precpu_stats: before, memory_stats: memory, pids_stats: pids, blkio_stats: blocks } = stats;
  const cpuTimeNs = cpu.cpu_usage.total_usage;
  const elapsedNs = (Date.parse(stats.read) - Date.parse(stats.preread)) * 1e6;
  return {
    cpuTimeNs,
    cpuPercent: elapsedNs > 0 ? ((cpuTimeNs - before.cpu_usage.total_usage) / elapsedNs) * 100 : 0,
    memoryBytes: Math.max(0, (memory.usage ?? 0) - reclaimable(memory.stats)),
    memoryLimitBytes: memory.limit ?? 0,
    pids: pids?.current ?? 0,
    blockReadBytes: sumOf(blocks, 'read'),
    blockWriteBytes: sumOf(blocks, 'write'),
  };
}

/** Cached files that the kernel gives back at once, by the name of cgroup v1 or of v2; `docker stats` leaves them out too. */
function reclaimable(stats: object | undefined): number {
  const { total_inactive_file: v1, inactive_file: v2 } = (stats ?? {}) as { total_inactive_file?: number; inactive_file?: number };
  return v1 ?? v2 ?? 0;
}

type BlockEntry = { op: string; value: number };

// The kernel's words begin with a capital in cgroup v1, and not in v2.
function sumOf(blocks: ContainerStats['blkio_stats'], op: string): number {
  const entries = (blocks?.io_service_bytes_recursive ?? []) as BlockEntry[];
  return entries.filter((entry) => entry.op.toLowerCase() === op).reduce((sum, { value }) => sum + value, 0);
}
