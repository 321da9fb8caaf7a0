import { expect, test } from 'vitest';
import { cutWaves } from './cut-waves.ts';
import { hostOrder } from './host-order.ts';
import { parseStrategy } from './parse-strategy.ts';
import { planRollout } from './plan-rollout.ts';
import { fakeHost } from './testing/fake-rollout.ts';

const strategy = parseStrategy({});

function plan(hosts: ReturnType<typeof fakeHost>[], given: unknown = {}, rolloutId = 'r1'): ReturnType<typeof planRollout> {
  return planRollout({ rolloutId, target: 'new', strategy: parseStrategy(given), hosts });
}

test.each([
  ['the fleet of rollout.md: 59 hosts at 5%', {}, 1200, 1, { canary: 1, '5%': 59, '25%': 240, '100%': 900 }],
  ['rounded up', {}, 1181, 1, { canary: 1, '5%': 59, '25%': 236, '100%': 885 }],
  ['none is empty, one host at least', {}, 3, 1, { canary: 1, '5%': 1, '25%': 1 }],
  ['a canary is all there is', {}, 1, 1, { canary: 1 }],
  ['no canary', { waves: [2, '100%'] }, 5, 0, { 2: 2, '100%': 3 }],
  ['no hosts', {}, 0, 0, {}],
])('waves: %s', (_title, given, hosts, canaries, sizes) => {
  expect(Object.fromEntries(cutWaves(parseStrategy(given), hosts, canaries).map((wave) => [wave.name, wave.size]))).toEqual(sizes);
});

test('the order is the same with each replan, whatever the order of the hosts, and another with each rollout', () => {
  const hosts = Array.from({ length: 200 }, (_, index) => fakeHost(index));
  const order = plan(hosts).tasks.map((task) => task.hostId);
  expect(plan(hosts.toReversed()).tasks.map((task) => task.hostId)).toEqual(order);
  expect(plan(hosts, {}, 'r2').tasks.map((task) => task.hostId)).not.toEqual(order);
  expect(order).not.toEqual(hosts.map((host) => host.hostId));
});

test('the hash never changes, and spreads', () => {
  expect([hostOrder('r-42', 'c-117'), hostOrder('r-42', 'c-118'), hostOrder('r-43', 'c-117')]).toMatchInlineSnapshot(`
    [
      1674694366922127,
      6604751264629416,
      8502142229209997,
    ]
  `);
  const buckets = new Array<number>(10).fill(0);
  for (let index = 0; index < 10_000; index++) buckets[Math.floor((hostOrder('r', `host-${index}`) / 2 ** 53) * 10)]!++;
  expect(Math.min(...buckets)).toBeGreaterThan(850);
  expect(Math.max(...buckets)).toBeLessThan(1150);
});

test('canaries that are named come first, and the order fills them up to their count', () => {
  const hosts = Array.from({ length: 20 }, (_, index) => fakeHost(index));
  const { tasks, waves } = plan(hosts, { canary: { hosts: ['h7', 'h3'], count: 3 } });
  expect(waves[0]).toMatchObject({ name: 'canary', size: 3 });
  expect(tasks.slice(0, 2).map((task) => task.hostId).sort()).toEqual(['h3', 'h7']);
  expect(() => plan(hosts, { canary: { hosts: ['h99'] } })).toThrow('strategy.canary.hosts names h99');
});

test('R5, R8, R11: who is skipped, who is blocked and why; hosts with the same changes are one group', () => {
  const found = plan([
    fakeHost(0, { appliedHash: 'new' }),
    fakeHost(1, {}, { excluded: true }),
    fakeHost(2, { swarm: true }),
    fakeHost(3, { liveRestore: false, instances: 2 }),
    fakeHost(4, { liveRestore: false, instances: 0 }, { changes: ['engine 28→29', '+live-restore'] }),
    fakeHost(5, { unresolvable: 'docker-ce 29.4.2 is not in the repository for bookworm/arm64' }),
    fakeHost(6, { online: false }),
    fakeHost(7, { locked: true }),
  ]);
  expect(found.blocked.map(({ hostId, code }) => [hostId, code])).toEqual([['h2', 'SWARM_MODE'], ['h3', 'LIVE_RESTORE_OFF'], ['h5', 'PACKAGE_NOT_FOUND']]);
  expect(found.skipped.map(({ hostId, reason, wave }) => [hostId, reason, wave !== null]).sort()).toEqual([['h0', 'already', false], ['h1', 'excluded', false], ['h6', 'offline', true], ['h7', 'locked', true]]);
  expect(found.planned).toBe(3);
  expect(found.groups).toEqual([{ changes: ['engine 28→29'], hosts: 2 }, { changes: ['engine 28→29', '+live-restore'], hosts: 1 }]);
});

test('under another policy, hosts that are offline are not skipped', () => {
  expect(plan([fakeHost(0, { online: false })], { offline: { policy: 'wait' } }).skipped).toEqual([]);
});

test('5,000 hosts', () => {
  const hosts = Array.from({ length: 5000 }, (_, index) => fakeHost(index));
  expect(planRollout({ rolloutId: 'r', target: 'new', strategy, hosts }).tasks).toHaveLength(5000);
});
