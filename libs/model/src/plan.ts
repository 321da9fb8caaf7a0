import type { InstanceSpec, Power } from './instance.ts';

/** What is known of an instance's container when the next step is chosen. */
export type Observed = {
  power: Power;
  /** How often a restart was carried out. */
  restarts: number;
  /** Whether its network namespace, links and addresses are in place. */
  networkReady: boolean;
};

/** The steps there are, and what each needs to know besides the instance's spec. */
export type StepName = 'prepare-network' | 'create-container' | 'start-container' | 'stop-container' | 'kill-container' | 'pause-container' | 'unpause-container' | 'remove-container' | 'release-network';

/** `restart` marks the stop or kill that carries out a restart which was asked for. */
export type Step = { do: StepName; restart?: true };

/** The next step that brings an instance nearer to its spec, or undefined when it is there. */
export function plan(want: InstanceSpec, have: Observed): Step | undefined {
  if (want.power === 'absent') return planRemoval(have);
  if (have.power === 'absent') return { do: 'create-container' };
  if (want.restarts > have.restarts && want.power === 'running') return planRestart(want, have);
  if (want.power === have.power) return undefined;
  if (have.power === 'paused') return { do: 'unpause-container' };
  if (have.power === 'running') return { do: want.power === 'paused' ? 'pause-container' : 'stop-container' };
  return have.networkReady ? { do: 'start-container' } : { do: 'prepare-network' };
}

function planRemoval(have: Observed): Step | undefined {
  if (have.power !== 'absent') return { do: 'remove-container' };
  return have.networkReady ? { do: 'release-network' } : undefined;
}

function planRestart(want: InstanceSpec, have: Observed): Step {
  if (have.power === 'paused') return { do: 'unpause-container' };
  if (have.power === 'running') return { do: want.restartHard ? 'kill-container' : 'stop-container', restart: true };
  return { do: have.networkReady ? 'start-container' : 'prepare-network', restart: true };
}
