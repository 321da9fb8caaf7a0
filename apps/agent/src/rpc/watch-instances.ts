import { once } from 'node:events';
import type { InstancesUpdate } from '@novadock/model';
import type { AgentDeps } from './agent-deps.ts';

/** Nothing is told before the containers of the host are known: an instance that is not in the list counts as gone. Throws `conflict` (staleEpoch), under way as well. */
export async function* watchInstances({ epoch, feed, synced }: AgentDeps, request: { epoch: number }, signal: AbortSignal): AsyncGenerator<InstancesUpdate> {
  const superseded = await epoch.accept(request.epoch);
  const ended = AbortSignal.any([signal, superseded]);
  await Promise.race([synced, once(ended, 'abort')]);
  yield* feed.watch(ended);
  superseded.throwIfAborted();
}
