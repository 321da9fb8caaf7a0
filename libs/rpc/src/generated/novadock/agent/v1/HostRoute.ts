// Original file: proto/novadock/agent/v1/agent.proto


export interface HostRoute {
  'destination'?: (string);
  'nexthop'?: (string);
}

export interface HostRoute__Output {
  'destination': (string);
  'nexthop': (string);
}
