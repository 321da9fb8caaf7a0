// Original file: proto/novadock/agent/v1/agent.proto

export const SetupStepState = {
  SETUP_STEP_STATE_UNSPECIFIED: 'SETUP_STEP_STATE_UNSPECIFIED',
  RUNS: 'RUNS',
  OK: 'OK',
  WOULD_CHANGE: 'WOULD_CHANGE',
  CHANGED: 'CHANGED',
  FAILED: 'FAILED',
} as const;

export type SetupStepState =
  | 'SETUP_STEP_STATE_UNSPECIFIED'
  | 0
  | 'RUNS'
  | 1
  | 'OK'
  | 2
  | 'WOULD_CHANGE'
  | 3
  | 'CHANGED'
  | 4
  | 'FAILED'
  | 5

export type SetupStepState__Output = typeof SetupStepState[keyof typeof SetupStepState]
