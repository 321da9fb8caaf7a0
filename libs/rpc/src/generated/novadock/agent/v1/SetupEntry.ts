// Original file: proto/novadock/agent/v1/agent.proto

import type { SetupStep as _novadock_agent_v1_SetupStep, SetupStep__Output as _novadock_agent_v1_SetupStep__Output } from '../../../novadock/agent/v1/SetupStep.ts';
import type { SetupOutput as _novadock_agent_v1_SetupOutput, SetupOutput__Output as _novadock_agent_v1_SetupOutput__Output } from '../../../novadock/agent/v1/SetupOutput.ts';
import type { SetupEnd as _novadock_agent_v1_SetupEnd, SetupEnd__Output as _novadock_agent_v1_SetupEnd__Output } from '../../../novadock/agent/v1/SetupEnd.ts';
import type { Long } from '@grpc/proto-loader';

export interface SetupEntry {
  'seq'?: (number);
  'atMs'?: (number | string | Long);
  'step'?: (_novadock_agent_v1_SetupStep | null);
  'output'?: (_novadock_agent_v1_SetupOutput | null);
  'ended'?: (_novadock_agent_v1_SetupEnd | null);
  'what'?: "step"|"output"|"ended";
}

export interface SetupEntry__Output {
  'seq': (number);
  'atMs': (number);
  'step'?: (_novadock_agent_v1_SetupStep__Output | null);
  'output'?: (_novadock_agent_v1_SetupOutput__Output | null);
  'ended'?: (_novadock_agent_v1_SetupEnd__Output | null);
  'what'?: "step"|"output"|"ended";
}
