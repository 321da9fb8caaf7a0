// Original file: proto/novadock/agent/v1/agent.proto


export interface ApplyInstanceReply {
}

export interface ApplyInstanceReply__Output {
}
