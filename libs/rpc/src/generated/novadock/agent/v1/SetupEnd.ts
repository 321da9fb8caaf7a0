// Original file: proto/novadock/agent/v1/agent.proto

import type { InstanceError as _novadock_agent_v1_InstanceError, InstanceError__Output as _novadock_agent_v1_InstanceError__Output } from '../../../novadock/agent/v1/InstanceError.ts';

export interface SetupEnd {
  'succeeded'?: (boolean);
  'changed'?: (number);
  'error'?: (_novadock_agent_v1_InstanceError | null);
}

export interface SetupEnd__Output {
  'succeeded': (boolean);
  'changed': (number);
  'error': (_novadock_agent_v1_InstanceError__Output | null);
}
