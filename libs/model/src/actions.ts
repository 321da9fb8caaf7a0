import type { Power } from './instance.ts';

/** Nova's vm_state, as far as instances of ours can be in it. */
export type VmState = 'building' | 'active' | 'stopped' | 'paused' | 'error' | 'deleted';

/** An action on an instance: when it is allowed, and what it changes in the instance's spec. */
export type Action = {
  /** The word in Nova's refusal: Cannot 'stop' instance … while it is in vm_state stopped. */
  verb: string;
  from: readonly VmState[];
  power: Power;
  restart?: 'soft' | 'hard';
  /** Nova's task_state until the agent has done it. */
  task: string;
};

/** Which states allow which action follows Nova (shared recordings of a real one: states.md). */
export const actions = {
  start: { verb: 'start', from: ['stopped'], power: 'running', task: 'powering-on' },
  stop: { verb: 'stop', from: ['active', 'error'], power: 'stopped', task: 'powering-off' },
  pause: { verb: 'pause', from: ['active'], power: 'paused', task: 'pausing' },
  unpause: { verb: 'unpause', from: ['paused'], power: 'running', task: 'unpausing' },
  reboot: { verb: 'reboot', from: ['active'], power: 'running', restart: 'soft', task: 'rebooting' },
  rebootHard: { verb: 'reboot', from: ['active', 'stopped', 'paused', 'error'], power: 'running', restart: 'hard', task: 'rebooting_hard' },
  delete: { verb: 'delete', from: ['building', 'active', 'stopped', 'paused', 'error'], power: 'absent', task: 'deleting' },
} as const satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;
