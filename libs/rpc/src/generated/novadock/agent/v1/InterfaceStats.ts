// Original file: proto/novadock/agent/v1/agent.proto

import type { Long } from '@grpc/proto-loader';

export interface InterfaceStats {
  'macAddress'?: (string);
  'rxBytes'?: (number | string | Long);
  'rxPackets'?: (number | string | Long);
  'txBytes'?: (number | string | Long);
  'txPackets'?: (number | string | Long);
}

export interface InterfaceStats__Output {
  'macAddress': (string);
  'rxBytes': (number);
  'rxPackets': (number);
  'txBytes': (number);
  'txPackets': (number);
}
