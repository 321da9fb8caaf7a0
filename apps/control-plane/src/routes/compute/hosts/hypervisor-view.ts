import type { HostView } from '@novadock/cloud';
import type { HostFacts } from '@novadock/model';

/** What every answer on a hypervisor begins with. Its id is a number before 2.53. */
export function toHypervisorLink(host: HostView, version: number): { id: string | number } & Record<string, unknown> {
  return { id: idOf(host, version), hypervisor_hostname: host.name, state: host.up ? 'up' : 'down', status: host.enabled ? 'enabled' : 'disabled' };
}

/** A host as Nova's microversion 2.`version` shows a hypervisor. */
export function toHypervisor(host: HostView, version: number): object {
  const facts = host.facts as Partial<HostFacts>;
  const cpu = { arch: facts.architecture ?? '', model: facts.cpuModel ?? '' };
  return {
    ...toHypervisorLink(host, version),
    hypervisor_type: 'docker',
    hypervisor_version: toVersionNumber(facts.engine?.version ?? ''),
    host_ip: toIp(host.address),
    service: { id: idOf(host, version), host: host.name, disabled_reason: host.disabledReason },
    ...toUsage(host),
    cpu_info: version >= 28 ? cpu : JSON.stringify(cpu),
  };
}

export const usageKeys = [
  'vcpus', 'memory_mb', 'local_gb', 'vcpus_used', 'memory_mb_used', 'local_gb_used', 'free_ram_mb', 'free_disk_gb', 'current_workload', 'running_vms', 'disk_available_least',
] as const;

/** What a host has and what its instances claim of it. */
export function toUsage(host: HostView): Record<(typeof usageKeys)[number], number> {
  return {
    vcpus: host.vcpus,
    memory_mb: host.memoryMb,
    local_gb: host.diskGb,
    vcpus_used: host.usedVcpus,
    memory_mb_used: host.usedMemoryMb,
    local_gb_used: host.usedDiskGb,
    free_ram_mb: host.memoryMb - host.usedMemoryMb,
    free_disk_gb: host.diskGb - host.usedDiskGb,
    current_workload: 0,
    running_vms: host.instances,
    disk_available_least: (host.facts as Partial<HostFacts>).diskFreeGb ?? 0,
  };
}

/** Hosts and their services are one here, so they share an id: a number before 2.53. */
export function idOf(host: HostView, version: number): string | number {
  return version >= 53 ? host.id : host.number;
}

/** `20.10.24` as 20010024. */
function toVersionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = (/^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? []).slice(1).map((part) => Number(part ?? 0));
  return major * 1_000_000 + minor * 1000 + patch;
}

/** The address of an agent without its port. */
function toIp(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
