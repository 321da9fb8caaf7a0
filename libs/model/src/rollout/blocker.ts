import type { RolloutHostFacts } from './rollout.ts';

export type Blocker = { code: 'PACKAGE_NOT_FOUND' | 'SWARM_MODE' | 'LIVE_RESTORE_OFF'; why: string };

/** Why a host must not be touched, as far as the controller knows it; undefined when nothing speaks against it (R8, R11). */
export function blocker(facts: RolloutHostFacts): Blocker | undefined {
  if (facts.unresolvable !== null) return { code: 'PACKAGE_NOT_FOUND', why: facts.unresolvable };
  if (facts.swarm) return { code: 'SWARM_MODE', why: 'Its engine is in swarm mode, where live-restore does not work. Take it out of the swarm (docker swarm leave).' };
  // moby#27057: it must be on before the restart and after it. An engine that is not ready may not have told: what runs in it then is the agent's to look at.
  if (facts.healthy && facts.instances > 0 && !facts.liveRestore) {
    return { code: 'LIVE_RESTORE_OFF', why: 'Live-restore is off and instances run on it, so a restart of the engine would stop them. Move them away or switch it on (daemon.json, then reload the engine).' };
  }
  return undefined;
}
