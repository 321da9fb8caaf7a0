// Original file: proto/novadock/agent/v1/agent.proto

import type { InstanceStatus as _novadock_agent_v1_InstanceStatus, InstanceStatus__Output as _novadock_agent_v1_InstanceStatus__Output } from '../../../novadock/agent/v1/InstanceStatus.ts';

export interface InstanceList {
  'instances'?: (_novadock_agent_v1_InstanceStatus)[];
}

export interface InstanceList__Output {
  'instances': (_novadock_agent_v1_InstanceStatus__Output)[];
}
