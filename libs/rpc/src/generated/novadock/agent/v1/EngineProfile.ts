// Original file: proto/novadock/agent/v1/agent.proto

import type { EngineSource as _novadock_agent_v1_EngineSource, EngineSource__Output as _novadock_agent_v1_EngineSource__Output } from '../../../novadock/agent/v1/EngineSource.ts';
import type { PackageRepository as _novadock_agent_v1_PackageRepository, PackageRepository__Output as _novadock_agent_v1_PackageRepository__Output } from '../../../novadock/agent/v1/PackageRepository.ts';
import type { EngineProxy as _novadock_agent_v1_EngineProxy, EngineProxy__Output as _novadock_agent_v1_EngineProxy__Output } from '../../../novadock/agent/v1/EngineProxy.ts';

export interface EngineProfile {
  'source'?: (_novadock_agent_v1_EngineSource);
  'version'?: (string);
  'repository'?: (_novadock_agent_v1_PackageRepository | null);
  'settingsJson'?: (string);
  'proxy'?: (_novadock_agent_v1_EngineProxy | null);
  'socketMode'?: (string);
}

export interface EngineProfile__Output {
  'source': (_novadock_agent_v1_EngineSource__Output);
  'version': (string);
  'repository': (_novadock_agent_v1_PackageRepository__Output | null);
  'settingsJson': (string);
  'proxy': (_novadock_agent_v1_EngineProxy__Output | null);
  'socketMode': (string);
}
