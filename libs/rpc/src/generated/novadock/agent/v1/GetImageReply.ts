// Original file: proto/novadock/agent/v1/agent.proto


export interface GetImageReply {
  'present'?: (boolean);
}

export interface GetImageReply__Output {
  'present': (boolean);
}
