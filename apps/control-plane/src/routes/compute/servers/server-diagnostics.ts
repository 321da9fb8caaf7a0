import { getInstance, getInstanceStats, type InstanceView } from '@novadock/cloud';
import { CloudError, serverStatus, type InstanceStats } from '@novadock/model';
import type { Route } from '../../../deps.ts';
import { projectCallerOf } from '../../../plugins/auth.ts';

/** GET /servers/{id}/diagnostics, for administrators: a sample of what the server uses. */
export const showDiagnostics: Route = (app, deps) => {
  app.get<{ Params: { id: string } }>('/servers/:id/diagnostics', { config: { adminPolicy: 'os_compute_api:os-server-diagnostics' } }, async (request) => {
    const auth = projectCallerOf(request);
    const instance = await getInstance(deps.cloud, auth, request.params.id);
    const { vmState } = serverStatus(instance);
    if (vmState !== 'active' && vmState !== 'paused') throw new CloudError('conflict', `Cannot 'get_diagnostics' instance ${instance.id} while it is in vm_state ${vmState}`);
    const stats = await getInstanceStats(deps.cloud, auth, instance.id);
    return request.microversion >= 48 ? toDiagnostics(instance, stats, new Date()) : toLegacyDiagnostics(stats);
  });
};

/** Free-form before 2.48; in the names that libvirt's driver gave. `memory` in KiB. */
function toLegacyDiagnostics(stats: InstanceStats): object {
  const nics = stats.interfaces.map(({ rxBytes, rxPackets, txBytes, txPackets }, index) => {
    const nic = `eth${index}`;
    return { [`${nic}_rx`]: rxBytes, [`${nic}_rx_packets`]: rxPackets, [`${nic}_tx`]: txBytes, [`${nic}_tx_packets`]: txPackets };
  });
  return Object.assign(
    { cpu0_time: stats.cpuTimeNs, memory: Math.floor(stats.memoryLimitBytes / 1024), 'memory-actual': Math.floor(stats.memoryBytes / 1024), pids: stats.pids, disk_read: stats.blockReadBytes, disk_write: stats.blockWriteBytes },
    ...nics,
  );
}

/** What is not measured is null. Memory in MiB, the uptime in seconds. */
function toDiagnostics(instance: InstanceView, stats: InstanceStats, now: Date): object {
  const paused = serverStatus(instance).vmState === 'paused';
  return {
    state: paused ? 'paused' : 'running',
    // The schema that is published for clients has a closed list of drivers, without Docker.
    driver: 'libvirt',
    hypervisor: 'docker',
    hypervisor_os: 'linux',
    uptime: instance.startedAt === null ? null : Math.max(0, Math.floor((now.getTime() - instance.startedAt.getTime()) / 1000)),
    config_drive: instance.configDrive,
    num_cpus: 1,
    num_nics: stats.interfaces.length,
    num_disks: 1,
    disk_details: [{ read_bytes: stats.blockReadBytes, read_requests: null, write_bytes: stats.blockWriteBytes, write_requests: null, errors_count: null }],
    // The engine counts the time of all CPUs together.
    cpu_details: [{ id: 0, time: stats.cpuTimeNs, utilisation: Math.min(100, Math.round(stats.cpuPercent)) }],
    nic_details: stats.interfaces.map(toNic),
    memory_details: { maximum: toMib(stats.memoryLimitBytes), used: toMib(stats.memoryBytes) },
  };
}

function toNic({ macAddress, rxBytes, rxPackets, txBytes, txPackets }: InstanceStats['interfaces'][number]): object {
  return {
    mac_address: macAddress,
    ...{ rx_octets: rxBytes, rx_errors: null, rx_drop: null, rx_packets: rxPackets, rx_rate: null },
    ...{ tx_octets: txBytes, tx_errors: null, tx_drop: null, tx_packets: txPackets, tx_rate: null },
  };
}

function toMib(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
