import type { HostFacts } from './host.ts';
import type { SetupEntry, StartSetup } from './host-setup.ts';
import type { ImageRef, InstanceSpec, InstanceStatus } from './instance.ts';

/**
 * What an agent does for the control plane: the service of agent.proto, which documents each call, in words of the model.
 * The agent implements it, the client of libs/rpc and the fake agent of libs/testing do too. Calls reject with CloudError.
 */
export type AgentService = {
  getHostFacts(): Promise<HostFacts>;
  applyInstance(request: ApplyInstance): Promise<void>;
  watchInstances(request: { epoch: number }, signal: AbortSignal): AsyncIterable<InstancesUpdate>;
  readLogs(request: ReadLogs, signal: AbortSignal): AsyncIterable<Uint8Array>;
  getInstanceStats(instanceId: string): Promise<InstanceStats>;
  hasImage(engineId: string): Promise<boolean>;
  putImage(image: ImageRef, archive: AsyncIterable<Uint8Array>): Promise<void>;
  startSetup(request: StartSetup): Promise<void>;
  watchSetup(request: { runId: string; after: number }, signal: AbortSignal): AsyncIterable<SetupEntry>;
  removeAgent(request: { epoch: number }): Promise<void>;
};

export type ApplyInstance = { spec: InstanceSpec; generation: number; epoch: number };
export type InstancesUpdate = { all: InstanceStatus[] } | { one: InstanceStatus };
/** `tail`: the last n lines, -1 for all. */
export type ReadLogs = { instanceId: string; tail: number; follow: boolean; sinceMs: number };

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
