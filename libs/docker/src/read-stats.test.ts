import type { ContainerStats } from 'dockerode';
import { expect, test } from 'vitest';
import { toStats } from './read-stats.ts';

/** A reply of Engine 20.10 with cgroup v1, cut to what is used. */
const v1 = {
  read: '2026-03-01T12:00:02.500000000Z', preread: '2026-03-01T12:00:01.500000000Z',
  pids_stats: { current: 3 },
  blkio_stats: { io_service_bytes_recursive: [{ major: 254, minor: 0, op: 'Read', value: 4096 }, { major: 254, minor: 0, op: 'Write', value: 100 }, { major: 8, minor: 0, op: 'Write', value: 28 }, { major: 254, minor: 0, op: 'Total', value: 4224 }] },
  cpu_stats: { cpu_usage: { total_usage: 2_000_000_000 } }, precpu_stats: { cpu_usage: { total_usage: 1_250_000_000 } },
  memory_stats: { usage: 10_000, limit: 67_108_864, stats: { total_inactive_file: 4000, inactive_file: 1 } },
};

test('the CPU is a rate over the time between two samples, and what the kernel would give back is no use of memory', () => {
  expect(toStats(v1 as unknown as ContainerStats)).toEqual({
    cpuTimeNs: 2_000_000_000, cpuPercent: 75, memoryBytes: 6000, memoryLimitBytes: 67_108_864, pids: 3, blockReadBytes: 4096, blockWriteBytes: 128,
  });
});

test('cgroup v2 has other words', () => {
  const v2 = { ...v1, memory_stats: { usage: 10_000, limit: 5, stats: { inactive_file: 1000 } }, blkio_stats: { io_service_bytes_recursive: [{ op: 'read', value: 7 }, { op: 'write', value: 9 }] } };
  expect(toStats(v2 as unknown as ContainerStats)).toMatchObject({ memoryBytes: 9000, blockReadBytes: 7, blockWriteBytes: 9 });
});

test('without a first sample, and without counters, nothing is made up', () => {
  const bare = { ...v1, preread: v1.read, blkio_stats: { io_service_bytes_recursive: null }, pids_stats: {} };
  expect(toStats(bare as unknown as ContainerStats)).toMatchObject({ cpuPercent: 0, pids: 0, blockReadBytes: 0 });
});
