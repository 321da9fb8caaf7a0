// Original file: proto/novadock/agent/v1/agent.proto


export interface EngineFacts {
  'ready'?: (boolean);
  'reason'?: (string);
  'version'?: (string);
  'apiVersion'?: (string);
  'storageDriver'?: (string);
  'cgroupVersion'?: (string);
  'liveRestore'?: (boolean);
}

export interface EngineFacts__Output {
  'ready': (boolean);
  'reason': (string);
  'version': (string);
  'apiVersion': (string);
  'storageDriver': (string);
  'cgroupVersion': (string);
  'liveRestore': (boolean);
}
