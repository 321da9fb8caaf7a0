// Original file: proto/novadock/agent/v1/agent.proto

import type { InstanceSpec as _novadock_agent_v1_InstanceSpec, InstanceSpec__Output as _novadock_agent_v1_InstanceSpec__Output } from '../../../novadock/agent/v1/InstanceSpec.ts';
import type { Long } from '@grpc/proto-loader';

export interface ApplyInstanceRequest {
  'spec'?: (_novadock_agent_v1_InstanceSpec | null);
  'generation'?: (number);
  'epoch'?: (number | string | Long);
}

export interface ApplyInstanceRequest__Output {
  'spec': (_novadock_agent_v1_InstanceSpec__Output | null);
  'generation': (number);
  'epoch': (number);
}
