/** What an instance's container does, or should do. `absent`: there is no container. */
export type Power = 'running' | 'stopped' | 'paused' | 'absent';

/** What an agent needs to know to run an instance: InstanceSpec of agent.proto, which documents each field. */
export type InstanceSpec = {
  id: string;
  name: string;
  hostname: string;
  projectId: string;
  power: Power;
  restarts: number;
  restartHard: boolean;
  image: ImageRef;
  vcpus: number;
  memoryMb: number;
  pidsLimit: number;
  stopTimeoutSeconds: number;
  env: string[];
  command: string[];
  authorizedKeys: string[];
  ports: PortSpec[];
};

/** `engineId` is what the engine calls the image: "sha256:…", the digest of its config. */
export type ImageRef = { id: string; engineId: string };

export type PortSpec = { id: string; macAddress: string; mtu: number; network: NetworkSpec; fixedIps: FixedIp[] };
export type NetworkSpec = { id: string; name: string; subnets: SubnetSpec[] };
export type SubnetSpec = { id: string; cidr: string; gatewayIp: string; dnsNameservers: string[]; hostRoutes: HostRoute[] };
export type HostRoute = { destination: string; nexthop: string };
export type FixedIp = { subnetId: string; ipAddress: string };

/** What an agent saw of an instance: InstanceStatus of agent.proto. Times are ms since 1970, 0 where there is none. */
export type InstanceStatus = {
  id: string;
  generation: number;
  power: Power;
  containerId: string;
  exitCode: number;
  oomKilled: boolean;
  startedAtMs: number;
  finishedAtMs: number;
  error: InstanceError | undefined;
  step: string;
  restarts: number;
  lostToRestart: boolean;
};

/** Why a generation could not be reached; `code` is an ErrorCode. */
export type InstanceError = { code: string; message: string; step: string };
