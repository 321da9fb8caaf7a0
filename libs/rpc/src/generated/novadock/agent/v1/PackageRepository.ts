// Original file: proto/novadock/agent/v1/agent.proto


export interface PackageRepository {
  'url'?: (string);
  'key'?: (string);
  'codename'?: (string);
  'channel'?: (string);
}

export interface PackageRepository__Output {
  'url': (string);
  'key': (string);
  'codename': (string);
  'channel': (string);
}
