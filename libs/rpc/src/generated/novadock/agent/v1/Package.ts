// Original file: proto/novadock/agent/v1/agent.proto


export interface Package {
  'name'?: (string);
  'version'?: (string);
}

export interface Package__Output {
  'name': (string);
  'version': (string);
}
