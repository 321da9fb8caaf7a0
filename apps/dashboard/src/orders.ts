import type { Rollout } from '@novadock/api-client/browser';

export type Verb = 'start' | 'approve' | 'pause' | 'resume' | 'promote' | 'retry' | 'rollback' | 'abort';

/** What a rollout is ordered to do, with what goes with it. */
export type Order = { verb: Verb; body?: object };

export type OrderWords = {
  label: string;
  /** What to ask before it is done; undefined: it is done at once. */
  confirm?: { title: (rollout: Rollout) => string; text: (rollout: Rollout) => string; choices?: (rollout: Rollout) => { label: string; body: object }[] };
};

export const orderWords: Record<Verb, OrderWords> = {
  start: { label: 'Start' },
  approve: { label: 'Approve' },
  pause: { label: 'Pause' },
  resume: { label: 'Resume' },
  promote: { label: 'Promote canary' },
  retry: { label: 'Retry failed' },
  rollback: {
    label: 'Roll back…',
    confirm: { title: ({ id }) => `Roll back ${id}?`, text: ({ profile }) => `Each host that it changed returns to what it had before ${profile.name} revision ${profile.revision}, under the same limits. A rollback cannot be rolled back.` },
  },
  abort: {
    label: 'Abort…',
    confirm: {
      title: ({ id }) => `Abort ${id}?`,
      text: ({ state }) => (state === 'succeeded' ? 'Hosts that were away stay as they are when they are back. Those that are being changed now finish.' : 'It ends for good. Hosts that are being changed now finish; no other begins.'),
      // To return the hosts of one that succeeded is its rollback.
      choices: ({ state }) => [{ label: 'Keep what was changed', body: { policy: 'keep' } }, ...(state === 'succeeded' ? [] : [{ label: 'Return changed hosts to what they had', body: { policy: 'revert' } }])],
    },
  },
};

/** What an operator may order a rollout to do as it is now, the most likely first. */
export function ordersFor(rollout: Pick<Rollout, 'state' | 'reason' | 'supersededBy' | 'failures' | 'waves' | 'counts'>): Verb[] {
  const { state, reason, supersededBy, failures, waves, counts } = rollout;
  // Its hosts are on their way to a newer target.
  if (supersededBy !== null) return [];
  const retry: Verb[] = failures > 0 ? ['retry'] : [];
  const rollback: Verb[] = counts.ok + counts.running + counts.failed > 0 ? ['rollback'] : [];
  const byState: Record<Rollout['state'], Verb[]> = {
    draft: ['abort'],
    planned: ['start', 'abort'],
    awaiting_approval: ['approve', 'abort'],
    running: ['pause', ...(waves.some((wave) => wave.state === 'baking') ? (['promote'] as const) : []), ...retry, ...rollback, 'abort'],
    paused: [...afterPause(reason), ...retry, ...rollback, 'abort'],
    rolling_back: ['pause', 'abort'],
    rollback_paused: ['resume', 'abort'],
    // Hosts that were away, or are back, are changed yet, until it is aborted.
    succeeded: [...retry, ...rollback, ...(counts.offline + counts.pending + counts.running > 0 ? (['abort'] as const) : [])],
    failed: [...retry, ...rollback],
    aborted: rollback,
    superseded: [],
    rolled_back: [],
  };
  return byState[state];
}

/** A closed window opens by itself; until then the pause can be made to last. */
function afterPause(reason: string | null): Verb[] {
  if (reason === 'gate') return ['approve'];
  return reason === 'window' ? ['pause'] : ['resume'];
}
