// Original file: proto/novadock/agent/v1/agent.proto

import type { StepFacts as _novadock_agent_v1_StepFacts, StepFacts__Output as _novadock_agent_v1_StepFacts__Output } from '../../../novadock/agent/v1/StepFacts.ts';
import type { Long } from '@grpc/proto-loader';

export interface SetupFacts {
  'profile'?: (string);
  'revision'?: (number);
  'steps'?: (_novadock_agent_v1_StepFacts)[];
  'checkedAtMs'?: (number | string | Long);
}

export interface SetupFacts__Output {
  'profile': (string);
  'revision': (number);
  'steps': (_novadock_agent_v1_StepFacts__Output)[];
  'checkedAtMs': (number);
}
