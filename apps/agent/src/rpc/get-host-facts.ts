import { readHostFacts } from '@novadock/host-setup';
import type { HostFacts } from '@novadock/model';
import { agentVersion } from '../agent-version.ts';
import type { AgentDeps } from './agent-deps.ts';

export async function getHostFacts({ connectEngine, setups }: AgentDeps): Promise<HostFacts> {
  const [facts, setup] = await Promise.all([readHostFacts({ connect: connectEngine, agentVersion }), setups.facts()]);
  return { ...facts, setup };
}
