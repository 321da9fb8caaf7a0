/** The codes that a host can fail with in a rollout, beside those of its set-up. A test holds them against the sources. */
export const rolloutFailureCodes: readonly string[] = [
  'DRAIN_TIMEOUT', 'HOST_DEADLINE', 'HOST_IN_USE', 'HOST_LOST', 'HOST_OFFLINE', 'INSTANCES_DISTURBED', 'LIVE_RESTORE_OFF', 'SWARM_MODE', 'UNEXPLAINED', 'WENT_UNHEALTHY',
];
