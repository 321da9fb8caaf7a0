import { expect, test } from 'vitest';
import { parseStrategy, patchStrategy } from './parse-strategy.ts';

test('an empty strategy has the defaults of rollout.md', () => {
  expect(parseStrategy({})).toEqual({
    canary: { count: 1, hosts: [], bakeMs: 300_000, onFailure: 'pause' },
    waves: [{ basisPoints: 500 }, { basisPoints: 2500 }, { basisPoints: 10_000 }],
    maxInFlight: { hosts: { basisPoints: 1000 }, perZone: undefined },
    ratePerMinute: undefined,
    failure: { max: { basisPoints: 200 }, consecutive: 3, count: ['failed', 'timed_out', 'lost'], action: 'pause' },
    health: { minHealthyMs: 30_000, hostDeadlineMs: 600_000, progressDeadlineMs: 1_800_000 },
    drain: { mode: 'cordon', timeoutMs: 300_000 },
    offline: { policy: 'catch-up', afterMs: 60_000 },
    lateJoiners: true,
    window: undefined,
    approval: 'none',
    locks: 'honour',
    supersede: true,
  });
  expect(parseStrategy(undefined)).toEqual(parseStrategy({}));
});

test.each([
  [{ maxInFlight: 20 }, { maxInFlight: { hosts: { count: 20 }, perZone: undefined } }],
  [{ maxInFlight: { hosts: '30%', perZone: 'one-zone' } }, { maxInFlight: { hosts: { basisPoints: 3000 }, perZone: 'one-zone' } }],
  [{ maxInFlight: { perZone: 2 } }, { maxInFlight: { hosts: { basisPoints: 1000 }, perZone: 2 } }],
  [{ ratePerMinute: { hosts: 5, growth: { factor: 2, after: 20 } } }, { ratePerMinute: { hosts: 5, growth: { factor: 2, after: 20 } } }],
  [{ ratePerMinute: 30 }, { ratePerMinute: { hosts: 30, growth: undefined } }],
  [{ failure: { max: '1.15%' } }, { failure: { max: { basisPoints: 115 }, consecutive: 3, count: ['failed', 'timed_out', 'lost'], action: 'pause' } }],
  [{ window: { days: ['Mon-Thu'], start: '02:00', tz: 'UTC', length: '3h', onClose: 'finish-host' } }, { window: { days: [1, 2, 3, 4], startMinutes: 120, tz: 'UTC', lengthMs: 10_800_000, onClose: 'finish-host' } }],
  [{ window: { days: ['Fri-Sun', 'Wed'], start: '22:30', length: '90m' } }, { window: { days: [0, 3, 5, 6], startMinutes: 1350, tz: 'UTC', lengthMs: 5_400_000, onClose: 'finish-host' } }],
])('%j', (given, parsed) => {
  expect(parseStrategy(given)).toMatchObject(parsed);
});

test.each([
  [{ canary: { bake: '5 minutes' } }, 'strategy.canary.bake is "5 minutes"'],
  [{ canary: { bakes: '5m' } }, 'strategy.canary.bakes is not a setting'],
  [{ waves: ['5%', '50%'] }, 'strategy.waves must end with 100%'],
  [{ waves: [] }, 'strategy.waves must be a list'],
  [{ waves: ['5%', 'all'] }, 'strategy.waves[1] is "all"'],
  [{ maxInFlight: '101%' }, 'strategy.maxInFlight is "101%"'],
  [{ maxInFlight: { perZone: 0 } }, 'strategy.maxInFlight.perZone is 0'],
  [{ ratePerMinute: {} }, 'strategy.ratePerMinute.hosts is 0'],
  [{ ratePerMinute: { hosts: 1, growth: { factor: 2 } } }, 'strategy.ratePerMinute.growth.after'],
  [{ failure: { consecutive: 0 } }, 'strategy.failure.consecutive is 0'],
  [{ failure: { count: ['failed', 'sad'] } }, 'strategy.failure.count[1] is "sad"'],
  [{ health: { hostDeadline: '20s' } }, 'strategy.health.hostDeadline must be longer'],
  [{ health: { hostDeadline: '1h' } }, 'strategy.health.progressDeadline must not be shorter'],
  [{ drain: { mode: 'drain', timeout: '10m' } }, 'strategy.drain.timeout must be shorter'],
  [{ drain: { mode: 'evict' } }, 'strategy.drain.mode is "evict", but must be one of none, cordon, drain'],
  [{ window: { start: '02:00' } }, 'strategy.window.length is needed'],
  [{ window: { start: '2 am', length: '3h' } }, 'strategy.window.start is "2 am"'],
  [{ window: { start: '02:00', length: '3h', tz: 'Mars/Base' } }, 'strategy.window.tz is "Mars/Base"'],
  [{ window: { start: '02:00', length: '3h', days: ['Mo'] } }, 'strategy.window.days has "Mo"'],
  [{ window: { start: '02:00', length: '3h', onClose: 'stop' } }, 'strategy.window.onClose is "stop"'],
  [{ lateJoiners: 'yes' }, 'strategy.lateJoiners is "yes"'],
  ['fast', 'strategy is "fast", but must be an object'],
])('%j is refused, and the field named', (given, message) => {
  expect(() => parseStrategy(given)).toThrow(message);
});

test('a patch changes what it names, and nothing that may not change', () => {
  const strategy = parseStrategy({ maxInFlight: 5, failure: { max: '10%' }, window: { start: '02:00', length: '3h' } });
  expect(patchStrategy(strategy, { failure: { max: 3 } })).toEqual({ ...strategy, failure: { ...strategy.failure, max: { count: 3 } } });
  expect(patchStrategy(patchStrategy(strategy, { failure: { consecutive: 7 } }), { failure: { action: 'continue' } }).failure).toMatchObject({ max: { basisPoints: 1000 }, consecutive: 7, action: 'continue' });
  const zones = patchStrategy(strategy, { maxInFlight: { perZone: 2 } });
  expect(zones.maxInFlight).toEqual({ hosts: { count: 5 }, perZone: 2 });
  expect([patchStrategy(zones, { maxInFlight: '20%' }), patchStrategy(zones, { maxInFlight: { perZone: null } })].map(({ maxInFlight }) => maxInFlight)).toEqual([{ hosts: { basisPoints: 2000 }, perZone: 2 }, { hosts: { count: 5 }, perZone: undefined }]);
  expect(patchStrategy(strategy, { window: null })).toEqual({ ...strategy, window: undefined });
  expect(() => patchStrategy(strategy, { waves: ['100%'] })).toThrow('strategy.waves is not a setting');
});
