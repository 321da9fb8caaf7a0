import { parseStrategy, type Strategy } from '@novadock/model';
import type { Random } from './random.ts';

/** A strategy as an operator could write it, with short times. */
export function randomStrategy(random: Random): Strategy {
  const minHealthy = random.integer(5, 30);
  return parseStrategy({
    canary: { count: random.integer(0, 2), bake: `${random.pick([0, 60, 240])}s`, onFailure: random.pick(['pause', 'pause', 'rollback', 'continue']) },
    waves: random.pick([['100%'], ['25%', '100%'], ['5%', '25%', '100%'], [2, '50%', '100%']]),
    maxInFlight: random.pick([1, 2, 5, '10%', '30%', { hosts: '50%', perZone: 1 }, { hosts: '50%', perZone: 2 }, { hosts: 4, perZone: 'one-zone' }]),
    ratePerMinute: random.pick([null, null, null, 2, { hosts: 1, growth: { factor: 2, after: 3 } }]),
    failure: { max: random.pick(['2%', '10%', '20%', '34%', 0, 1]), consecutive: random.pick([2, 3, 5]), action: random.pick(['pause', 'pause', 'pause', 'rollback', 'continue']), ...(random.chance(0.8) ? {} : { count: ['failed', 'lost'] }) },
    health: { minHealthy: `${minHealthy}s`, hostDeadline: `${random.integer(180, 400)}s`, progressDeadline: `${random.integer(400, 1500)}s` },
    drain: { mode: random.pick(['none', 'cordon', 'cordon', 'drain']), timeout: '120s' },
    offline: { policy: random.pick(['catch-up', 'catch-up', 'catch-up', 'wait', 'fail']), after: `${random.pick([5, 60])}s` },
    lateJoiners: random.chance(0.7),
    ...(random.chance(0.3) ? { window: { start: random.pick(['00:30', '02:00', '23:00']), tz: random.pick(['UTC', 'Europe/Berlin', 'Asia/Kolkata']), length: random.pick(['1h', '2h', '3h']) } } : {}),
    approval: random.pick(['none', 'none', 'none', 'before-start', 'between-waves']),
    locks: random.pick(['honour', 'honour', 'force']),
  });
}
