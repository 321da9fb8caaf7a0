// Original file: proto/novadock/agent/v1/agent.proto

import type { EngineProfile as _novadock_agent_v1_EngineProfile, EngineProfile__Output as _novadock_agent_v1_EngineProfile__Output } from '../../../novadock/agent/v1/EngineProfile.ts';
import type { NovaDockerProfile as _novadock_agent_v1_NovaDockerProfile, NovaDockerProfile__Output as _novadock_agent_v1_NovaDockerProfile__Output } from '../../../novadock/agent/v1/NovaDockerProfile.ts';

export interface HostProfile {
  'name'?: (string);
  'revision'?: (number);
  'engine'?: (_novadock_agent_v1_EngineProfile | null);
  'dockerGroup'?: (string)[];
  'smokeTestPull'?: (string);
  'novaDocker'?: (_novadock_agent_v1_NovaDockerProfile | null);
  'agentVersion'?: (string);
  'sysctl'?: ({[key: string]: string});
}

export interface HostProfile__Output {
  'name': (string);
  'revision': (number);
  'engine': (_novadock_agent_v1_EngineProfile__Output | null);
  'dockerGroup': (string)[];
  'smokeTestPull': (string);
  'novaDocker': (_novadock_agent_v1_NovaDockerProfile__Output | null);
  'agentVersion': (string);
  'sysctl': ({[key: string]: string});
}
