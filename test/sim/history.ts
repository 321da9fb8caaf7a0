import { rolloutRules, windowOpen, type RolloutRules } from '@novadock/model';
import { goAway, comeBack, setHealthy } from './agents.ts';
import { checkEnd } from './checks/check-end.ts';
import { makeClock } from './clock.ts';
import { bringToEnd, launch, launchOver, meddle, type Launch } from './operator.ts';
import { makeRandom, type Random } from './random.ts';
import { randomStrategy } from './random-strategy.ts';
import { takeOver, tick, type Replica } from './replica.ts';
import { faultKinds, type FaultKind, type SimHost, type Violation, type World } from './world.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const startMs = Date.UTC(2026, 2, 1);

export type HistoryOptions = { seed: number; rules?: RolloutRules; faults?: ReadonlySet<FaultKind>; hosts?: number; trace?: string[]; untilMinutes?: number };
export type Outcome = { violation: Violation | undefined; /** All rules that the first wrong step breaks. */ rules: string[]; events: number; states: string[] };

/** One random history: some hours of misfortunes and commands, then quiet, in which everything has to come to its end. */
export function runHistory(options: HistoryOptions): Outcome {
  const random = makeRandom(options.seed);
  const faults = options.faults ?? new Set(faultKinds.filter(() => random.chance(0.6)));
  const world = makeWorld(random, faults, options);
  const replicas = startReplicas(world);
  const chaosEndMs = world.clock.now + random.integer(20, 120) * minuteMs;
  misfortunes(world, chaosEndMs);
  launchRollouts(world, chaosEndMs);
  runWhile(world, chaosEndMs);
  if (world.violations.length === 0) {
    calmDown(world, replicas);
    runWhile(world, world.clock.now + 50 * 60 * minuteMs);
    if (world.violations.length === 0) checkEnd(world);
  }
  const rollouts = [...world.rollouts.values()];
  return { violation: world.violations[0], rules: world.violations.map((one) => one.rule), events: rollouts.reduce((sum, one) => sum + one.events.length, 0), states: rollouts.map((one) => one.snapshot.rollout.state) };
}

function makeWorld(random: Random, faults: ReadonlySet<FaultKind>, options: HistoryOptions): World {
  const clock = makeClock(startMs + random.integer(0, 300) * minuteMs);
  const isOpen = rememberWindows();
  const count = options.hosts ?? random.pick([1, 3, 6, 12, 25]);
  const hosts = Array.from({ length: count }, (_, index) => makeHost(random, index, clock.now));
  const world: World = { random, clock, faults, calm: false, hosts, byId: new Map(hosts.map((host) => [host.id, host])), rollouts: new Map(), claims: 0, rules: quickWindows(options.rules ?? rolloutRules, isOpen), isOpen, violations: [], wake: () => {}, trace: options.trace };
  for (const host of hosts) if (faults.has('joiners') && random.chance(0.1)) host.joinedAtMs = clock.now + random.integer(1, 90) * minuteMs;
  if (faults.has('blockers')) for (const host of hosts) if (random.chance(0.1)) block(random, host);
  return world;
}

function rememberWindows(): World['isOpen'] {
  const known = new Map<string, boolean>();
  return (window, now) => {
    if (window === undefined) return true;
    const key = `${window.tz} ${window.startMinutes} ${window.lengthMs} ${Math.floor(now / (30 * minuteMs))}`;
    const open = known.get(key) ?? windowOpen(window, now);
    known.set(key, open);
    return open;
  };
}

/** A mutant of the window's rule stays as it is. */
function quickWindows(rules: RolloutRules, isOpen: World['isOpen']): RolloutRules {
  return rules.windowOpen === windowOpen ? { ...rules, windowOpen: isOpen } : rules;
}

function makeHost(random: Random, index: number, now: number): SimHost {
  const hash = random.pick(['old-1', 'old-1', 'old-2']);
  return {
    id: `h${index}`, zone: random.pick(['a', 'b', 'c']), joinedAtMs: now, online: true, onlineSinceMs: now, healthy: true, healthySinceMs: now, hash, locked: false, instances: random.integer(0, 3), swarm: false, liveRestore: true,
    unresolvable: null, manualRun: false, epoch: 1, agentEpoch: 1, journal: new Map(), running: undefined, unsent: [], reports: new Map(), original: new Map(),
  };
}

function block(random: Random, host: SimHost): void {
  const kind = random.integer(0, 2);
  host.swarm = kind === 0;
  host.liveRestore = kind !== 1;
  host.unresolvable = kind === 2 ? 'no such version of the engine' : null;
}

/** One replica works at a time; when it is killed, another takes over. Now and then two believe that they lead. */
function startReplicas(world: World): Replica[] {
  const { random, clock } = world;
  const replicas: Replica[] = [{ alive: true, lagMs: 0 }];
  let asked = false;
  const run = (): void => {
    asked = false;
    for (const replica of [...replicas]) tick(world, replica);
    if (!replicas.some((one) => one.alive && one.lagMs === 0)) succeed();
  };
  const succeed = (): void => {
    clock.in(random.integer(1, 15) * secondMs, () => {
      if (replicas.some((one) => one.alive && one.lagMs === 0)) return;
      replicas.splice(0, replicas.length, { alive: true, lagMs: 0 });
      takeOver(world);
    });
  };
  world.wake = () => {
    if (asked) return;
    asked = true;
    clock.in(random.integer(0, 4) * (secondMs / 2), run);
  };
  const loop = (): void => {
    if (world.faults.has('twoLeaders') && !world.calm && random.chance(0.03)) split(world, replicas);
    run();
    clock.in((world.calm ? 60 : 15) * secondMs, loop);
  };
  clock.in(0, loop);
  return replicas;
}

/** The old leader goes on, slowly, beside its successor. */
function split(world: World, replicas: Replica[]): void {
  replicas.splice(0, replicas.length, { alive: true, lagMs: world.random.integer(1, 20) * secondMs }, { alive: true, lagMs: 0 });
  takeOver(world);
}

function isAny(): boolean {
  return true;
}

/** Hosts of the other zones: two such selections share hosts, and each has some that the other does not have. */
function isOutside(zone: string): Launch['selects'] {
  return (host) => host.zone !== zone;
}

function launchRollouts(world: World, untilMs: number): void {
  const { random, clock, faults } = world;
  const given = (id: string, selects: Launch['selects']): Launch => ({ id, target: `${random.pick(['good', 'good', 'bad'])}-${id}`, strategy: randomStrategy(random), strict: random.chance(0.2), selects });
  launch(world, given('r1', random.pick([isAny, isAny, isOutside('a')])));
  // Two that do not know of each other.
  if (faults.has('secondRollout') && random.chance(0.3)) clock.in(random.integer(0, 10) * minuteMs, () => void launch(world, given('s1', random.pick([isAny, isOutside('c')]))));
  for (const id of faults.has('supersede') ? ['r2', 'r3'].slice(0, random.integer(1, 2)) : []) {
    const newer = given(id, random.pick([isAny, isOutside('b'), isOutside('c')]));
    const start = (): void => {
      if (!launchOver(world, newer) && world.clock.now < untilMs) clock.in(5 * minuteMs, start);
    };
    clock.at(clock.now + random.next() * (untilMs - clock.now), start);
  }
}

/** What happens to hosts and what operators do, at random moments until `untilMs`. */
function misfortunes(world: World, untilMs: number): void {
  const { random, faults } = world;
  every(world, untilMs, 300, 'operators', () => meddle(world));
  every(world, untilMs, 240, 'absences', () => goAway(world, random.pick(world.hosts), random.integer(2, 3000) * secondMs));
  // A fault of the control plane's own network takes all of them away.
  every(world, untilMs, 2400, 'absences', () => {
    const ms = random.integer(2, 900) * secondMs;
    for (const host of world.hosts) goAway(world, host, ms);
  });
  every(world, untilMs, 240, 'locks', () => {
    const host = random.pick(world.hosts);
    if (random.chance(0.3)) host.manualRun = !host.manualRun;
    else host.locked = !host.locked;
    world.wake();
  });
  every(world, untilMs, 300, 'blockers', () => {
    const host = random.pick(world.hosts);
    if (host.swarm || !host.liveRestore || host.unresolvable !== null) Object.assign(host, { swarm: false, liveRestore: true, unresolvable: null });
    else block(random, host);
    world.wake();
  });
  every(world, untilMs, 120, 'operators', () => {
    const host = random.pick(world.hosts);
    host.instances = random.integer(0, 3);
    world.wake();
  });
  if (faults.has('kills')) every(world, untilMs, 400, 'kills', () => takeOver(world));
}

function every(world: World, untilMs: number, seconds: number, kind: FaultKind, act: () => void): void {
  if (!world.faults.has(kind)) return;
  const again = (): void => {
    world.clock.in(world.random.next() * 2 * seconds * secondMs, () => {
      if (world.clock.now >= untilMs) return;
      act();
      again();
    });
  };
  again();
}

/** All is well from here on: whoever was away is back, nothing fails, and an operator looks after the rollouts. */
function calmDown(world: World, replicas: Replica[]): void {
  world.calm = true;
  replicas.splice(0, replicas.length, { alive: true, lagMs: 0 });
  takeOver(world);
  for (const host of world.hosts) {
    Object.assign(host, { locked: false, manualRun: false, swarm: false, liveRestore: true, unresolvable: null, instances: 0, joinedAtMs: Math.min(host.joinedAtMs, world.clock.now) });
    comeBack(world, host);
    setHealthy(world, host, true);
  }
  const look = (): void => {
    for (const stored of world.rollouts.values()) bringToEnd(world, stored);
    if (world.rollouts.size > 0) world.clock.in(5 * minuteMs, look);
  };
  world.clock.in(minuteMs, look);
}

/** Runs until a rule is broken, until the time, or, when it is calm, until nothing moves any more. */
function runWhile(world: World, untilMs: number): void {
  while (world.clock.now < untilMs && world.violations.length === 0) {
    world.clock.runUntil(Math.min(untilMs, world.clock.now + 10 * minuteMs));
    if (world.calm && isOver(world)) return;
  }
}

/** Every rollout is at its end, and nothing happened for a while. */
function isOver(world: World): boolean {
  return [...world.rollouts.values()].every((stored) => {
    const { state } = stored.snapshot.rollout;
    const still = world.clock.now - (stored.events.at(-1)?.at ?? 0) >= 30 * minuteMs;
    return still && ['succeeded', 'failed', 'aborted', 'superseded', 'rolled_back'].includes(state) && world.clock.now - startMs > 0;
  });
}
