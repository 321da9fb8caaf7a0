import { CloudError, profileProblems, type StartSetup } from '@novadock/model';
import type { AgentDeps } from './agent-deps.ts';

/** Accepts a run of the set-up, which goes on by itself. Throws `conflict` (staleEpoch, setupRunning) and `invalid`. */
export async function startSetup({ epoch, setups }: AgentDeps, request: StartSetup): Promise<void> {
  await epoch.accept(request.epoch);
  assertUsable(request);
  // An undo has no use for a profile.
  await setups.start({ ...request, profile: request.kind === 'undo' ? undefined : request.profile });
}

function assertUsable({ runId, kind, profile }: StartSetup): void {
  // It names a folder.
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(runId)) throw new CloudError('invalid', `The run's id ${JSON.stringify(runId)} is no UUID.`);
  if (kind === 'undo') return;
  if (profile === undefined) throw new CloudError('invalid', 'The request has no profile.');
  const [problem] = profileProblems(profile);
  if (problem !== undefined) throw new CloudError('invalid', `The profile ${profile.name} cannot be used: ${problem.field}: ${problem.message}`);
}
