// Original file: proto/novadock/agent/v1/agent.proto


export interface ImageRef {
  'id'?: (string);
  'engineId'?: (string);
}

export interface ImageRef__Output {
  'id': (string);
  'engineId': (string);
}
