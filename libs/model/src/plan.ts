import type { InstanceSpec, Power } from './instance.ts';

/** What is known of an instance's container when the next step is chosen. */
export type Observed = {
  power: Power;
  /** How often a restart was carried out. */
  restarts: number;
  /** Its namespace, links and addresses: all in place, some of it (a crash, or what a removed container left), or nothing. */
  network: 'ready' | 'partial' | 'none';
};

/** The steps there are, and what each needs to know besides the instance's spec. */
export type StepName = 'prepare-network' | 'create-container' | 'start-container' | 'stop-container' | 'kill-container' | 'pause-container' | 'unpause-container' | 'remove-container' | 'release-network';

/** `restart` marks a step that carries out a restart which was asked for. */
export type Step = { do: StepName; restart?: true };

/** The next step that brings an instance nearer to its spec, or undefined when it is there. */
export function plan(want: InstanceSpec, have: Observed): Step | undefined {
  if (want.power === 'absent') return planRemoval(have);
  if (have.power === 'absent') return { do: 'create-container' };
  if (want.restarts > have.restarts && want.power === 'running') return planRestart(want, have);
  if (want.power === have.power) return undefined;
  if (have.power === 'paused') return { do: 'unpause-container' };
  if (have.power === 'running') return { do: want.power === 'paused' ? 'pause-container' : 'stop-container' };
  return planStart(have);
}

function planRemoval(have: Observed): Step | undefined {
  if (have.power !== 'absent') return { do: 'remove-container' };
  return have.network === 'none' ? undefined : { do: 'release-network' };
}

function planRestart(want: InstanceSpec, have: Observed): Step {
  if (have.power === 'paused') return { do: 'unpause-container' };
  if (have.power === 'running') return { do: want.restartHard ? 'kill-container' : 'stop-container', restart: true };
  return { ...planStart(have), restart: true };
}

function planStart(have: Observed): Step {
  return { do: have.network === 'ready' ? 'start-container' : 'prepare-network' };
}
