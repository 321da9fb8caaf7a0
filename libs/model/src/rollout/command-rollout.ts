import { CloudError } from '../errors.ts';
import { abortRollout } from './abort-rollout.ts';
import { moveRollout, moveWave } from './move-rollout.ts';
import { hasToCatchUp } from './has-to-catch-up.ts';
import { patchStrategy } from './parse-strategy.ts';
import { resumeRollout } from './resume-rollout.ts';
import { retryFailed } from './retry-failed.ts';
import type { RollbackScope, RolloutSnapshot, RolloutState, RolloutTransition } from './rollout.ts';
import { skipHosts } from './skip-hosts.ts';
import { startRollback } from './start-rollback.ts';

/** What an operator asks of a rollout: rollout.md, section 3. `supersede` is asked by the rollout of a newer target. */
export type RolloutCommand =
  | { do: 'start' }
  | { do: 'pause' }
  | { do: 'resume' }
  | { do: 'promote' }
  | { do: 'retry' }
  | { do: 'approve'; by: string }
  | { do: 'abort'; policy: 'keep' | 'revert' }
  | { do: 'rollback'; scope: RollbackScope }
  | { do: 'skip'; hosts: string[] }
  | { do: 'supersede'; by: string }
  | { do: 'patch'; strategy: unknown };

/** At their end, with nothing left to do but to catch up on hosts that were away. */
const ended: readonly RolloutState[] = ['succeeded', 'failed', 'aborted', 'rolled_back'];

type Commands = { [Name in RolloutCommand['do']]: { from: readonly RolloutState[]; run: (snapshot: RolloutSnapshot, command: Extract<RolloutCommand, { do: Name }>, now: number) => RolloutTransition[] } };

const commands: Commands = {
  start: { from: ['planned'], run: ({ rollout }, _, now) => [moveRollout(rollout, now, rollout.strategy.approval === 'before-start' ? 'awaiting_approval' : 'running')] },
  approve: { from: ['awaiting_approval', 'paused'], run: approve },
  pause: { from: ['running', 'paused', 'rolling_back', 'rollback_paused'], run: pause },
  resume: { from: ['paused', 'rollback_paused'], run: (snapshot, _, now) => resumeRollout(snapshot, now) },
  promote: { from: ['running'], run: promote },
  abort: { from: ['draft', 'planned', 'awaiting_approval', 'running', 'paused', 'rolling_back', 'rollback_paused'], run: (snapshot, { policy }, now) => abortRollout(snapshot, policy, now) },
  // R7: a rollback is not rolled back, so not from there.
  rollback: { from: ['running', 'paused', 'succeeded', 'failed', 'aborted'], run: (snapshot, { scope }, now) => [startRollback(snapshot, now, scope, 'operator')] },
  retry: { from: ['running', 'paused', 'succeeded', 'failed'], run: (snapshot, _, now) => retryFailed(snapshot, now) },
  skip: { from: ['planned', 'awaiting_approval', 'running', 'paused', 'succeeded'], run: (snapshot, { hosts }, now) => skipHosts(snapshot, hosts, now) },
  supersede: { from: ['draft', 'planned', 'awaiting_approval', 'running', 'paused', ...ended], run: supersede },
  patch: { from: ['paused', 'rollback_paused'], run: ({ rollout }, { strategy }) => [{ of: 'rollout', from: rollout.state, to: rollout.state, set: { strategy: patchStrategy(rollout.strategy, strategy) } }] },
};

/** What a command changes. An empty answer: it is so already. Throws `conflict` when the rollout's state does not allow it, `invalid` when what is asked for makes no sense. */
export function commandRollout<Name extends RolloutCommand['do']>(snapshot: RolloutSnapshot, command: Extract<RolloutCommand, { do: Name }>, now: number): RolloutTransition[] {
  const { from, run } = commands[command.do as Name];
  const { state, supersededBy } = snapshot.rollout;
  const endsCatchUp = command.do === 'abort' && state === 'succeeded' && hasToCatchUp(snapshot);
  if (!from.includes(state) && !endsCatchUp) throw new CloudError('conflict', `Cannot '${command.do}' a rollout that is ${state}: it must be ${from.join(' or ')}.`, { reason: 'RolloutState' });
  if (supersededBy !== null && command.do !== 'supersede') throw new CloudError('conflict', `Cannot '${command.do}' a rollout that ${supersededBy} supersedes: its hosts are on their way to a newer target. Command ${supersededBy} instead.`, { reason: 'RolloutSuperseded' });
  return run(snapshot, command, now);
}

function approve({ rollout, waves }: RolloutSnapshot, { by }: { by: string }, now: number): RolloutTransition[] {
  if (rollout.state === 'awaiting_approval') return [moveRollout(rollout, now, 'running', null, { approvedBy: by })];
  if (rollout.reason !== 'gate') throw new CloudError('conflict', `The rollout does not wait for approval; it is paused for ${rollout.reason ?? 'no reason'}.`, { reason: 'RolloutState' });
  return [moveRollout(rollout, now, 'running', null, { approvedBy: by, approvedWave: waves.findIndex((wave) => wave.state === 'pending') })];
}

/** A pause for the window would end by itself; one that an operator asks for does not. */
function pause({ rollout }: RolloutSnapshot, _: unknown, now: number): RolloutTransition[] {
  if (rollout.state === 'rolling_back') return [moveRollout(rollout, now, 'rollback_paused', 'operator')];
  const lasting = rollout.state === 'rollback_paused' || (rollout.state === 'paused' && rollout.reason !== 'window');
  return lasting ? [] : [moveRollout(rollout, now, 'paused', 'operator')];
}

function promote({ waves }: RolloutSnapshot, _: unknown, now: number): RolloutTransition[] {
  const baking = waves.find((wave) => wave.state === 'baking');
  if (baking === undefined) throw new CloudError('conflict', 'There is no canary to promote: none is being watched now.', { reason: 'RolloutState' });
  return [moveWave(baking, now, 'done')];
}

/** A rollout that has come to its end keeps its state, and catches up on nothing any more (R9). */
function supersede({ rollout }: RolloutSnapshot, { by }: { by: string }, now: number): RolloutTransition[] {
  if (!ended.includes(rollout.state)) return [moveRollout(rollout, now, 'superseded', null, { supersededBy: by })];
  return rollout.supersededBy === null ? [{ of: 'rollout', from: rollout.state, to: rollout.state, set: { supersededBy: by } }] : [];
}
