import type { Check } from './check-written.ts';
import { hostMoves, type HostMove } from './moves.ts';

/** R8: a host whose instances were disturbed is not healthy, and no engine is restarted where instances would stop. */
export const r8: Check = (written) => {
  const { mode } = written.before.rollout.strategy.drain;
  return hostMoves(written).map((move) => disturbed(move, mode) ?? unsafe(move, mode)).find((one) => one !== undefined);
};

function disturbed({ task, to }: HostMove, mode: string): { what: string; hostId: string } | undefined {
  const report = task.facts.reports.applying;
  const count = report?.attempt === task.attempt ? report.disturbed : 0;
  return (to.to === 'healthy' || to.to === 'verifying') && count > 0 && mode !== 'drain' ? { what: `is ${to.to} with ${count} instances disturbed`, hostId: task.hostId } : undefined;
}

function unsafe({ task, to }: HostMove, mode: string): { what: string; hostId: string } | undefined {
  if (to.to !== 'applying' || to.from === 'applying') return undefined;
  const { hostId, facts } = task;
  if (facts.swarm) return { what: 'enters applying in swarm mode', hostId };
  // Of an engine that does not answer it is not known: its agent looks before it restarts it.
  if (facts.healthy && facts.instances > 0 && !facts.liveRestore) return { what: `enters applying with ${facts.instances} instances and without live-restore`, hostId };
  return mode === 'drain' && facts.instances > 0 ? { what: `enters applying with ${facts.instances} instances that were to be moved away`, hostId } : undefined;
}
