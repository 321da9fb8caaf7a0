import type { ActionName } from '@novadock/model';
import type { InstanceFilter } from '@novadock/store';

/** What a boot asks for. Ids are not known to exist yet. */
export type CreateInstances = {
  name: string;
  imageId: string;
  flavorId: string;
  keyName?: string;
  metadata?: Record<string, string>;
  tags?: string[];
  description?: string | null;
  /** base64 */
  userData?: string;
  configDrive?: boolean;
  /** Addresses that the user says it is reached at; they are shown, not used. */
  accessIpV4?: string;
  accessIpV6?: string;
  availabilityZone?: string;
  /** Only this host; administrators only. */
  hostName?: string;
  networks: 'auto' | 'none' | NetworkRequest[];
  securityGroups?: string[];
  /** Made of a client's token: a second request with it returns the instances of the first. */
  reservationId?: string;
  minCount: number;
  maxCount: number;
  requestId: string;
};

export type NetworkRequest = { networkId?: string; portId?: string; fixedIp?: string };

/** Which instances to list; `statuses` and `vmStates` are Nova's words, any of them. Administrators may ask for all projects and for deleted ones. */
export type ListInstances = InstanceFilter & { allProjects?: boolean; statuses?: string[]; vmStates?: string[] };

export type ActOnInstance = { id: string; action: ActionName; requestId: string };

