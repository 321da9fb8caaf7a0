import { once } from 'node:events';
import type { InstancesUpdate } from '@novadock/model';
import type { AgentDeps } from './agent-deps.ts';

/** Nothing is told before the containers of the host are known: an instance that is not in the list counts as gone. Throws `conflict` (staleEpoch). */
export async function* watchInstances({ epoch, feed, synced }: AgentDeps, request: { epoch: number }, signal: AbortSignal): AsyncGenerator<InstancesUpdate> {
  await epoch.accept(request.epoch);
  await Promise.race([synced, once(signal, 'abort')]);
  yield* feed.watch(signal);
}
