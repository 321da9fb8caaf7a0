import type { AgentDeps } from './agent-deps.ts';

/** Returns before the agent goes. Throws `conflict` (staleEpoch, setupRunning). */
export async function removeAgent({ epoch, setups, leaveHost }: Pick<AgentDeps, 'epoch' | 'setups' | 'leaveHost'>, request: { epoch: number }): Promise<void> {
  await epoch.accept(request.epoch);
  setups.assertIdle();
  await leaveHost();
}
