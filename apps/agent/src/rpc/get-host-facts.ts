import { readHostFacts } from '@novadock/host-setup';
import type { HostFacts } from '@novadock/model';
import { agentVersion } from '../agent-version.ts';
import type { AgentDeps } from './agent-deps.ts';

export async function getHostFacts({ connectEngine }: AgentDeps): Promise<HostFacts> {
  return readHostFacts({ connect: connectEngine, agentVersion });
}
