import { heldStates } from '@novadock/store';
import { expect, vi } from 'vitest';
import type { RolloutFleet } from './rollout-fleet.ts';

/** For tests: names for so many hosts. */
export const names = (count: number) => Array.from({ length: count }, (_, index) => `h${index + 1}`);

/** For tests: looks at the rollouts of the fleet that a test has, and waits for what becomes of them. */
export function watchRollouts(fleet: () => RolloutFleet) {
  const untilUp = (count: number) => expect.poll(() => fleet().store.prisma.host.count({ where: { up: true } })).toBe(count);
  const stateOf = async (number: number, name: string) => (await fleet().hosts(number)).get(name)?.state;

  /** An event can be read once all that were written before it can be. */
  const checkHistory = async (number: number): Promise<void> => {
    const states = new Map<string, string>();
    for (const { kind, data } of await fleet().events(number)) {
      const { hostId, from, to } = data as { hostId?: string; from: string; to: string };
      const subject = hostId ?? (kind.includes('wave_') ? `wave ${(data as { wave: string }).wave}` : 'rollout');
      if (kind !== 'rollout.planned' && kind !== 'rollout.host_joined' && states.has(subject)) expect([kind, from]).toEqual([kind, states.get(subject)]);
      states.set(subject, to ?? 'planned');
    }
    for (const { hostId, state } of (await fleet().hosts(number)).values()) expect(states.get(hostId) ?? state).toBe(state);
    expect(states.get('rollout')).toBe((await fleet().rollout(number)).state);
  };

  return {
    untilUp,
    /** Has control planes come, and waits until each host is up. */
    bringUp: async ({ replicas = 1 }: { replicas?: number } = {}) => {
      for (let replica = 0; replica < replicas; replica += 1) await fleet().startControlPlane();
      await untilUp(fleet().agents.size);
    },
    stateOf,
    untilState: (number: number, state: string, reason: string | null = null) => expect.poll(async () => { const { state: is, reason: why } = await fleet().rollout(number); return [is, why]; }).toEqual([state, reason]),
    untilHost: (number: number, name: string, state: string) => expect.poll(() => stateOf(number, name)).toBe(state),
    hostRow: (name: string) => fleet().store.prisma.host.findUniqueOrThrow({ where: { name } }),
    /** How many hosts were in flight at once at most, as the events tell it. */
    peakOf: async (number: number): Promise<number> => {
      const inFlight = new Set<string>();
      let peak = 0;
      for (const { kind, data } of await fleet().events(number)) {
        const { hostId, to } = data as { hostId?: string; to: string };
        if (hostId === undefined || !kind.startsWith('rollout.host_')) continue;
        if (heldStates.includes(to)) inFlight.add(hostId);
        else inFlight.delete(hostId);
        peak = Math.max(peak, inFlight.size);
      }
      return peak;
    },
    /** R14: each event of a host goes on from where the one before ended, and the last one is the state that it has. */
    assertHistory: (number: number) => vi.waitFor(() => checkHistory(number), 10_000),
  };
}
