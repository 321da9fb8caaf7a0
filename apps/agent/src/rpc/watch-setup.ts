import type { SetupEntry } from '@novadock/model';
import type { AgentDeps } from './agent-deps.ts';

/** The entries of a run's journal after `after`, as they are made. Throws `notFound`. */
export function watchSetup({ setups }: AgentDeps, request: { runId: string; after: number }, signal: AbortSignal): AsyncIterable<SetupEntry> {
  return setups.watch(request, signal);
}
