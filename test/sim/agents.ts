import type { RolloutOrder, StepReport } from '@novadock/model';
import { violate, type FaultKind, type Run, type SimHost, type World } from './world.ts';

const secondMs = 1000;
/** A run that hangs takes as long, or longer. */
const hangMs = 300 * secondMs;

/** An order arrives at a host: refused below the highest epoch seen, answered from the journal when it was done, else begun, one at a time. */
export function receiveOrder(world: World, host: SimHost, rolloutId: string, order: RolloutOrder): void {
  if (!host.online || order.epoch < host.agentEpoch) return;
  host.agentEpoch = order.epoch;
  const key = `${rolloutId}/${order.attempt}/${order.step}`;
  const known = host.journal.get(key);
  if (known !== undefined) {
    if (known.report !== undefined) sendReport(world, host, known);
    return;
  }
  if (host.running !== undefined) return;
  const run: Run = { rolloutId, order, report: undefined, restarting: false };
  host.journal.set(key, run);
  host.running = key;
  begin(world, host, run);
}

/** A host goes away, and comes back after `ms` with all that it had to say. */
export function goAway(world: World, host: SimHost, ms: number): void {
  if (!host.online) return;
  Object.assign(host, { online: false, onlineSinceMs: world.clock.now, healthy: false, healthySinceMs: world.clock.now });
  world.wake();
  world.clock.in(ms, () => comeBack(world, host));
}

/** A host is there again; its agent goes on from its journal. */
export function comeBack(world: World, host: SimHost): void {
  if (host.online) return;
  Object.assign(host, { online: true, onlineSinceMs: world.clock.now, healthy: true, healthySinceMs: world.clock.now, agentEpoch: host.epoch });
  for (const send of host.unsent.splice(0)) send();
  world.wake();
}

export function setHealthy(world: World, host: SimHost, healthy: boolean): void {
  if (host.healthy === healthy || !host.online) return;
  Object.assign(host, { healthy, healthySinceMs: world.clock.now });
  world.wake();
}

function begin(world: World, host: SimHost, run: Run): void {
  const { random, clock } = world;
  const { step } = run.order;
  if (step === 'applying' && !host.original.has(run.rolloutId)) host.original.set(run.rolloutId, host.hash);
  const ms = duration(world, step);
  if (step === 'applying' || step === 'reverting') misfortunes(world, host, ms);
  if (step === 'applying') {
    clock.in(ms / 2, () => {
      run.restarting = true;
      // What takes so long is an engine that does not come up.
      if (ms >= hangMs) setHealthy(world, host, false);
      if (random.chance(0.7)) world.wake();
    });
  }
  clock.in(ms, () => whenOnline(host, () => end(world, host, run)));
}

function duration(world: World, step: string): number {
  const { random } = world;
  if (step === 'precheck' || step === 'staging') return random.integer(1, 8) * secondMs;
  if (strikes(world, 'hangs', 0.04)) return random.integer(hangMs / secondMs, 1500) * secondMs;
  return random.integer(5, 60) * secondMs;
}

/** A reboot, or a loss of power, while it works. */
function misfortunes(world: World, host: SimHost, ms: number): void {
  const { random, clock } = world;
  if (strikes(world, 'reboots', 0.06)) clock.in(random.next() * ms, () => goAway(world, host, random.integer(5, 90) * secondMs));
  if (strikes(world, 'losses', 0.03)) clock.in(random.next() * ms, () => goAway(world, host, random.integer(300, 2400) * secondMs));
}

function whenOnline(host: SimHost, act: () => void): void {
  if (host.online) act();
  else host.unsent.push(act);
}

function end(world: World, host: SimHost, run: Run): void {
  run.report = run.order.step === 'applying' ? apply(world, host, run) : run.order.step === 'reverting' ? revert(world, host, run) : look(world, run);
  run.restarting = false;
  host.running = undefined;
  const delay = strikes(world, 'lateReports', 0.1) ? world.random.integer(10, 600) : world.random.integer(0, 2);
  world.clock.in(delay * secondMs, () => whenOnline(host, () => sendReport(world, host, run)));
  if (world.faults.has('lateReports') && world.random.chance(0.1)) world.clock.in(world.random.integer(1, 900) * secondMs, () => whenOnline(host, () => sendReport(world, host, run)));
}

function look(world: World, run: Run): StepReport {
  return report(run, { ok: !strikes(world, 'failures', 0.03) });
}

function apply(world: World, host: SimHost, run: Run): StepReport {
  const { random } = world;
  const { target } = run.order;
  const bad = target.startsWith('bad') && target !== host.hash;
  if (strikes(world, 'failures', bad ? 0.5 : 0.05)) {
    const reverted = random.chance(0.6);
    host.hash = reverted ? run.order.snapshot ?? host.hash : `half-${target}`;
    setHealthy(world, host, reverted || random.chance(0.5));
    return report(run, { ok: false, reverted });
  }
  if (strikes(world, 'fallbacks', 0.04)) return report(run, { ok: true });
  host.hash = target;
  setHealthy(world, host, true);
  if (strikes(world, 'bakeFaults', 0.04)) goBadLater(world, host);
  return report(run, { ok: true, disturbed: strikes(world, 'disturbs', 0.04) ? random.integer(1, 3) : 0 });
}

function strikes(world: World, kind: FaultKind, probability: number): boolean {
  return !world.calm && world.faults.has(kind) && world.random.chance(probability);
}

function goBadLater(world: World, host: SimHost): void {
  const { random, clock } = world;
  clock.in(random.integer(20, 240) * secondMs, () => {
    setHealthy(world, host, false);
    clock.in(random.integer(5, 600) * secondMs, () => setHealthy(world, host, true));
  });
}

/** Back to the snapshot that the order names; whether that is the host's own is R7. */
function revert(world: World, host: SimHost, run: Run): StepReport {
  const original = host.original.get(run.rolloutId);
  if (run.order.snapshot !== original && original !== undefined) violate(world, 'R7', `${host.id} is to return to ${run.order.snapshot}, but was on ${original}`, { hostId: host.id, rolloutId: run.rolloutId });
  if (strikes(world, 'failures', 0.2)) {
    setHealthy(world, host, world.random.chance(0.5));
    return report(run, { ok: false });
  }
  host.hash = run.order.snapshot ?? host.hash;
  setHealthy(world, host, true);
  return report(run, { ok: true });
}

function report(run: Run, given: Partial<StepReport>): StepReport {
  const ok = given.ok ?? true;
  return { attempt: run.order.attempt, error: ok ? null : { code: 'FAULT', step: run.order.step, message: 'a fault of the simulation', logTail: '' }, disturbed: 0, reverted: false, ...given, ok };
}

/** The database keeps one row per run: of a step, what counts is the run of the highest attempt that has ended. */
function sendReport(world: World, host: SimHost, run: Run): void {
  const { report: sent, order } = run;
  if (sent === undefined) return;
  const reports = host.reports.get(run.rolloutId) ?? {};
  if ((reports[order.step]?.attempt ?? 0) <= sent.attempt) reports[order.step] = sent;
  host.reports.set(run.rolloutId, reports);
  if (order.step === 'applying' && sent.ok && strikes(world, 'disturbs', 0.04)) world.clock.in(world.random.integer(1, 30) * secondMs, () => disturbLate(world, host, run));
  world.wake();
}

/** An instance dies after the run, as the engine tells only then. */
function disturbLate(world: World, host: SimHost, run: Run): void {
  const reports = host.reports.get(run.rolloutId);
  if (reports === undefined || reports.applying !== run.report || run.report === undefined) return;
  run.report = { ...run.report, disturbed: run.report.disturbed + 1 };
  host.reports.set(run.rolloutId, { ...reports, applying: run.report });
  world.wake();
}
