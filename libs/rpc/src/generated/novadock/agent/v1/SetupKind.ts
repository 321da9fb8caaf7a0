// Original file: proto/novadock/agent/v1/agent.proto

export const SetupKind = {
  SETUP_KIND_UNSPECIFIED: 'SETUP_KIND_UNSPECIFIED',
  CHECK: 'CHECK',
  APPLY: 'APPLY',
  UNDO: 'UNDO',
  STAGE: 'STAGE',
} as const;

export type SetupKind =
  | 'SETUP_KIND_UNSPECIFIED'
  | 0
  | 'CHECK'
  | 1
  | 'APPLY'
  | 2
  | 'UNDO'
  | 3
  | 'STAGE'
  | 4

export type SetupKind__Output = typeof SetupKind[keyof typeof SetupKind]
