import type { Instance } from '@novadock/store';

/** An instance as use cases return it: its row, the name of its host, and its interfaces in order. */
export type InstanceView = Instance & {
  hostName: string | null;
  /** The availability zone that its host is in. */
  hostZone: string | null;
  /** Whether the host's agent answers. */
  hostUp: boolean;
  interfaces: InstanceInterface[];
};

export type InstanceInterface = {
  portId: string;
  networkId: string;
  networkName: string;
  macAddress: string;
  fixedIps: { subnetId: string; address: string; ipVersion: number }[];
};

/** The flavor as it was when the instance was made: Instance.flavor. */
export type FlavorSnapshot = {
  id: string;
  name: string;
  vcpus: number;
  memoryMb: number;
  diskGb: number;
  ephemeralGb: number;
  swapMb: number;
  rxtxFactor: number;
  extraSpecs: Record<string, string>;
};

/** Why an instance is in ERROR, or what its last action failed of: Instance.fault. `at`: ISO 8601. */
export type Fault = { code: number; message: string; details: string; at: string };
