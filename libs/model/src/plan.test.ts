import { describe, expect, test } from 'vitest';
import type { InstanceSpec, Power } from './instance.ts';
import { plan, type Observed, type Step, type StepName } from './plan.ts';

const spec: InstanceSpec = {
  id: '11111111-1111-4111-8111-111111111111', name: 'web', hostname: 'web', projectId: 'p', power: 'running', restarts: 0, restartHard: false,
  image: { id: 'i', engineId: 'sha256:0' }, vcpus: 1, memoryMb: 64, pidsLimit: 100, stopTimeoutSeconds: 10, env: [], command: [], authorizedKeys: [], ports: [],
};
const have = (power: Power, rest: Partial<Observed> = {}): Observed => ({ power, restarts: 0, network: power === 'absent' ? 'none' : 'ready', ...rest });

describe('the next step from each power to each other', () => {
  test.each<[have: Power, want: Power, step: StepName | undefined]>([
    ['absent', 'running', 'create-container'],
    ['absent', 'stopped', 'create-container'],
    ['absent', 'paused', 'create-container'],
    ['absent', 'absent', undefined],
    ['stopped', 'running', 'start-container'],
    ['stopped', 'stopped', undefined],
    ['stopped', 'paused', 'start-container'],
    ['stopped', 'absent', 'remove-container'],
    ['running', 'running', undefined],
    ['running', 'stopped', 'stop-container'],
    ['running', 'paused', 'pause-container'],
    ['running', 'absent', 'remove-container'],
    ['paused', 'running', 'unpause-container'],
    ['paused', 'stopped', 'unpause-container'],
    ['paused', 'paused', undefined],
    ['paused', 'absent', 'remove-container'],
  ])('%s, wanted %s: %s', (from, to, step) => {
    expect(plan({ ...spec, power: to }, have(from))?.do).toBe(step);
  });
});

describe('the network is in place before a start, and gone after the container', () => {
  test.each<[have: Observed, want: Power, step: StepName | undefined]>([
    [have('stopped', { network: 'none' }), 'running', 'prepare-network'],
    [have('stopped', { network: 'partial' }), 'running', 'prepare-network'],
    [have('stopped', { network: 'partial' }), 'paused', 'prepare-network'],
    [have('stopped', { network: 'none' }), 'stopped', undefined],
    [have('running', { network: 'none' }), 'running', undefined],
    [have('absent', { network: 'partial' }), 'running', 'create-container'],
    [have('running', { network: 'ready' }), 'absent', 'remove-container'],
    [have('absent', { network: 'ready' }), 'absent', 'release-network'],
    [have('absent', { network: 'partial' }), 'absent', 'release-network'],
  ])('%o, wanted %s: %s', (from, to, step) => {
    expect(plan({ ...spec, power: to }, from)?.do).toBe(step);
  });
});

describe('a restart', () => {
  const once: Partial<InstanceSpec> = { restarts: 1 };
  test.each<[title: string, want: Partial<InstanceSpec>, have: Observed, step: Step | undefined]>([
    ['soft: asks the guest to end', once, have('running'), { do: 'stop-container', restart: true }],
    ['hard: kills it', { ...once, restartHard: true }, have('running'), { do: 'kill-container', restart: true }],
    ['of one that is stopped starts it', { ...once, restartHard: true }, have('stopped'), { do: 'start-container', restart: true }],
    ['of one that is stopped and lost its network prepares that first', once, have('stopped', { network: 'none' }), { do: 'prepare-network', restart: true }],
    ['of one that is paused wakes it first', once, have('paused'), { do: 'unpause-container' }],
    ['of one that was never created is its first start', once, have('absent'), { do: 'create-container' }],
    ['that was carried out is not done again', once, have('running', { restarts: 1 }), undefined],
    ['that was carried out half, leaves it to be started', once, have('stopped', { restarts: 1 }), { do: 'start-container' }],
    ['does not start what should be stopped', { ...once, power: 'stopped' }, have('stopped'), undefined],
    ['does not keep one from being removed', { ...once, power: 'absent' }, have('running'), { do: 'remove-container' }],
  ])('%s', (_, want, from, step) => {
    expect(plan({ ...spec, ...want }, from)).toEqual(step);
  });
});

/** What a step that succeeds makes of a container. */
const effects: Record<StepName, (have: Observed) => Partial<Observed>> = {
  'prepare-network': () => ({ network: 'ready' }),
  'create-container': () => ({ power: 'stopped', network: 'ready' }),
  'start-container': () => ({ power: 'running' }),
  'stop-container': () => ({ power: 'stopped' }),
  'kill-container': () => ({ power: 'stopped' }),
  'pause-container': () => ({ power: 'paused' }),
  'unpause-container': () => ({ power: 'running' }),
  'remove-container': () => ({ power: 'absent', network: 'partial' }),
  'release-network': () => ({ network: 'none' }),
};

test('from everywhere to everywhere there is a way, and it ends', () => {
  const powers: Power[] = ['running', 'stopped', 'paused', 'absent'];
  for (const power of powers) for (const network of ['ready', 'partial', 'none'] as const) for (const to of powers) for (const restarts of [0, 1]) {
    const want = { ...spec, power: to, restarts };
    let now: Observed = { power, network, restarts: 0 };
    let steps = 0;
    for (let step = plan(want, now); step !== undefined; step = plan(want, now)) {
      now = { ...now, ...effects[step.do](now), ...(step.restart || step.do === 'create-container' ? { restarts } : {}) };
      expect(++steps, `${power} to ${to}`).toBeLessThan(8);
    }
    expect(now.power).toBe(to);
  }
});
