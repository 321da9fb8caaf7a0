import { CloudError } from '@novadock/model';

/** What is told when the agent's folder cannot be written. */
export function toDiskError(thrown: unknown): CloudError {
  if (thrown instanceof CloudError) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new CloudError('unavailable', `The agent cannot write what its set-up does to its disk: ${why}. Make room there; the run is gone on with when the agent is restarted.`, { cause: thrown });
}
