// Original file: proto/novadock/agent/v1/agent.proto

import type { ImageRef as _novadock_agent_v1_ImageRef, ImageRef__Output as _novadock_agent_v1_ImageRef__Output } from '../../../novadock/agent/v1/ImageRef.ts';

export interface PutImageRequest {
  'image'?: (_novadock_agent_v1_ImageRef | null);
  'chunk'?: (Buffer | Uint8Array | string);
  'part'?: "image"|"chunk";
}

export interface PutImageRequest__Output {
  'image'?: (_novadock_agent_v1_ImageRef__Output | null);
  'chunk'?: (Buffer);
  'part'?: "image"|"chunk";
}
