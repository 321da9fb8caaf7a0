// Original file: proto/novadock/agent/v1/agent.proto

import type { NetworkSpec as _novadock_agent_v1_NetworkSpec, NetworkSpec__Output as _novadock_agent_v1_NetworkSpec__Output } from '../../../novadock/agent/v1/NetworkSpec.ts';
import type { FixedIp as _novadock_agent_v1_FixedIp, FixedIp__Output as _novadock_agent_v1_FixedIp__Output } from '../../../novadock/agent/v1/FixedIp.ts';

export interface PortSpec {
  'id'?: (string);
  'macAddress'?: (string);
  'mtu'?: (number);
  'network'?: (_novadock_agent_v1_NetworkSpec | null);
  'fixedIps'?: (_novadock_agent_v1_FixedIp)[];
}

export interface PortSpec__Output {
  'id': (string);
  'macAddress': (string);
  'mtu': (number);
  'network': (_novadock_agent_v1_NetworkSpec__Output | null);
  'fixedIps': (_novadock_agent_v1_FixedIp__Output)[];
}
