import type { ActionName } from '@novadock/model';

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
  availabilityZone?: string;
  /** Only this host; administrators only. */
  hostName?: string;
  networks: 'auto' | 'none' | NetworkRequest[];
  securityGroups?: string[];
  minCount: number;
  maxCount: number;
  requestId: string;
};

export type NetworkRequest = { networkId?: string; portId?: string; fixedIp?: string };

export type ActOnInstance = { id: string; action: ActionName; requestId: string };

/** `name` and the like are regular expressions, as in Nova. Sorted newest first unless `sort` says else. */
export type ListInstances = {
  allProjects?: boolean;
  projectId?: string;
  deleted?: boolean;
  name?: string;
  /** Nova's status words, upper case; any of them. */
  statuses?: string[];
  vmStates?: string[];
  hostName?: string;
  imageId?: string;
  flavorId?: string;
  keyName?: string;
  userId?: string;
  reservationId?: string;
  availabilityZone?: string;
  ids?: string[];
  ip?: string;
  changesSince?: Date;
  changesBefore?: Date;
  tagsAll?: string[];
  tagsAny?: string[];
  notTagsAll?: string[];
  notTagsAny?: string[];
  sort?: { key: InstanceSortKey; direction: 'asc' | 'desc' }[];
  /** At most this many. */
  limit: number;
  /** The last instance of the page before. */
  marker?: string;
};

export type InstanceSortKey = 'createdAt' | 'updatedAt' | 'name' | 'id' | 'hostname' | 'launchedAt' | 'keyName' | 'projectId' | 'userId' | 'imageId' | 'launchIndex' | 'availabilityZone';
