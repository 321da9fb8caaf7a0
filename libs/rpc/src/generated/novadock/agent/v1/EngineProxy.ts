// Original file: proto/novadock/agent/v1/agent.proto


export interface EngineProxy {
  'http'?: (string);
  'https'?: (string);
  'noProxy'?: (string);
}

export interface EngineProxy__Output {
  'http': (string);
  'https': (string);
  'noProxy': (string);
}
