import { beginsOrRuns } from '../world.ts';
import type { Check } from './check-written.ts';

/** R6: a host at its result is not cordoned by the rollout. */
export const r6: Check = ({ after }) => {
  const left = after.tasks.find((task) => task.cordoned && task.state !== 'pending' && !beginsOrRuns(task));
  return left === undefined ? undefined : { what: `is ${left.state} and left cordoned`, hostId: left.hostId };
};
