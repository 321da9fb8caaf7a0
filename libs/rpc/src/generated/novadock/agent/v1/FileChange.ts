// Original file: proto/novadock/agent/v1/agent.proto


export interface FileChange {
  'path'?: (string);
  'diff'?: (string);
}

export interface FileChange__Output {
  'path': (string);
  'diff': (string);
}
