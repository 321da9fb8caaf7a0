import { CloudError } from '@novadock/model';
import { findHost, lastEventOf } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import type { EventFeed } from '../events/event-feed.ts';

/** An event that was missed costs no more than this. */
const recheckMs = 5_000;

/** Waits until a host is forgotten; false when the time was over before. Throws `conflict` with the reason when it was kept. */
export async function waitUntilForgotten({ store }: Pick<Cloud, 'store'>, feed: EventFeed, { hostId, timeoutMs }: { hostId: string; timeoutMs: number }): Promise<boolean> {
  const giveUpAt = Date.now() + timeoutMs;
  const events = await feed.subscribe({ subjectId: hostId });
  try {
    for (;;) {
      const host = await findHost(store.prisma, { id: hostId });
      if (host === null) return true;
      if (host.forgettingAt === null) {
        const kept = await lastEventOf(store, { subjectId: hostId, kind: 'host.forget_failed' });
        throw new CloudError('conflict', `Host ${host.name} was not forgotten. ${(kept?.data as { reason?: string } | undefined)?.reason ?? ''}`, { reason: 'hostForgetFailed' });
      }
      const leftMs = giveUpAt - Date.now();
      if (leftMs <= 0 || events.ended.aborted) return false;
      await events.next(Math.min(leftMs, recheckMs));
    }
  } finally {
    events.close();
  }
}
