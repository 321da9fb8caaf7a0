import { CloudError } from '@novadock/model';
import type { Cloud } from '../cloud.ts';
import type { ProjectAuth } from '../identity/auth.ts';
import { listInstanceActions } from '../instances/instance-actions.ts';
import type { EventFeed } from './event-feed.ts';

/** The action that `requestId` asked for; the newest one when that request changed nothing, like a second delete. */
export type WaitForAction = { instanceId: string; requestId: string; timeoutMs: number };

/** An event that was missed costs no more than this. */
const recheckMs = 5_000;

/** Waits until the host has done what was asked of an instance; false when the time was over before. Throws `conflict` with the host's reason when it failed, `notFound`. */
export async function waitForAction(cloud: Cloud, feed: EventFeed, auth: ProjectAuth, { instanceId, requestId, timeoutMs }: WaitForAction): Promise<boolean> {
  const giveUpAt = Date.now() + timeoutMs;
  const events = await feed.subscribe({ subjectId: instanceId });
  try {
    for (;;) {
      const actions = await listInstanceActions(cloud, auth, instanceId);
      const action = actions.find((one) => one.requestId === requestId) ?? actions[0];
      if (action?.result === 'Error') throw new CloudError('conflict', `Instance ${instanceId}: ${action.action} failed: ${action.message ?? 'the host gave no reason.'}`, { reason: 'instanceActionFailed' });
      if (action?.result === 'Success') return true;
      const leftMs = giveUpAt - Date.now();
      if (leftMs <= 0 || events.ended.aborted) return false;
      await events.next(Math.min(leftMs, recheckMs));
    }
  } finally {
    events.close();
  }
}
