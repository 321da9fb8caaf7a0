import type { ContainerInspectInfo } from 'dockerode';
import type { Observed, Power } from '@novadock/model';
import { restartsOf } from './labels.ts';

/** What was seen of an instance's container. Times are ms since 1970, 0 where there is none; `containerId` is empty when it is absent. */
export type Container = {
  instanceId: string;
  containerId: string;
  power: Power;
  exitCode: number;
  oomKilled: boolean;
  startedAtMs: number;
  finishedAtMs: number;
  /** The restarts that were asked for before it was made. */
  restarts: number;
  network: Observed['network'];
  /** When the engine was asked: what happened before is in here. */
  seenAtMs: number;
};

export type Seen = Pick<Container, 'instanceId' | 'network' | 'seenAtMs'>;

export function absentContainer(seen: Seen): Container {
  return { ...seen, containerId: '', power: 'absent', exitCode: 0, oomKilled: false, startedAtMs: 0, finishedAtMs: 0, restarts: 0 };
}

/** A container that has just been made. */
export function newContainer(seen: Seen, made: { containerId: string; restarts: number }): Container {
  return { ...absentContainer(seen), ...made, power: 'stopped' };
}

export function fromInspect(seen: Seen, info: ContainerInspectInfo): Container {
  const { State: state } = info;
  return {
    ...seen,
    containerId: info.Id,
    power: toPower(state),
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    startedAtMs: toMs(state.StartedAt),
    finishedAtMs: toMs(state.FinishedAt),
    restarts: restartsOf(info.Config.Labels),
  };
}

/** What a list says of a container's state, in words of the model. */
export function fromListState(state: string): Power {
  return state === 'running' || state === 'paused' ? state : 'stopped';
}

// A paused container is Running as well.
function toPower(state: ContainerInspectInfo['State']): Power {
  if (state.Paused) return 'paused';
  return state.Running ? 'running' : 'stopped';
}

// "0001-01-01T00:00:00Z" where there is none.
function toMs(time: string): number {
  return Math.max(0, Date.parse(time));
}
