import type { NovaDockerProfile } from '@novadock/model';
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

/** The step as one of a host's set-up: with nothing to do where the profile does not ask for it. */
export function forNode(step: NodeStep): SetupStep {
  const { name, title, part } = step;
  return {
    name,
    title,
    async check(ctx) {
      const profile = ctx.profile.novaDocker;
      if (profile === undefined) return { ok: true, detail: 'this host is no node of an OpenStack' };
      if (part === 'any' ? !profile.compute && !profile.glance : !profile[part]) return { ok: true, detail: `nothing to do: the profile says novaDocker.${part === 'any' ? 'compute and novaDocker.glance' : part}: false` };
      return step.check(ctx, profile);
    },
    async apply(ctx) {
      if (ctx.profile.novaDocker !== undefined) await step.apply(ctx, ctx.profile.novaDocker);
    },
    undo: (ctx) => step.undo(ctx),
  };
}
