import type { RolloutPlan } from '@novadock/api-client';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { addRolloutOptions, toNewRollout, type RolloutOptions } from './rollout-options.ts';

export function addRolloutPlan(parent: Command, cli: Cli): void {
  const command = parent.command('plan').description('Say who would change, how and when, and who is blocked and why; nothing is touched');
  addRolloutOptions(command).argument('[rollout]', 'what this one was planned to do').action(async (rollout: string | undefined, options: RolloutOptions) => {
    const client = await cli.connect();
    const plan = rollout === undefined ? await client.rollouts.dryRun(await toNewRollout(cli, options.profile ?? 'default', options)) : await client.rollouts.plan(rollout);
    if (cli.format() !== 'table') return cli.show(plan, []);
    await cli.write(renderPlan(plan));
  });
}

/** A plan in words. */
export function renderPlan({ profile, planned, inFlightLimit, waves, groups, packages, skipped, blocked }: RolloutPlan): string {
  const hosts = (count: number) => (count === 1 ? '1 host' : `${count} hosts`);
  const reasons = [...Map.groupBy(skipped, ({ reason }) => reason)].map(([reason, some]) => `  ${hosts(some.length)} ${skipWords[reason]}: ${names(some.map(({ host }) => host))}`);
  const blocks = [...Map.groupBy(blocked, ({ why }) => why)].map(([why, some]) => `  ${some[0]?.code ?? ''}: ${names(some.map(({ host }) => host))}\n    ${why}`);
  const lines = [
    `${profile.name}@${profile.revision}: ${hosts(planned)} ${planned === 1 ? 'changes' : 'change'}, at most ${inFlightLimit} at a time`,
    ...groups.flatMap((group) => [`  ${hosts(group.hosts)}:`, ...group.changes.map((change) => `    ${change}`)]),
    ...(packages.length === 0 ? [] : ["The engine's packages:", ...packages.map((one) => `  ${sayPackages(one)}`)]),
    ...(waves.length === 0 ? [] : [`Waves: ${waves.map((wave) => `${wave.name} ${hosts(wave.hosts)}, stops at ${wave.allowedFailures + 1} failed`).join('; ')}`]),
    ...(reasons.length === 0 ? [] : ['Skipped, as things are:', ...reasons]),
    ...(blocks.length === 0 ? [] : [`Blocked: ${hosts(blocked.length)}`, ...blocks]),
  ];
  return `${lines.join('\n')}\n`;
}

function sayPackages({ operatingSystem, architecture, exact, askedHost, note }: RolloutPlan['packages'][number]): string {
  const found = exact.length > 0 ? exact.join(', ') : note;
  const kind = [operatingSystem, architecture].filter((word) => word !== '').join(', ');
  return `${kind === '' ? 'hosts that were never seen' : kind}: ${found}${askedHost === null ? '' : ` (asked ${askedHost})`}`;
}

const skipWords = { already: 'there already', offline: 'offline', locked: 'locked', excluded: 'excluded' };

function names(all: string[]): string {
  return all.length <= 5 ? all.join(', ') : `${all.slice(0, 5).join(', ')} and ${all.length - 5} more`;
}
