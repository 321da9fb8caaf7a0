// Original file: proto/novadock/agent/v1/agent.proto

export const EngineSource = {
  ENGINE_SOURCE_UNSPECIFIED: 'ENGINE_SOURCE_UNSPECIFIED',
  DISTRIBUTION: 'DISTRIBUTION',
  DOCKER_CE: 'DOCKER_CE',
  PRESENT: 'PRESENT',
} as const;

export type EngineSource =
  | 'ENGINE_SOURCE_UNSPECIFIED'
  | 0
  | 'DISTRIBUTION'
  | 1
  | 'DOCKER_CE'
  | 2
  | 'PRESENT'
  | 3

export type EngineSource__Output = typeof EngineSource[keyof typeof EngineSource]
