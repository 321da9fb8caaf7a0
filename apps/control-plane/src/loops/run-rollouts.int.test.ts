import { afterEach, describe, expect, test } from 'vitest';
import { createRolloutFleet, failed, went, type RolloutFleet } from '../testing/rollout-fleet.ts';

let fleet: RolloutFleet;
afterEach(() => fleet.close());

const open = async (...args: Parameters<typeof createRolloutFleet>) => {
  fleet = await createRolloutFleet(...args);
  await fleet.startControlPlane();
  await expect.poll(async () => (await fleet.store.prisma.host.count({ where: { up: true } }))).toBe(args[0].length);
};
const untilState = (number: number, state: string) => expect.poll(async () => (await fleet.rollout(number)).state, { timeout: 15_000 }).toBe(state);
const untilHost = (number: number, name: string, state: string) => expect.poll(async () => (await fleet.hosts(number)).get(name)?.state, { timeout: 15_000 }).toBe(state);
const hostRow = (name: string) => fleet.store.prisma.host.findUniqueOrThrow({ where: { name } });

describe('a rollout', () => {
  test('brings hosts to the revision: each is looked at, then changed, once', async () => {
    await open(['h1', 'h2', 'h3']);
    const number = await fleet.begin();
    await untilState(number, 'succeeded');
    for (const name of fleet.agents.keys()) expect(fleet.runsOf(name)).toEqual(['check fleet@2', 'apply fleet@2']);
    expect(await fleet.rollout(number)).toMatchObject({ name: 'r-1', counts: { hosts: 3, ok: 3 }, inFlight: 0, disturbed: 0 });
  });
});
