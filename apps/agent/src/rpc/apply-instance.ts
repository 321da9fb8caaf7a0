import { assertRunnable } from '@novadock/docker';
import type { ApplyInstance } from '@novadock/model';
import type { AgentDeps } from './agent-deps.ts';

/** Accepts a spec; the work goes on in the instance's queue. Throws `conflict` (staleEpoch) and `invalid`. */
export async function applyInstance({ epoch, reconciler }: AgentDeps, request: ApplyInstance): Promise<void> {
  await epoch.accept(request.epoch);
  assertRunnable(request.spec);
  reconciler.apply({ spec: request.spec, generation: request.generation });
}
