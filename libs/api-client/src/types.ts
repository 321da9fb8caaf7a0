/** What /v1 answers; GET /v1/openapi.json documents each field. Times are ISO 8601. */
export type Instance = {
  id: string;
  name: string;
  status: string;
  task: string | null;
  exitCode: number | null;
  oomKilled: boolean;
  fault: { message: string; at: string } | null;
  host: string | null;
  imageId: string;
  flavor: { id: string; name: string; vcpus: number; memoryMb: number; diskGb: number };
  addresses: { network: string; networkId: string; address: string; ipVersion: number; macAddress: string }[];
  key: string | null;
  metadata: Record<string, string>;
  tags: string[];
  hostname: string;
  description: string | null;
  locked: boolean;
  projectId: string;
  userId: string;
  createdAt: string;
  launchedAt: string | null;
  startedAt: string | null;
  finishedAt: string | null;
};

export type NewInstance = {
  name: string;
  image: string;
  flavor: string;
  networks?: string[];
  key?: string;
  command?: string | string[];
  metadata?: Record<string, string>;
  tags?: string[];
  description?: string;
  userData?: string;
  host?: string;
  count?: number;
};

export type InstanceStats = {
  cpuTimeNs: number;
  cpuPercent: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  pids: number;
  blockReadBytes: number;
  blockWriteBytes: number;
  interfaces: { macAddress: string; rxBytes: number; rxPackets: number; txBytes: number; txPackets: number }[];
};

export type JoinToken = { id: string; usesLeft: number; createdAt: string; expiresAt: string };
export type NewJoinToken = { id: string; token: string; expiresAt: string; joinCommand: string };

export type CloudEvent = { id: string; at: string; kind: string; projectId: string | null; subjectId: string; data: Record<string, unknown> };
export type EventFilter = { kind?: string; subject?: string };

export type Image = {
  id: string;
  name: string | null;
  status: string;
  visibility: string;
  bootable: boolean;
  unbootableReason: string | null;
  architecture: string | null;
  sizeBytes: number | null;
  sha512: string | null;
  minDiskGb: number;
  minMemoryMb: number;
  tags: string[];
  projectId: string;
  createdAt: string;
};

export type NewImage = { name: string; visibility?: string };

type Room = { vcpus: number; memoryMb: number; diskGb: number };

export type Host = {
  id: string;
  name: string;
  address: string;
  up: boolean;
  enabled: boolean;
  disabledReason: string | null;
  engineReady: boolean;
  engineReason: string | null;
  availabilityZone: string;
  capacity: Room;
  used: Room;
  instances: number;
  lastSeenAt: string | null;
  createdAt: string;
  /** Null until its agent has reported. */
  facts: {
    hostname: string;
    architecture: string;
    operatingSystem: string;
    kernel: string;
    cpuModel: string;
    diskFreeGb: number;
    agentVersion: string;
    bootedAt: string;
    engine: { version: string; apiVersion: string; storageDriver: string; cgroupVersion: string; liveRestore: boolean };
  } | null;
};

export type Flavor = Room & { id: string; name: string; description: string | null };

export type Network = { id: string; name: string; shared: boolean; external: boolean; cidrs: string[] };
