// Original file: proto/novadock/agent/v1/agent.proto


export interface GetImageRequest {
  'engineId'?: (string);
}

export interface GetImageRequest__Output {
  'engineId': (string);
}
