import type { AgentService } from '@novadock/model';
import type { AgentDeps } from './agent-deps.ts';
import { applyInstance } from './apply-instance.ts';
import { getHostFacts } from './get-host-facts.ts';
import { removeAgent } from './remove-agent.ts';
import { startSetup } from './start-setup.ts';
import { watchInstances } from './watch-instances.ts';
import { watchSetup } from './watch-setup.ts';

/** The agent of this host, as libs/rpc serves it. What is not about instances' specs and statuses is the driver's alone. */
export function createAgentService(deps: AgentDeps): AgentService {
  const { driver } = deps;
  return {
    getHostFacts: () => getHostFacts(deps),
    applyInstance: (request) => applyInstance(deps, request),
    watchInstances: (request, signal) => watchInstances(deps, request, signal),
    readLogs: (request, signal) => driver.readLogs(request, signal),
    getInstanceStats: (instanceId) => driver.readStats(instanceId),
    hasImage: (engineId) => driver.hasImage(engineId),
    putImage: (image, archive) => driver.putImage(image, archive),
    startSetup: (request) => startSetup(deps, request),
    watchSetup: (request, signal) => watchSetup(deps, request, signal),
    removeAgent: (request) => removeAgent(deps, request),
  };
}
