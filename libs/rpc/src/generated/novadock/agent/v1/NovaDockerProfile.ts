// Original file: proto/novadock/agent/v1/agent.proto


export interface NovaDockerProfile {
  'package'?: (string);
  'indexUrl'?: (string);
  'virtualenv'?: (string);
  'compute'?: (boolean);
  'glance'?: (boolean);
}

export interface NovaDockerProfile__Output {
  'package': (string);
  'indexUrl': (string);
  'virtualenv': (string);
  'compute': (boolean);
  'glance': (boolean);
}
