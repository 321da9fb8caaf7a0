// Original file: proto/novadock/agent/v1/agent.proto

import type { HostRoute as _novadock_agent_v1_HostRoute, HostRoute__Output as _novadock_agent_v1_HostRoute__Output } from '../../../novadock/agent/v1/HostRoute.ts';

export interface SubnetSpec {
  'id'?: (string);
  'cidr'?: (string);
  'gatewayIp'?: (string);
  'dnsNameservers'?: (string)[];
  'hostRoutes'?: (_novadock_agent_v1_HostRoute)[];
}

export interface SubnetSpec__Output {
  'id': (string);
  'cidr': (string);
  'gatewayIp': (string);
  'dnsNameservers': (string)[];
  'hostRoutes': (_novadock_agent_v1_HostRoute__Output)[];
}
