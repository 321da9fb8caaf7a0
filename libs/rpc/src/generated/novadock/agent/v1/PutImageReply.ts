// Original file: proto/novadock/agent/v1/agent.proto


export interface PutImageReply {
}

export interface PutImageReply__Output {
}
