// Original file: proto/novadock/agent/v1/agent.proto


export interface FixedIp {
  'subnetId'?: (string);
  'ipAddress'?: (string);
}

export interface FixedIp__Output {
  'subnetId': (string);
  'ipAddress': (string);
}
