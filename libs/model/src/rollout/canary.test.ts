import { expect, test } from 'vitest';
import { phaseOf } from './phase-of.ts';
import { fakeFacts, fakeHost, fakeRollout } from './testing/fake-rollout.ts';

const strategy = { canary: { count: 1, bake: '5m' }, waves: ['50%', '100%'], maxInFlight: 4 };
const hostIds = (count: number) => Array.from({ length: count }, (_, index) => `h${index}`);
const canaryWave = (rollout: ReturnType<typeof fakeRollout>) => rollout.snapshot.tasks.filter((task) => task.wave === 0).map((task) => task.hostId);
const begun = (rollout: ReturnType<typeof fakeRollout>) => rollout.snapshot.tasks.filter((task) => phaseOf(task) === 'inFlight').map((task) => task.hostId);

function setAll(rollout: ReturnType<typeof fakeRollout>, online: boolean): void {
  for (const { hostId } of rollout.snapshot.tasks) rollout.facts(hostId, { online, onlineSinceMs: rollout.now });
}

/** `count` hosts in the rollout's order, the canary first; `change` says what is different about the host at a place in it. */
function inOrder(count: number, change: (place: number) => object, given: Record<string, unknown> = strategy) {
  const order = fakeRollout(given, count).snapshot.tasks.map((task) => task.hostId);
  const hosts = hostIds(count).map((id, index) => fakeHost(index, change(order.indexOf(id))));
  return { order, rollout: fakeRollout(given, hosts) };
}

test('after an outage of all hosts the canary goes first, alone, and is watched', () => {
  const rollout = fakeRollout(strategy, 40);
  const [canary] = canaryWave(rollout);
  setAll(rollout, false);
  rollout.wait(61_000);
  rollout.wait(61_000);
  expect(rollout.states()).toEqual({ skipped: 1, pending: 39 });
  expect(rollout.snapshot.waves[0]!.state).toBe('running');
  setAll(rollout, true);
  rollout.advance();
  expect(canaryWave(rollout)).toEqual([canary]);
  expect(begun(rollout)).toEqual([canary]);
  rollout.finish(canary!);
  expect(rollout.snapshot.waves.map(({ state }) => state)).toEqual(['baking', 'pending', 'pending']);
  rollout.wait(299_000);
  expect(begun(rollout)).toEqual([]);
});

test('while no host is there to stand in, nothing changes, and the progress deadline pauses', () => {
  const rollout = fakeRollout(strategy, 4);
  setAll(rollout, false);
  rollout.wait(61_000);
  expect(rollout.wait(1_700_000)).toEqual([]);
  rollout.wait(100_000);
  expect(rollout.state()).toBe('paused{progress_deadline}');
  expect([rollout.snapshot.waves[0]!.state, rollout.states()]).toEqual(['running', { skipped: 1, pending: 3 }]);
});

test('only a host that is there and not locked stands in for a canary that is away, which takes its place', () => {
  const { order, rollout } = inOrder(10, (place) => [{ online: false }, { online: false }, { locked: true }, { busyWith: 'run' }, {}][place] ?? {});
  const standIn = rollout.task(order[4]!);
  expect(standIn).toMatchObject({ wave: 0, state: 'precheck' });
  expect(rollout.task(order[0]!)).toMatchObject({ wave: 1, state: 'pending', skipped: null });
  expect(begun(rollout)).toEqual([order[4]]);
});

test('a canary that is back after another stood in for it waits for its turn there, and takes no instances before (R13)', () => {
  const { order, rollout } = inOrder(10, (place) => (place === 0 ? { online: false } : {}));
  rollout.facts(order[0]!, { online: true, onlineSinceMs: rollout.now });
  rollout.advance();
  expect(begun(rollout)).toEqual([order[1]]);
  rollout.finish(order[1]!);
  expect(rollout.snapshot.waves[0]!.state).toBe('baking');
  expect(rollout.task(order[0]!)).toMatchObject({ state: 'pending', wave: 1, cordoned: true });
  rollout.wait(300_000);
  expect(begun(rollout)).toContain(order[0]);
});

test('hosts that stand in and go away as well never make the canary wave larger than it was planned', () => {
  const rollout = fakeRollout(strategy, 10);
  for (let count = 0; count < 4; count++) {
    const [host] = begun(rollout);
    rollout.facts(host!, { online: false, onlineSinceMs: rollout.now });
    rollout.wait(61_000);
    expect(canaryWave(rollout)).toHaveLength(1);
  }
  setAll(rollout, true);
  rollout.advance();
  expect(begun(rollout)).toHaveLength(1);
});

test('the only canary is forgotten while it is watched: another host is the canary', () => {
  const rollout = fakeRollout(strategy, 10);
  const [canary] = canaryWave(rollout);
  rollout.finish(canary!);
  expect(rollout.snapshot.waves[0]!.state).toBe('baking');
  rollout.snapshot = { ...rollout.snapshot, tasks: rollout.snapshot.tasks.filter((task) => task.hostId !== canary) };
  rollout.wait(300_000);
  expect(rollout.snapshot.waves.map(({ state }) => state)).toEqual(['running', 'pending', 'pending']);
  expect(begun(rollout)).toEqual(canaryWave(rollout));
  expect(begun(rollout)).toHaveLength(1);
});

test('canaries that are there already prove nothing: another host is the canary; with all of them there it succeeds', () => {
  const rollout = fakeRollout({ ...strategy, approval: 'before-start' }, 4);
  const [canary] = canaryWave(rollout);
  rollout.facts(canary!, { appliedHash: 'new' });
  rollout.command({ do: 'approve', by: 'eva' });
  expect(rollout.task(canary!)).toMatchObject({ state: 'skipped', skipped: 'already', wave: 0 });
  expect(begun(rollout)).toHaveLength(1);
  const all = fakeRollout({ ...strategy, approval: 'before-start' }, 4);
  for (const id of hostIds(4)) all.facts(id, { appliedHash: 'new' });
  all.command({ do: 'approve', by: 'eva' });
  expect([all.state(), all.states()]).toEqual(['succeeded', { skipped: 4 }]);
});

test('a canary that fails in a way that does not count proves nothing either', () => {
  const rollout = fakeRollout({ ...strategy, failure: { count: ['lost'] }, health: { minHealthy: '10s', hostDeadline: '5m' } }, 4);
  const [canary] = begun(rollout);
  rollout.wait(300_000);
  expect(rollout.task(canary!)).toMatchObject({ state: 'timed_out', wave: 0 });
  expect(begun(rollout)).toHaveLength(1);
  expect(canaryWave(rollout)).toEqual([canary, ...begun(rollout)]);
});

test('a failure that an operator has seen, and resumed after, is the end of the canary', () => {
  const rollout = fakeRollout({ ...strategy, canary: { count: 1, bake: '0s' } }, 4);
  rollout.fail(begun(rollout)[0]!);
  rollout.command({ do: 'resume' });
  expect(rollout.snapshot.waves[0]!.state).toBe('done');
  expect(begun(rollout)).toHaveLength(1);
});

test('a rollout whose canary is away, and that has no other host to change, ends; the canary catches up', () => {
  const { order, rollout } = inOrder(2, (place) => (place === 0 ? { online: false } : fakeFacts({ appliedHash: 'new' })));
  expect([rollout.state(), rollout.task(order[0]!).catchUp]).toEqual(['succeeded', true]);
});

test('without a canary an outage delays nothing', () => {
  const rollout = fakeRollout({ ...strategy, canary: { count: 0 } }, 4);
  setAll(rollout, false);
  rollout.wait(61_000);
  expect(rollout.state()).toBe('succeeded');
  setAll(rollout, true);
  rollout.advance();
  expect(begun(rollout)).toHaveLength(4);
});
