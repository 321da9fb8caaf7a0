// Original file: proto/novadock/agent/v1/agent.proto


export interface InstanceError {
  'code'?: (string);
  'message'?: (string);
  'step'?: (string);
}

export interface InstanceError__Output {
  'code': (string);
  'message': (string);
  'step': (string);
}
