// Original file: proto/novadock/agent/v1/agent.proto


export interface WatchSetupRequest {
  'runId'?: (string);
  'after'?: (number);
}

export interface WatchSetupRequest__Output {
  'runId': (string);
  'after': (number);
}
