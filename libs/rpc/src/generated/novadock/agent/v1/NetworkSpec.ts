// Original file: proto/novadock/agent/v1/agent.proto

import type { SubnetSpec as _novadock_agent_v1_SubnetSpec, SubnetSpec__Output as _novadock_agent_v1_SubnetSpec__Output } from '../../../novadock/agent/v1/SubnetSpec.ts';

export interface NetworkSpec {
  'id'?: (string);
  'name'?: (string);
  'subnets'?: (_novadock_agent_v1_SubnetSpec)[];
}

export interface NetworkSpec__Output {
  'id': (string);
  'name': (string);
  'subnets': (_novadock_agent_v1_SubnetSpec__Output)[];
}
