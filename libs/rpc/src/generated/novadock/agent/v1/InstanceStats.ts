// Original file: proto/novadock/agent/v1/agent.proto

import type { InterfaceStats as _novadock_agent_v1_InterfaceStats, InterfaceStats__Output as _novadock_agent_v1_InterfaceStats__Output } from '../../../novadock/agent/v1/InterfaceStats.ts';
import type { Long } from '@grpc/proto-loader';

export interface InstanceStats {
  'cpuTimeNs'?: (number | string | Long);
  'cpuPercent'?: (number | string);
  'memoryBytes'?: (number | string | Long);
  'memoryLimitBytes'?: (number | string | Long);
  'pids'?: (number);
  'blockReadBytes'?: (number | string | Long);
  'blockWriteBytes'?: (number | string | Long);
  'interfaces'?: (_novadock_agent_v1_InterfaceStats)[];
}

export interface InstanceStats__Output {
  'cpuTimeNs': (number);
  'cpuPercent': (number);
  'memoryBytes': (number);
  'memoryLimitBytes': (number);
  'pids': (number);
  'blockReadBytes': (number);
  'blockWriteBytes': (number);
  'interfaces': (_novadock_agent_v1_InterfaceStats__Output)[];
}
