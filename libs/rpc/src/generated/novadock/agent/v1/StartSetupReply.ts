// Original file: proto/novadock/agent/v1/agent.proto


export interface StartSetupReply {
}

export interface StartSetupReply__Output {
}
