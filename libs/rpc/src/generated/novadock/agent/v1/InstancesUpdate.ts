// Original file: proto/novadock/agent/v1/agent.proto

import type { InstanceList as _novadock_agent_v1_InstanceList, InstanceList__Output as _novadock_agent_v1_InstanceList__Output } from '../../../novadock/agent/v1/InstanceList.ts';
import type { InstanceStatus as _novadock_agent_v1_InstanceStatus, InstanceStatus__Output as _novadock_agent_v1_InstanceStatus__Output } from '../../../novadock/agent/v1/InstanceStatus.ts';

export interface InstancesUpdate {
  'all'?: (_novadock_agent_v1_InstanceList | null);
  'one'?: (_novadock_agent_v1_InstanceStatus | null);
  'update'?: "all"|"one";
}

export interface InstancesUpdate__Output {
  'all'?: (_novadock_agent_v1_InstanceList__Output | null);
  'one'?: (_novadock_agent_v1_InstanceStatus__Output | null);
  'update'?: "all"|"one";
}
