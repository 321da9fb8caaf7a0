// Original file: proto/novadock/agent/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface RemoveAgentRequest {
  'epoch'?: (number | string | Long);
}

export interface RemoveAgentRequest__Output {
  'epoch': (number);
}
