// Original file: proto/novadock/agent/v1/agent.proto

import type { Power as _novadock_agent_v1_Power, Power__Output as _novadock_agent_v1_Power__Output } from '../../../novadock/agent/v1/Power.ts';
import type { InstanceError as _novadock_agent_v1_InstanceError, InstanceError__Output as _novadock_agent_v1_InstanceError__Output } from '../../../novadock/agent/v1/InstanceError.ts';
import type { Long } from '@grpc/proto-loader';

export interface InstanceStatus {
  'id'?: (string);
  'generation'?: (number);
  'power'?: (_novadock_agent_v1_Power);
  'containerId'?: (string);
  'exitCode'?: (number);
  'oomKilled'?: (boolean);
  'startedAtMs'?: (number | string | Long);
  'finishedAtMs'?: (number | string | Long);
  'error'?: (_novadock_agent_v1_InstanceError | null);
  'step'?: (string);
  'restarts'?: (number);
  'lostToRestart'?: (boolean);
}

export interface InstanceStatus__Output {
  'id': (string);
  'generation': (number);
  'power': (_novadock_agent_v1_Power__Output);
  'containerId': (string);
  'exitCode': (number);
  'oomKilled': (boolean);
  'startedAtMs': (number);
  'finishedAtMs': (number);
  'error': (_novadock_agent_v1_InstanceError__Output | null);
  'step': (string);
  'restarts': (number);
  'lostToRestart': (boolean);
}
