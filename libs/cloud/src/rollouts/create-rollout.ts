import { randomUUID } from 'node:crypto';
import { CloudError, newRollout, parseStrategy, planRollout, type RolloutPlan, type RolloutSnapshot, type Strategy } from '@novadock/model';
import { databaseNow, findProfileRow, findRollout, inTransaction, insertRollout, nextRolloutNumber, readRolloutHosts, recordEvents, writeRolloutHosts, type HostProfileRow, type HostSelection, type NewRollout, type RolloutHostRow, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { hostChanges } from './host-changes.ts';
import { toHostFacts } from './host-facts.ts';
import { toPlanView, type PlanView } from './plan-view.ts';
import { rolloutName } from './rollout-name.ts';
import { fromTask } from './to-task.ts';

export type RolloutRequest = {
  profile: string;
  /** The newest unless said. */
  revision?: number;
  selection: HostSelection;
  /** As in rollout.md, section 2; what is left out has its default. */
  strategy: unknown;
  /** A host that has to catch up does not serve until it has. */
  strict: boolean;
};

type Planned = { number: number; now: number; target: HostProfileRow; strategy: Strategy; hosts: RolloutHostRow[]; plan: RolloutPlan };

/** What a rollout would do if it were made now; nothing is touched. Its canaries are those that it would have. Throws `notFound` (profile), `invalid`. */
export function planNewRollout(cloud: Pick<Cloud, 'store'>, request: RolloutRequest): Promise<{ profile: string; revision: number; plan: PlanView }> {
  return inTransaction(cloud.store, async (tx) => {
    const { target, strategy, hosts, plan } = await makePlan(tx, request);
    return { profile: target.name, revision: target.revision, plan: toPlanView(plan, strategy, hosts) };
  });
}

/** Makes a rollout, which is `planned` until it is started, and gives its number; a repeated request gives the one that it made. Throws `notFound` (profile), `invalid`. */
export function createRollout(cloud: Pick<Cloud, 'store'>, request: RolloutRequest, by: { userId: string; claimId?: string }): Promise<number> {
  return inTransaction(cloud.store, async (tx) => {
    const id = by.claimId ?? randomUUID();
    const repeated = await findRollout(tx, { id });
    if (repeated !== null) return repeated.number;
    const planned = await makePlan(tx, request);
    const { number, now, target, strategy, hosts, plan } = planned;
    const snapshot = newRollout({ id: rolloutName(number), target: target.hash, strategy, strict: request.strict, plan, now });
    await insertRollout(tx, toRow({ id, request, planned, snapshot, userId: by.userId }));
    await writeRolloutHosts(tx, number, snapshot.tasks.map((task, position) => fromTask({ ...task, stateAtMs: now }, { position, previousProfile: null })));
    await recordEvents(tx, [{ kind: 'rollout.planned', subjectId: rolloutName(number), data: { profile: target.name, revision: target.revision, hosts: hosts.length, planned: plan.planned, blocked: plan.blocked.length, by: by.userId } }]);
    return number;
  });
}

async function makePlan(tx: Transaction, { profile, revision, selection, strategy: given }: RolloutRequest): Promise<Planned> {
  const strategy = parseStrategy(given);
  const target = await findProfileRow(tx, profile, revision);
  if (target === null) throw new CloudError('notFound', `There is no profile ${profile}${revision === undefined ? '' : ` with a revision ${revision}`}: see \`novadock profile list\`.`, { reason: 'profileNotFound' });
  const number = await nextRolloutNumber(tx);
  const hosts = await readRolloutHosts(tx, 0, selection);
  assertFound(hosts, selection);
  const changes = await hostChanges(tx, target, hosts);
  const planHosts = hosts.map((host) => ({ hostId: host.hostId, name: host.name, zone: host.zone, excluded: host.excluded, facts: toHostFacts(host), changes: changes.get(host.hostId) ?? [] }));
  const plan = planRollout({ rolloutId: rolloutName(number), target: target.hash, strategy, hosts: planHosts });
  return { number, now: await databaseNow(tx), target, strategy, hosts, plan };
}

/** A name that is wrong must not make a rollout smaller in silence. */
function assertFound(hosts: RolloutHostRow[], { hosts: wanted, exclude }: HostSelection): void {
  const known = new Set(hosts.flatMap(({ hostId, name }) => [hostId, name]));
  const missing = [...wanted, ...exclude].filter((one) => !known.has(one));
  if (missing.length > 0) throw new CloudError('invalid', `No such host among those that are selected: ${missing.join(', ')}. See \`novadock host list\`.`, { reason: 'hostNotSelected' });
  if (hosts.length === 0) throw new CloudError('invalid', 'No host has these labels. See `novadock host list`.', { reason: 'noHosts' });
}

function toRow({ id, request, planned, snapshot, userId }: { id: string; request: RolloutRequest; planned: Planned; snapshot: RolloutSnapshot; userId: string }): NewRollout {
  const { number, now, target, strategy, plan, hosts } = planned;
  const json = <Value>(value: Value) => JSON.parse(JSON.stringify(value)) as Record<string, never>;
  return {
    number, id, profile: target.name, revision: target.revision, target: target.hash, selector: request.selection, plan: json(toPlanView(plan, strategy, hosts)), strategy: json(strategy), strict: request.strict,
    state: snapshot.rollout.state, stateAt: new Date(now), planned: plan.planned, approvedWave: 0, waves: json(snapshot.waves), createdBy: userId, createdAt: new Date(now),
  };
}
