import type { HostProfile, NovaDockerProfile } from '@novadock/model';
import type { Check, SetupContext, SetupStep } from '../../setup-step.ts';

/** A step on a node of an OpenStack; `part` is what has to run here for it. */
export type NodeStep = {
  name: string;
  title: string;
  part: 'compute' | 'glance' | 'any';
  check(ctx: SetupContext, profile: NovaDockerProfile): Promise<Check>;
  apply(ctx: SetupContext, profile: NovaDockerProfile): Promise<void>;
  /** Of a set-up whose profile is not known any more. */
  undo(ctx: SetupContext): Promise<string>;
};

/** The step as one of a host's set-up: there where the profile asks for it. */
export function forNode(step: NodeStep): SetupStep {
  const { name, title, part, undo } = step;
  const wantedBy = ({ novaDocker }: HostProfile) => (novaDocker !== undefined && (part === 'any' ? novaDocker.compute || novaDocker.glance : novaDocker[part]) ? novaDocker : undefined);
  return {
    name,
    title,
    isWanted: (profile) => wantedBy(profile) !== undefined,
    async check(ctx) {
      const wanted = wantedBy(ctx.profile);
      return wanted === undefined ? { ok: true, detail: 'the profile does not ask for it' } : step.check(ctx, wanted);
    },
    async apply(ctx) {
      const wanted = wantedBy(ctx.profile);
      if (wanted !== undefined) await step.apply(ctx, wanted);
    },
    undo,
  };
}
