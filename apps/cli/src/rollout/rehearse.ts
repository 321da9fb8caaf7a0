import { setTimeout as delay } from 'node:timers/promises';
import type { Client, HostProfile, NewRollout, Rollout, RolloutHost } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import type { Cli } from '../cli.ts';
import { judgeRehearsal, type Finding } from './judge-rehearsal.ts';
import type { Canary } from './pick-canary.ts';
import { showRollout } from './watch-rollout.ts';

/** What profiles of rehearsals begin with. */
const prefix = 'rehearsal-';
/** No engine knows it, and an engine refuses what it does not know; nothing before the engine does. */
const refused = { 'novadock-rehearsal': 'no engine takes this' };
/** The canary alone goes first; were it not to fail, the rollout would wait for an approval after it. It takes nothing over from other rollouts. */
const strategy = (canary: string) => ({ canary: { count: 0, hosts: [canary], bake: '0s', onFailure: 'pause' }, waves: ['100%'], maxInFlight: 1, failure: { max: 0 }, health: { minHealthy: '0s' }, approval: 'between-waves', lateJoiners: false, supersede: false });
const unfinished: Rollout['state'][] = ['planned', 'awaiting_approval', 'running', 'paused', 'rolling_back', 'rollback_paused'];
/** A host tells what it is on a little after its run. */
const factsMs = 30_000;
const lookMs = 500;

export type Rehearsal = { rollout: string; profile: { name: string; revision: number }; canary: string; findings: Finding[] };

/**
 * Starts a rollout of a change that the canary's engine refuses, shows it, and ends it. Gives what it has shown; undefined when interrupted. Throws `conflict` where another
 * rollout is under way. Cut off at any moment it harms nothing: the rollout pauses by itself, and the next rehearsal ends it.
 */
export async function rehearse(cli: Cli, client: Client, { canary, select }: { canary: Canary; select: NewRollout['select'] }): Promise<Rehearsal | undefined> {
  await endFormer(cli, client);
  const profile = await putProfile(client, canary);
  const { id } = await client.rollouts.create({ profile: profile.name, revision: profile.revision, select, strategy: strategy(canary.name) });
  const before = await assertCanary(client, id, canary.name);
  cli.note(`${id}: ${canary.name} is to get ${profile.name}@${profile.revision}, which is ${canary.profile}@${canary.revision} with a setting that no engine takes.`);
  await startOrEnd(client, id);
  const last = await showRollout(cli, client, id);
  if (last === undefined) {
    cli.note(`Not watching any more. It stops by itself, its canary returns to what it had, and no other host is touched. End it with \`novadock rollout abort ${id}\`; the next rehearsal does so as well.`);
    return undefined;
  }
  const hosts = await settledHosts(cli, client, { id, canary: canary.name, before });
  const findings = judgeRehearsal(last, hosts, { canary: canary.name, before });
  await end(cli, client, id);
  return { rollout: id, profile: { name: profile.name, revision: profile.revision }, canary: canary.name, findings };
}

/** Ends those that were left when their command was cut off. */
async function endFormer(cli: Cli, client: Client): Promise<void> {
  for (const { id, state, profile } of await client.rollouts.list()) {
    if (!profile.name.startsWith(prefix) || !unfinished.includes(state)) continue;
    cli.note(`${id} is a rehearsal that was left; it is ended first.`);
    await end(cli, client, id);
  }
}

/** The revision that the canary is on, and the setting; without images, which are not what is rehearsed. */
async function putProfile(client: Client, { profile: name, revision }: Canary): Promise<HostProfile> {
  const { profile } = await client.profiles.get(name, { revision });
  const { engine, dockerGroup, smokeTestPull, agentVersion, sysctl, strict, novaDocker } = profile;
  const settings = { engine: { ...engine, settings: { ...engine.settings, ...refused } }, dockerGroup, smokeTestPull, agentVersion, sysctl, strict, novaDocker, images: [] };
  return (await client.profiles.put(`${prefix}${name}`, settings)).profile;
}

/** The hash of the revision that the canary is on. Throws `conflict` when another host would go first, having ended the rollout. */
async function assertCanary(client: Client, id: string, name: string): Promise<string> {
  const first = (await client.rollouts.hosts(id)).filter(({ wave }) => wave === 0);
  const { waves } = await client.rollouts.get(id);
  if (first.length === 1 && first[0]?.host === name && waves[0]?.name === 'canary') return first[0].appliedHash;
  const { blocked } = await client.rollouts.plan(id);
  await client.rollouts.order(id, 'abort', { policy: 'keep' });
  throw new CloudError('conflict', `${name} cannot be changed: ${blocked.find(({ host }) => host === name)?.why ?? 'it is not in the plan.'}`, { reason: 'noCanary' });
}

async function startOrEnd(client: Client, id: string): Promise<void> {
  try {
    await client.rollouts.order(id, 'start');
  } catch (error) {
    await client.rollouts.order(id, 'abort', { policy: 'keep' });
    throw error;
  }
}

async function settledHosts(cli: Cli, client: Client, { id, canary, before }: { id: string; canary: string; before: string }): Promise<RolloutHost[]> {
  for (let leftMs = factsMs; ; leftMs -= lookMs) {
    const hosts = await client.rollouts.hosts(id);
    const broken = hosts.find(({ host }) => host === canary);
    if (leftMs <= 0 || broken?.state !== 'reverted' || broken.appliedHash === before || cli.io.signal.aborted) return hosts;
    await delay(lookMs, undefined, { signal: cli.io.signal }).catch(() => {});
  }
}

/** Ends a rehearsal; a canary that is not back returns to what it had before. */
async function end(cli: Cli, client: Client, id: string): Promise<void> {
  let rollout = await client.rollouts.get(id, { wait: 'settled', timeout: 60 });
  while (rollout.inFlight > 0 && !cli.io.signal.aborted) rollout = await client.rollouts.get(id, { wait: 'settled', timeout: 60 });
  if (!unfinished.includes(rollout.state)) return;
  const isBack = (await client.rollouts.hosts(id)).every(({ touched }) => !touched);
  const isRollingBack = rollout.state === 'rolling_back' || rollout.state === 'rollback_paused';
  await client.rollouts.order(id, 'abort', { policy: isBack || isRollingBack ? 'keep' : 'revert' });
  if (!isBack && !isRollingBack) await showRollout(cli, client, id);
}
