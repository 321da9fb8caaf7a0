import { advance, advanceFully, applyTransitions, commandRollout, newRollout, parseStrategy, planRollout, type HostTask, type RolloutHostFacts, type RolloutSnapshot, type RolloutTransition } from '@novadock/model';

const hosts = 5000;
const startMs = Date.UTC(2026, 2, 2, 2);

/**
 * CPU of the machine with 5,000 hosts: the plan; then each host's whole way, one fact at a time, as if each were a transaction of its own, which is the worst that
 * can happen; and a pause. Answers whether the promises hold: a plan in 2 s, 1 ms per host transition, a pause at once.
 */
export function measureCost(print: (line: string) => void): boolean {
  const strategy = parseStrategy({ canary: { count: 5, bake: '1s' }, maxInFlight: '10%', health: { minHealthy: '1s' }, window: { start: '00:00', length: '24h', tz: 'Europe/Berlin' } });
  const facts = hostFacts();
  const planMs = cpuMs(() => plan(strategy, facts));
  const planned = newRollout({ id: 'r1', target: 'new', strategy, strict: false, plan: plan(strategy, facts), now: startMs });
  const run: Run = { snapshot: applyTransitions(planned, commandRollout(planned, { do: 'start' }, startMs)), now: startMs, machineMs: 0, transitions: 0, calls: 0 };
  while (run.snapshot.rollout.state === 'running' && run.calls < 200_000) {
    step(run);
    if (run.snapshot.rollout.state === 'running') reportNext(run);
  }
  const perTransition = run.machineMs / run.transitions;
  const pauseMs = measurePause(newRollout({ id: 'r1', target: 'new', strategy, strict: false, plan: plan(strategy, facts), now: startMs }));
  print(`plan of ${hosts} hosts: ${planMs.toFixed(0)} ms CPU`);
  print(`${run.snapshot.rollout.state}: ${run.transitions} transitions in ${run.calls} calls, ${(1000 * perTransition).toFixed(0)} µs CPU each, ${(1000 * (run.machineMs / run.calls)).toFixed(0)} µs a call`);
  print(`pause with 500 hosts in flight: ${pauseMs.toFixed(1)} ms CPU`);
  return run.snapshot.rollout.state === 'succeeded' && perTransition < 1 && planMs < 2000 && pauseMs < 1000;
}

type Run = { snapshot: RolloutSnapshot; now: number; machineMs: number; transitions: number; calls: number };

function step(run: Run): void {
  let made: RolloutTransition[] = [];
  run.machineMs += cpuMs(() => {
    made = advance(run.snapshot, run.now);
    run.snapshot = applyTransitions(run.snapshot, made);
  });
  run.calls++;
  run.transitions += made.filter((one) => one.of === 'host').length;
  if (made.length === 0) run.now += 1000;
}

/** One host's next report, and no more. */
function reportNext({ snapshot, now }: Run): void {
  const waiting = snapshot.tasks.find((task) => reportOf(task) !== undefined);
  if (waiting === undefined) return;
  const report = { attempt: waiting.attempt, ok: true, error: null, disturbed: 0, reverted: false };
  Object.assign(waiting.facts, { reports: { ...waiting.facts.reports, [waiting.state]: report } });
  if (waiting.state === 'applying') Object.assign(waiting.facts, { appliedHash: 'new', healthySinceMs: now - 5000 });
}

function reportOf(task: HostTask): HostTask | undefined {
  const waits = task.state === 'precheck' || task.state === 'staging' || task.state === 'applying';
  return waits && task.facts.reports[task.state as 'precheck']?.attempt !== task.attempt ? task : undefined;
}

function plan(strategy: ReturnType<typeof parseStrategy>, facts: () => RolloutHostFacts): ReturnType<typeof planRollout> {
  const list = Array.from({ length: hosts }, (_, index) => ({ hostId: `host-${index}`, name: `h${index}`, zone: `z${index % 3}`, excluded: false, changes: [`engine 28.5.1→29.4.${index % 4}`], facts: facts() }));
  return planRollout({ rolloutId: 'r1', target: 'new', strategy, hosts: list });
}

function measurePause(planned: RolloutSnapshot): number {
  const one = { ...planned, rollout: { ...planned.rollout, strategy: { ...planned.rollout.strategy, canary: { ...planned.rollout.strategy.canary, count: 0 } } }, waves: [{ index: 0, name: '100%', canary: false, size: hosts, state: 'pending' as const, stateAtMs: 0 }], tasks: planned.tasks.map((task) => ({ ...task, wave: 0 })) };
  const running = advanceFully(applyTransitions(one, commandRollout(one, { do: 'start' }, startMs)), startMs).snapshot;
  return cpuMs(() => {
    advanceFully(applyTransitions(running, commandRollout(running, { do: 'pause' }, startMs + 1)), startMs + 1);
  });
}

function hostFacts(): () => RolloutHostFacts {
  return () => ({ online: true, onlineSinceMs: 0, healthy: true, healthySinceMs: 0, appliedHash: 'old', locked: false, instances: 2, swarm: false, liveRestore: true, unresolvable: null, busyWith: null, takenBy: null, epoch: 1, restarting: false, reports: {} });
}

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
}
