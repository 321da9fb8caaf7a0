// Original file: proto/novadock/agent/v1/agent.proto

export const Power = {
  POWER_UNSPECIFIED: 'POWER_UNSPECIFIED',
  RUNNING: 'RUNNING',
  STOPPED: 'STOPPED',
  PAUSED: 'PAUSED',
  ABSENT: 'ABSENT',
} as const;

export type Power =
  | 'POWER_UNSPECIFIED'
  | 0
  | 'RUNNING'
  | 1
  | 'STOPPED'
  | 2
  | 'PAUSED'
  | 3
  | 'ABSENT'
  | 4

export type Power__Output = typeof Power[keyof typeof Power]
