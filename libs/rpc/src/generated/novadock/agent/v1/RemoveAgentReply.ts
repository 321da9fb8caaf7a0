// Original file: proto/novadock/agent/v1/agent.proto


export interface RemoveAgentReply {
}

export interface RemoveAgentReply__Output {
}
