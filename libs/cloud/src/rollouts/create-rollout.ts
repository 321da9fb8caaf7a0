import { randomUUID } from 'node:crypto';
import { CloudError, newRollout, parseStrategy, planRollout, type RolloutPlan, type RolloutSnapshot, type Strategy } from '@novadock/model';
import { databaseNow, findProfileRow, findRollout, inTransaction, insertRollout, nextRolloutNumber, readRolloutHosts, recordEvents, writeRolloutHosts, type HostProfileRow, type HostSelection, type NewRollout, type RolloutHostRow, type Transaction } from '@novadock/store';
import type { Cloud } from '../cloud.ts';
import { toProfileView } from '../setup/profile-view.ts';
import type { AskPackages } from './ask-packages.ts';
import { findPackages, unresolvableHosts, type PackageFinding } from './find-packages.ts';
import { hostChanges } from './host-changes.ts';
import { toHostFacts } from './host-facts.ts';
import { packageGroups } from './package-groups.ts';
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
};

/** What a plan is made with. Without `askPackages` no host is asked. */
export type RolloutPlanner = Pick<Cloud, 'store'> & { askPackages?: AskPackages };

type Planned = { number: number; now: number; target: HostProfileRow; strategy: Strategy; hosts: RolloutHostRow[]; plan: RolloutPlan; packages: PackageFinding[] };

/**
 * What a rollout would do if it were made now; nothing is touched. Its canaries are those that it would have. Where the engine is to be another one, a host of each
 * kind is asked for its packages. Throws `notFound` (profile), `invalid`.
 */
export function planNewRollout(planner: RolloutPlanner, request: RolloutRequest): Promise<{ profile: string; revision: number; plan: PlanView }> {
  return withPlan(planner, request, async (_, planned) => ({ profile: planned.target.name, revision: planned.target.revision, plan: toPlanView(planned) }));
}

/**
 * Makes a rollout, which is `planned` until it is started, and gives its number; a repeated request gives the one that it made. Throws `notFound` (profile), `invalid`,
 * and PACKAGE_NOT_FOUND where that leaves no host.
 */
export async function createRollout(planner: RolloutPlanner, request: RolloutRequest, by: { userId: string; claimId?: string }): Promise<number> {
  const id = by.claimId ?? randomUUID();
  const repeated = await findRollout(planner.store.prisma, { id });
  if (repeated !== null) return repeated.number;
  return withPlan(planner, request, async (tx, planned) => {
    const { number, now, target, strategy, hosts, plan } = planned;
    assertSomeLeft(plan);
    const { strict } = toProfileView(target).settings;
    const snapshot = newRollout({ id: rolloutName(number), target: target.hash, strategy, strict, plan, now });
    await insertRollout(tx, toRow({ id, request, planned, snapshot, userId: by.userId }));
    await writeRolloutHosts(tx, number, snapshot.tasks.map((task, position) => fromTask({ ...task, stateAtMs: now }, { position, previousProfile: null })));
    await recordEvents(tx, [{ kind: 'rollout.planned', subjectId: rolloutName(number), data: { profile: target.name, revision: target.revision, hosts: hosts.length, planned: plan.planned, blocked: plan.blocked.length, strategy: toJson(strategy), by: by.userId } }]);
    return number;
  });
}

/** Plans once, and where hosts have to be asked, once more with what they said: nobody waits for them within a transaction. */
async function withPlan<Result>({ store, askPackages }: RolloutPlanner, request: RolloutRequest, use: (tx: Transaction, planned: Planned) => Promise<Result>): Promise<Result> {
  const first = await inTransaction(store, async (tx) => {
    const planned = await makePlan(tx, request, []);
    const changing = new Set(planned.plan.tasks.filter(({ wave }) => wave !== null).map(({ hostId }) => hostId));
    const groups = askPackages === undefined ? [] : await packageGroups(tx, planned.target, planned.hosts.filter(({ hostId }) => changing.has(hostId)));
    return groups.length === 0 ? { isDone: true as const, result: await use(tx, planned) } : { isDone: false as const, groups, target: planned.target };
  });
  if (first.isDone) return first.result;
  const packages = await Promise.all(first.groups.map((group) => findPackages(group, first.target, askPackages)));
  return inTransaction(store, async (tx) => use(tx, await makePlan(tx, { ...request, revision: first.target.revision }, packages)));
}

async function makePlan(tx: Transaction, { profile, revision, selection, strategy: given }: RolloutRequest, packages: PackageFinding[]): Promise<Planned> {
  const strategy = parseStrategy(given);
  const target = await findProfileRow(tx, profile, revision);
  if (target === null) throw new CloudError('notFound', `There is no profile ${profile}${revision === undefined ? '' : ` with a revision ${revision}`}: see \`novadock profile list\`.`, { reason: 'profileNotFound' });
  const number = await nextRolloutNumber(tx);
  const hosts = await readRolloutHosts(tx, 0, selection);
  assertFound(hosts, selection);
  const changes = await hostChanges(tx, target, hosts);
  const unresolvable = unresolvableHosts(packages);
  const planHosts = hosts.map((host) => ({ hostId: host.hostId, name: host.name, zone: host.zone, excluded: host.excluded, facts: toHostFacts(host, { unresolvable: unresolvable.get(host.hostId) }), changes: changes.get(host.hostId) ?? [] }));
  const plan = planRollout({ rolloutId: rolloutName(number), target: target.hash, strategy, hosts: planHosts });
  return { number, now: await databaseNow(tx), target, strategy, hosts, plan, packages };
}

/** Those that are left out for this do not join later, so such a rollout would come to nothing. */
function assertSomeLeft({ planned, blocked }: RolloutPlan): void {
  const missing = blocked.find(({ code }) => code === 'PACKAGE_NOT_FOUND');
  if (planned === 0 && missing !== undefined) throw new CloudError('invalid', `No host is left to change: ${missing.why}`, { reason: 'PACKAGE_NOT_FOUND' });
}

/** A name that is wrong must not make a rollout smaller in silence. */
function assertFound(hosts: RolloutHostRow[], { hosts: wanted, exclude }: HostSelection): void {
  const known = new Set(hosts.flatMap(({ hostId, name }) => [hostId, name]));
  const missing = [...wanted, ...exclude].filter((one) => !known.has(one));
  if (missing.length > 0) throw new CloudError('invalid', `No such host among those that are selected: ${missing.join(', ')}. See \`novadock host list\`.`, { reason: 'hostNotSelected' });
  if (hosts.length === 0) throw new CloudError('invalid', 'No host has these labels. See `novadock host list`.', { reason: 'noHosts' });
}

function toRow({ id, request, planned, snapshot, userId }: { id: string; request: RolloutRequest; planned: Planned; snapshot: RolloutSnapshot; userId: string }): NewRollout {
  const { number, now, target, strategy, plan } = planned;
  return {
    number, id, profile: target.name, revision: target.revision, target: target.hash, selector: request.selection, plan: toJson(toPlanView(planned)), strategy: toJson(strategy), strict: snapshot.rollout.strict,
    state: snapshot.rollout.state, stateAt: new Date(now), planned: plan.planned, approvedWave: 0, waves: toJson(snapshot.waves), createdBy: userId, createdAt: new Date(now),
  };
}

/** As the database keeps it: without what is undefined. */
function toJson(value: object): Record<string, never> {
  return JSON.parse(JSON.stringify(value)) as Record<string, never>;
}
