// Original file: proto/novadock/agent/v1/agent.proto

import type { SetupKind as _novadock_agent_v1_SetupKind, SetupKind__Output as _novadock_agent_v1_SetupKind__Output } from '../../../novadock/agent/v1/SetupKind.ts';
import type { HostProfile as _novadock_agent_v1_HostProfile, HostProfile__Output as _novadock_agent_v1_HostProfile__Output } from '../../../novadock/agent/v1/HostProfile.ts';
import type { Long } from '@grpc/proto-loader';

export interface StartSetupRequest {
  'runId'?: (string);
  'kind'?: (_novadock_agent_v1_SetupKind);
  'profile'?: (_novadock_agent_v1_HostProfile | null);
  'epoch'?: (number | string | Long);
  'controllerUrl'?: (string);
}

export interface StartSetupRequest__Output {
  'runId': (string);
  'kind': (_novadock_agent_v1_SetupKind__Output);
  'profile': (_novadock_agent_v1_HostProfile__Output | null);
  'epoch': (number);
  'controllerUrl': (string);
}
