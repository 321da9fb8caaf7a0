// Original file: proto/novadock/agent/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface WatchInstancesRequest {
  'epoch'?: (number | string | Long);
}

export interface WatchInstancesRequest__Output {
  'epoch': (number);
}
