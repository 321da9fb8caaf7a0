import { afterEach, expect, test } from 'vitest';
import { runSetup } from '../../run-setup.ts';
import type { SetupContext } from '../../setup-step.ts';
import { createNode, removeNodes } from '../../testing/fake-openstack.ts';
import { novaDockerSteps } from './nova-docker-steps.ts';

afterEach(removeNodes);

test('what a profile does not ask for is not shown, and not done', async () => {
  const shown = async (ctx: SetupContext) => {
    const names: string[] = [];
    await runSetup({ kind: 'check', ctx, steps: novaDockerSteps, report: async (news) => void ('step' in news && news.step.state === 'runs' && names.push(news.step.name)) });
    return names;
  };
  const ctx = await createNode();
  expect(await shown({ ...ctx, profile: { ...ctx.profile, novaDocker: undefined } })).toEqual([]);
  expect(await shown(await createNode({ profile: { compute: false } }))).toEqual([]);
  expect(await shown(await createNode({ profile: { compute: false, glance: true } }))).toEqual(['openstack-node', 'glance-conf', 'openstack-services']);
  expect(await shown(ctx)).toEqual(['openstack-node', 'nova-tools', 'nova-driver', 'nova-conf', 'nova-rootwrap', 'nova-user', 'openstack-services']);
});
