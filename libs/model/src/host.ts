import type { SetupFacts } from './host-setup.ts';

/** HostFacts of agent.proto, which documents each field. */
export type HostFacts = {
  hostname: string;
  architecture: string;
  operatingSystem: string;
  kernel: string;
  cpuModel: string;
  vcpus: number;
  memoryMb: number;
  diskGb: number;
  diskFreeGb: number;
  agentVersion: string;
  bootedAtMs: number;
  engine: EngineFacts;
  setup: SetupFacts | undefined;
};

export type EngineFacts = {
  ready: boolean;
  reason: string;
  version: string;
  apiVersion: string;
  storageDriver: string;
  cgroupVersion: string;
  liveRestore: boolean;
};
