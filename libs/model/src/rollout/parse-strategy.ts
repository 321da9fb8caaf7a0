import { CloudError } from '../errors.ts';
import { parseValue } from './parse-value.ts';
import { parseWindow } from './parse-window.ts';
import type { FailureKind, Share, Strategy } from './strategy.ts';

const { fields, duration, share, count, number, choice, names } = parseValue;
const failureKinds: readonly FailureKind[] = ['failed', 'timed_out', 'lost'];
const actions = ['pause', 'rollback', 'continue'] as const;
const minuteMs = 60_000;

/** What may be changed of a paused rollout's strategy. */
export const patchable = ['maxInFlight', 'ratePerMinute', 'failure', 'window'] as const;

/** Reads a rollout's strategy and fills in the defaults of rollout.md, section 2. Throws `invalid` with the name of the field that is wrong. */
export function parseStrategy(input: unknown): Strategy {
  const given = fields('strategy', input, ['canary', 'waves', 'health', 'drain', 'offline', 'lateJoiners', 'approval', 'locks', 'supersede', ...patchable]);
  return consistent({
    canary: parseCanary(given.canary),
    waves: parseWaves(given.waves),
    ...parsePatchable(given),
    health: parseHealth(given.health),
    drain: parseDrain(given.drain),
    offline: parseOffline(given.offline),
    lateJoiners: choice('strategy.lateJoiners', given.lateJoiners, true, [true, false]),
    approval: choice('strategy.approval', given.approval, 'none', ['none', 'before-start', 'between-waves']),
    locks: choice('strategy.locks', given.locks, 'honour', ['honour', 'force']),
    supersede: choice('strategy.supersede', given.supersede, true, [true, false]),
  });
}

/**
 * A strategy with the given thresholds, in-flight limit, rate or window in place of its own; of limits and thresholds what is left out stays. Throws `invalid` with the name of the field
 * that is wrong.
 */
export function patchStrategy(strategy: Strategy, input: unknown): Strategy {
  const given = fields('strategy', input, patchable);
  const parsed = parsePatchable(given, strategy);
  const changes = Object.fromEntries(patchable.filter((name) => name in given).map((name) => [name, parsed[name]]));
  return { ...strategy, ...changes };
}

type Patchable = Pick<Strategy, (typeof patchable)[number]>;
type Limits = Pick<Strategy, 'maxInFlight' | 'failure'>;

const defaults: Limits = { maxInFlight: { hosts: { basisPoints: 1000 }, perZone: undefined }, failure: { max: { basisPoints: 200 }, consecutive: 3, count: [...failureKinds], action: 'pause' } };

function parsePatchable(given: Partial<Record<keyof Patchable, unknown>>, otherwise: Limits = defaults): Patchable {
  return {
    maxInFlight: parseInFlight(given.maxInFlight, otherwise.maxInFlight),
    ratePerMinute: parseRate(given.ratePerMinute),
    failure: parseFailure(given.failure, otherwise.failure),
    window: parseWindow('strategy.window', given.window),
  };
}

function parseCanary(value: unknown): Strategy['canary'] {
  const at = 'strategy.canary';
  const given = fields(at, value, ['count', 'hosts', 'bake', 'onFailure']);
  return {
    count: count(`${at}.count`, given.count, 1),
    hosts: names(`${at}.hosts`, given.hosts),
    bakeMs: duration(`${at}.bake`, given.bake, 5 * minuteMs),
    onFailure: choice(`${at}.onFailure`, given.onFailure, 'pause', actions),
  };
}

function parseWaves(value: unknown): Share[] {
  const at = 'strategy.waves';
  if (value === undefined) return [{ basisPoints: 500 }, { basisPoints: 2500 }, { basisPoints: 10_000 }];
  if (!Array.isArray(value) || value.length === 0) return refuse(`${at} must be a list such as [5%, 25%, 100%].`);
  const waves = value.map((one, index) => share(`${at}[${index}]`, one, { count: 0 }));
  const last = waves.at(-1);
  if (last === undefined || !('basisPoints' in last) || last.basisPoints !== 10_000) return refuse(`${at} must end with 100%, so that every host has its wave.`);
  return waves;
}

/** "10%", 20, or {hosts: "10%", perZone: 2 | one-zone | null}. */
function parseInFlight(value: unknown, otherwise: Strategy['maxInFlight']): Strategy['maxInFlight'] {
  const at = 'strategy.maxInFlight';
  if (typeof value !== 'object') return { ...otherwise, hosts: share(at, value, otherwise.hosts) };
  const given = fields(at, value, ['hosts', 'perZone']);
  const hosts = share(`${at}.hosts`, given.hosts, otherwise.hosts);
  if (given.perZone === undefined) return { ...otherwise, hosts };
  if (given.perZone === null) return { hosts, perZone: undefined };
  return { hosts, perZone: given.perZone === 'one-zone' ? 'one-zone' : count(`${at}.perZone`, given.perZone, 1, 1) };
}

/** 30, or {hosts: 5, growth: {factor: 2, after: 20}}. */
function parseRate(value: unknown): Strategy['ratePerMinute'] {
  const at = 'strategy.ratePerMinute';
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return { hosts: count(at, value, 1, 1), growth: undefined };
  const given = fields(at, value, ['hosts', 'growth']);
  const growth = fields(`${at}.growth`, given.growth, ['factor', 'after']);
  return {
    hosts: count(`${at}.hosts`, given.hosts ?? 0, 0, 1),
    growth: given.growth === undefined ? undefined : { factor: number(`${at}.growth.factor`, growth.factor, 1), after: count(`${at}.growth.after`, growth.after ?? 0, 0, 1) },
  };
}

function parseFailure(value: unknown, otherwise: Strategy['failure']): Strategy['failure'] {
  const at = 'strategy.failure';
  const given = fields(at, value, ['max', 'consecutive', 'count', 'action']);
  const kinds = given.count === undefined ? otherwise.count : names(`${at}.count`, given.count);
  return {
    max: share(`${at}.max`, given.max, otherwise.max),
    consecutive: count(`${at}.consecutive`, given.consecutive, otherwise.consecutive, 1),
    count: kinds.map((kind, index) => choice(`${at}.count[${index}]`, kind, 'failed', failureKinds)),
    action: choice(`${at}.action`, given.action, otherwise.action, actions),
  };
}

function parseHealth(value: unknown): Strategy['health'] {
  const at = 'strategy.health';
  const given = fields(at, value, ['minHealthy', 'hostDeadline', 'progressDeadline']);
  return {
    minHealthyMs: duration(`${at}.minHealthy`, given.minHealthy, minuteMs / 2),
    hostDeadlineMs: duration(`${at}.hostDeadline`, given.hostDeadline, 10 * minuteMs),
    progressDeadlineMs: duration(`${at}.progressDeadline`, given.progressDeadline, 30 * minuteMs),
  };
}

function parseDrain(value: unknown): Strategy['drain'] {
  const given = fields('strategy.drain', value, ['mode', 'timeout']);
  return { mode: choice('strategy.drain.mode', given.mode, 'cordon', ['none', 'cordon', 'drain']), timeoutMs: duration('strategy.drain.timeout', given.timeout, 5 * minuteMs) };
}

function parseOffline(value: unknown): Strategy['offline'] {
  const given = fields('strategy.offline', value, ['policy', 'after']);
  return { policy: choice('strategy.offline.policy', given.policy, 'catch-up', ['catch-up', 'wait', 'fail']), afterMs: duration('strategy.offline.after', given.after, minuteMs) };
}

/** A deadline that ends before what it waits for would fail every host. */
function consistent(strategy: Strategy): Strategy {
  const { minHealthyMs, hostDeadlineMs, progressDeadlineMs } = strategy.health;
  if (hostDeadlineMs <= minHealthyMs) refuse('strategy.health.hostDeadline must be longer than strategy.health.minHealthy.');
  if (progressDeadlineMs < hostDeadlineMs) refuse('strategy.health.progressDeadline must not be shorter than strategy.health.hostDeadline.');
  if (strategy.drain.mode === 'drain' && strategy.drain.timeoutMs >= hostDeadlineMs) refuse('strategy.drain.timeout must be shorter than strategy.health.hostDeadline.');
  return strategy;
}

function refuse(message: string): never {
  throw new CloudError('invalid', message, { reason: 'InvalidStrategy' });
}
