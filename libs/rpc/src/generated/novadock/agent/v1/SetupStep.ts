// Original file: proto/novadock/agent/v1/agent.proto

import type { SetupStepState as _novadock_agent_v1_SetupStepState, SetupStepState__Output as _novadock_agent_v1_SetupStepState__Output } from '../../../novadock/agent/v1/SetupStepState.ts';
import type { FileChange as _novadock_agent_v1_FileChange, FileChange__Output as _novadock_agent_v1_FileChange__Output } from '../../../novadock/agent/v1/FileChange.ts';
import type { Package as _novadock_agent_v1_Package, Package__Output as _novadock_agent_v1_Package__Output } from '../../../novadock/agent/v1/Package.ts';

export interface SetupStep {
  'name'?: (string);
  'title'?: (string);
  'state'?: (_novadock_agent_v1_SetupStepState);
  'detail'?: (string);
  'files'?: (_novadock_agent_v1_FileChange)[];
  'durationMs'?: (number);
  'packages'?: (_novadock_agent_v1_Package)[];
}

export interface SetupStep__Output {
  'name': (string);
  'title': (string);
  'state': (_novadock_agent_v1_SetupStepState__Output);
  'detail': (string);
  'files': (_novadock_agent_v1_FileChange__Output)[];
  'durationMs': (number);
  'packages': (_novadock_agent_v1_Package__Output)[];
}
