// Original file: proto/novadock/agent/v1/agent.proto


export interface SetupOutput {
  'step'?: (string);
  'text'?: (string);
}

export interface SetupOutput__Output {
  'step': (string);
  'text': (string);
}
