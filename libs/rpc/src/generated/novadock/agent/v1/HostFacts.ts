// Original file: proto/novadock/agent/v1/agent.proto

import type { EngineFacts as _novadock_agent_v1_EngineFacts, EngineFacts__Output as _novadock_agent_v1_EngineFacts__Output } from '../../../novadock/agent/v1/EngineFacts.ts';
import type { SetupFacts as _novadock_agent_v1_SetupFacts, SetupFacts__Output as _novadock_agent_v1_SetupFacts__Output } from '../../../novadock/agent/v1/SetupFacts.ts';
import type { Long } from '@grpc/proto-loader';

export interface HostFacts {
  'hostname'?: (string);
  'architecture'?: (string);
  'operatingSystem'?: (string);
  'kernel'?: (string);
  'vcpus'?: (number);
  'memoryMb'?: (number);
  'diskGb'?: (number);
  'diskFreeGb'?: (number);
  'agentVersion'?: (string);
  'engine'?: (_novadock_agent_v1_EngineFacts | null);
  'bootedAtMs'?: (number | string | Long);
  'cpuModel'?: (string);
  'setup'?: (_novadock_agent_v1_SetupFacts | null);
}

export interface HostFacts__Output {
  'hostname': (string);
  'architecture': (string);
  'operatingSystem': (string);
  'kernel': (string);
  'vcpus': (number);
  'memoryMb': (number);
  'diskGb': (number);
  'diskFreeGb': (number);
  'agentVersion': (string);
  'engine': (_novadock_agent_v1_EngineFacts__Output | null);
  'bootedAtMs': (number);
  'cpuModel': (string);
  'setup': (_novadock_agent_v1_SetupFacts__Output | null);
}
