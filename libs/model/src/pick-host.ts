/** A host as the choice of one sees it. Capacities are physical; the ratios below say how far they are overcommitted. */
export type HostCandidate = {
  id: string;
  name: string;
  enabled: boolean;
  /** Its agent answers. */
  up: boolean;
  engineReady: boolean;
  engineReason: string;
  /** It has come back just now, and a rollout that it was away from has not looked yet whether it gets its target first (R13). */
  isReturning: boolean;
  architecture: string;
  availabilityZone: string;
  vcpus: number;
  memoryMb: number;
  diskGb: number;
  usedVcpus: number;
  usedMemoryMb: number;
  usedDiskGb: number;
};

export type Placement = { vcpus: number; memoryMb: number; diskGb: number; architecture: string; availabilityZone: string | null; hostName?: string };

/** Nova's defaults for cpu_allocation_ratio, ram_allocation_ratio and disk_allocation_ratio. */
export const overcommit = { vcpus: 16, memoryMb: 1.5, diskGb: 1 } as const;

/** The host with the most free memory that can take the instance, or for each host why it cannot. */
export function pickHost(hosts: readonly HostCandidate[], wanted: Placement): { host: HostCandidate } | { refusals: { host: string; why: string }[] } {
  const refusals: { host: string; why: string }[] = [];
  let best: HostCandidate | undefined;
  for (const host of hosts) {
    const why = refusal(host, wanted);
    if (why !== undefined) refusals.push({ host: host.name, why });
    else if (best === undefined || freeMemoryMb(host) > freeMemoryMb(best)) best = host;
  }
  return best === undefined ? { refusals } : { host: best };
}

function freeMemoryMb(host: HostCandidate): number {
  return host.memoryMb * overcommit.memoryMb - host.usedMemoryMb;
}

function refusal(host: HostCandidate, wanted: Placement): string | undefined {
  if (wanted.hostName !== undefined && wanted.hostName !== host.name) return `not the host that was asked for (${wanted.hostName})`;
  if (wanted.availabilityZone !== null && wanted.availabilityZone !== host.availabilityZone) return `in availability zone ${host.availabilityZone}, not ${wanted.availabilityZone}`;
  if (!host.enabled) return 'disabled';
  if (!host.up) return 'its agent does not answer';
  if (host.isReturning) return 'it has come back just now, and a rollout looks at it first: try again in a moment';
  if (!host.engineReady) return `its engine is not ready: ${host.engineReason}`;
  if (host.architecture !== wanted.architecture) return `its CPU is ${host.architecture}, the image is for ${wanted.architecture}`;
  return tooLittle(host, wanted);
}

function tooLittle(host: HostCandidate, wanted: Placement): string | undefined {
  return beyond('vcpus', '', host.vcpus, wanted.vcpus)
    ?? beyond('memory', ' MB', host.memoryMb, wanted.memoryMb)
    ?? lack('vcpus', '', host.vcpus * overcommit.vcpus - host.usedVcpus, wanted.vcpus)
    ?? lack('memory', ' MB', host.memoryMb * overcommit.memoryMb - host.usedMemoryMb, wanted.memoryMb)
    ?? lack('disk', ' GB', host.diskGb * overcommit.diskGb - host.usedDiskGb, wanted.diskGb);
}

/** Overcommit is for many: one instance never gets more than there is. */
function beyond(what: string, unit: string, total: number, need: number): string | undefined {
  return need > total ? `too small: it has ${total}${unit}${unit === '' ? ` ${what}` : ` of ${what}`}, ${need}${unit} needed` : undefined;
}

function lack(what: string, unit: string, free: number, need: number): string | undefined {
  return need > free ? `not enough ${what}: ${Math.max(0, Math.floor(free))}${unit} free, ${need}${unit} needed` : undefined;
}
