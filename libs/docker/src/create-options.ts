import type { ContainerCreateOptions } from 'dockerode';
import type { InstanceSpec, PortSpec } from '@novadock/model';
import { containerName, toLabels } from './labels.ts';

/** The OCI runtime that lets a container join a namespace made before its start; the host's set-up installs it. */
const runtime = 'novadock';

/**
 * What a guest's root may do: what ordinary images with an init script, a package manager or sshd need. Of Docker's defaults it
 * lacks NET_RAW (forged ARP and IP on a shared network), MKNOD and SETFCAP.
 */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'NET_BIND_SERVICE', 'SYS_CHROOT', 'AUDIT_WRITE'];

/** The container that a spec asks for (Engine API, ContainerCreate); `cpus` is how many the engine grants. */
export function toCreateOptions(spec: InstanceSpec, options: { cloudId: string; cpus: number }): ContainerCreateOptions {
  const nameServers = unique(subnetsOf(spec).flatMap(({ dnsNameservers }) => dnsNameservers));
  const address = spec.ports[0]?.fixedIps[0]?.ipAddress;
  const memory = spec.memoryMb * 2 ** 20;
  return {
    name: containerName(spec.id),
    Image: spec.image.engineId,
    Hostname: spec.hostname,
    Labels: toLabels(spec, options.cloudId),
    Env: spec.env,
    ...(spec.command.length > 0 ? { Cmd: spec.command } : {}),
    StopTimeout: spec.stopTimeoutSeconds,
    HostConfig: {
      Runtime: runtime,
      NetworkMode: 'none',
      // A host may be overcommitted, but the engine refuses a cap above what it has.
      NanoCpus: Math.min(spec.vcpus, options.cpus) * 1e9,
      Memory: memory,
      // Memory and swap together: no swap.
      MemorySwap: memory,
      PidsLimit: spec.pidsLimit,
      ...(nameServers.length > 0 ? { Dns: nameServers } : {}),
      ...(address === undefined ? {} : { ExtraHosts: [`${spec.hostname}:${address}`] }),
      CapDrop: ['ALL'],
      CapAdd: capabilities,
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      // The agent starts what should run: the network has to be there first.
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      Init: false,
    },
  };
}

/** The subnets that the instance has an address in, in the order of its ports. */
function subnetsOf(spec: InstanceSpec) {
  return spec.ports.flatMap((port: PortSpec) => port.network.subnets.filter(({ id }) => port.fixedIps.some(({ subnetId }) => subnetId === id)));
}

function unique(list: string[]): string[] {
  return [...new Set(list)];
}
