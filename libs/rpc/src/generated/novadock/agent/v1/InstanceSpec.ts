// Original file: proto/novadock/agent/v1/agent.proto

import type { Power as _novadock_agent_v1_Power, Power__Output as _novadock_agent_v1_Power__Output } from '../../../novadock/agent/v1/Power.ts';
import type { ImageRef as _novadock_agent_v1_ImageRef, ImageRef__Output as _novadock_agent_v1_ImageRef__Output } from '../../../novadock/agent/v1/ImageRef.ts';
import type { PortSpec as _novadock_agent_v1_PortSpec, PortSpec__Output as _novadock_agent_v1_PortSpec__Output } from '../../../novadock/agent/v1/PortSpec.ts';

export interface InstanceSpec {
  'id'?: (string);
  'name'?: (string);
  'hostname'?: (string);
  'power'?: (_novadock_agent_v1_Power);
  'restarts'?: (number);
  'restartHard'?: (boolean);
  'image'?: (_novadock_agent_v1_ImageRef | null);
  'vcpus'?: (number);
  'memoryMb'?: (number);
  'pidsLimit'?: (number);
  'env'?: (string)[];
  'command'?: (string)[];
  'authorizedKeys'?: (string)[];
  'ports'?: (_novadock_agent_v1_PortSpec)[];
  'projectId'?: (string);
  'stopTimeoutSeconds'?: (number);
}

export interface InstanceSpec__Output {
  'id': (string);
  'name': (string);
  'hostname': (string);
  'power': (_novadock_agent_v1_Power__Output);
  'restarts': (number);
  'restartHard': (boolean);
  'image': (_novadock_agent_v1_ImageRef__Output | null);
  'vcpus': (number);
  'memoryMb': (number);
  'pidsLimit': (number);
  'env': (string)[];
  'command': (string)[];
  'authorizedKeys': (string)[];
  'ports': (_novadock_agent_v1_PortSpec__Output)[];
  'projectId': (string);
  'stopTimeoutSeconds': (number);
}
