// Original file: proto/novadock/agent/v1/agent.proto


export interface GetHostFactsRequest {
}

export interface GetHostFactsRequest__Output {
}
