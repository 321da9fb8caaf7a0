import type { Pass } from './pass.ts';

/**
 * Whether hosts may be begun, and enter `applying` (R3). After a rollout succeeded, that is for those who were away and catch up (R13);
 * they stop with the first failure that is one too many.
 */
export function mayBegin(pass: Pass): boolean {
  const { state, supersededBy } = pass.rollout;
  if (!pass.open || supersededBy !== null) return false;
  return state === 'running' || (state === 'succeeded' && pass.rules.limitExceeded(pass) === undefined);
}
