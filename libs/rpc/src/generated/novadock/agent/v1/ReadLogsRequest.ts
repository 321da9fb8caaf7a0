// Original file: proto/novadock/agent/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface ReadLogsRequest {
  'instanceId'?: (string);
  'tail'?: (number);
  'follow'?: (boolean);
  'sinceMs'?: (number | string | Long);
}

export interface ReadLogsRequest__Output {
  'instanceId': (string);
  'tail': (number);
  'follow': (boolean);
  'sinceMs': (number);
}
