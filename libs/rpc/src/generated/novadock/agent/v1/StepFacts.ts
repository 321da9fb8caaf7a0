// Original file: proto/novadock/agent/v1/agent.proto


export interface StepFacts {
  'name'?: (string);
  'title'?: (string);
  'ok'?: (boolean);
  'detail'?: (string);
}

export interface StepFacts__Output {
  'name': (string);
  'title': (string);
  'ok': (boolean);
  'detail': (string);
}
