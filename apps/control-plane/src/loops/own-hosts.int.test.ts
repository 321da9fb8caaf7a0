import { createInstances } from '@novadock/cloud';
import { afterEach, expect, test } from 'vitest';
import { createRolloutFleet, went, type RolloutFleet } from '../testing/rollout-fleet.ts';

let fleet: RolloutFleet;
afterEach(() => fleet.close());

type Replica = Awaited<ReturnType<RolloutFleet['startControlPlane']>>;
const names = ['h1', 'h2', 'h3', 'h4'];
/** How many hosts each of them commands. */
const shares = (...replicas: Replica[]) => replicas.map(({ owner }) => [...fleet.ids.values()].filter((id) => owner.isUp(id) === true).length);
const untilShares = (replicas: Replica[], wanted: number[]) => expect.poll(() => shares(...replicas)).toEqual(wanted);

test('a control plane that comes gets its share of the hosts; when it goes, the other one has them all', async () => {
  fleet = await createRolloutFleet(names);
  const first = await fleet.startControlPlane();
  await untilShares([first], [4]);
  const second = await fleet.startControlPlane();
  await untilShares([first, second], [2, 2]);
  expect(await fleet.store.prisma.host.count({ where: { up: true } })).toBe(4);
  await fleet.stopControlPlane(first);
  await untilShares([second], [4]);
});

test('before it has asked a host that it took, it does not say that the host is away: boots are placed there', async () => {
  fleet = await createRolloutFleet(['h1']);
  const agent = fleet.agents.get('h1')!;
  const answers = Promise.withResolvers<void>();
  const { getHostFacts } = agent;
  agent.getHostFacts = async () => {
    await answers.promise;
    return getHostFacts();
  };
  const { owner, cloud } = await fleet.startControlPlane();
  const id = fleet.ids.get('h1')!;
  expect(owner.isUp(id)).toBe(undefined);
  const { instances } = await createInstances(cloud, fleet.auth, { name: 'test1', imageId: fleet.image.id, flavorId: fleet.flavor.id, networks: [{ networkId: fleet.network.id }], minCount: 1, maxCount: 1, requestId: 'req-1' });
  expect(instances).toMatchObject([{ hostId: id }]);
  answers.resolve();
  await expect.poll(() => owner.isUp(id)).toBe(true);
  agent.goDown();
  await expect.poll(() => owner.isUp(id)).toBe(false);
});

test('R2: hosts that change hands in the middle of a rollout do nothing twice', async () => {
  fleet = await createRolloutFleet(names);
  const first = await fleet.startControlPlane();
  await untilShares([first], [4]);
  fleet.behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
  const number = await fleet.begin();
  await expect.poll(() => names.every((name) => fleet.runsOf(name).length === 3)).toBe(true);
  const second = await fleet.startControlPlane();
  await untilShares([first, second], [2, 2]);
  for (const agent of fleet.agents.values()) {
    const request = agent.setups.started.find(({ kind }) => kind === 'apply')!;
    fleet.become(agent, request);
    agent.setups.write(request.runId, { ended: went() });
  }
  await expect.poll(async () => (await fleet.rollout(number)).state).toBe('succeeded');
  for (const name of names) expect(fleet.runsOf(name)).toEqual(['check fleet@2', 'stage fleet@2', 'apply fleet@2']);
});

test('whether a host is up is written down again when that failed, and is so at once where it did not', async () => {
  fleet = await createRolloutFleet(['h1']);
  const { pool, prisma } = fleet.store;
  const query = pool.query.bind(pool) as (...given: unknown[]) => unknown;
  let failures = 0;
  let told = 0;
  (pool as { query: typeof query }).query = (...given) => {
    if ((given[0] as { name?: string }).name !== 'host-up') return query(...given);
    told += 1;
    failures -= 1;
    return failures >= 0 ? Promise.reject(new Error('Connection terminated unexpectedly')) : query(...given);
  };
  const isUp = async () => (await prisma.host.findUniqueOrThrow({ where: { name: 'h1' } })).up;
  failures = 1;
  const { owner } = await fleet.startControlPlane();
  await expect.poll(() => owner.isUp(fleet.ids.get('h1')!)).toBe(true);
  await expect.poll(() => told).toBeGreaterThan(0);
  expect(await isUp()).toBe(false);
  await expect.poll(isUp).toBe(true);
  fleet.agents.get('h1')!.goDown();
  await expect.poll(isUp).toBe(false);
});
