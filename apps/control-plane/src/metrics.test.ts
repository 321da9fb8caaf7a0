import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolloutFailureCodes, setupFailureCodes, type SetupStepChange } from '@novadock/model';
import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

const step = (name: string): SetupStepChange => ({ name, title: '', state: 'failed', detail: '', files: [], durationMs: 20 });
const failure = (code: string, name: string) => ({ succeeded: false, changed: 0, error: { code, message: '', step: name } });
const series = async (metrics: ReturnType<typeof createMetrics>) => (await metrics.registry.metrics()).split('\n').filter((line) => /^novadock_setup_(step_seconds_count|failures_total)\{/.test(line));

test('steps and codes that are known are labels; whatever else agents send is one series', async () => {
  const metrics = createMetrics();
  metrics.observeSetup({ kind: 'apply' }, { steps: [step('packages')], ended: failure('DISK_FULL', 'packages') });
  metrics.observeSetup({ kind: 'apply' }, { steps: [], ended: failure('setupJournalLost', '') });
  for (let n = 0; n < 20; n += 1) metrics.observeSetup({ kind: 'apply' }, { steps: [step(`step-${n}`)], ended: failure(`CODE_${n}`, `step-${n}`) });
  expect(await series(metrics)).toEqual([
    'novadock_setup_step_seconds_count{step="packages"} 1',
    'novadock_setup_step_seconds_count{step="other"} 20',
    'novadock_setup_failures_total{code="DISK_FULL",step="packages"} 1',
    'novadock_setup_failures_total{code="setupJournalLost",step=""} 1',
    'novadock_setup_failures_total{code="other",step="other"} 20',
  ]);
});

const read = (folders: string[]) => folders.flatMap((folder) => globSync(join(import.meta.dirname, '../../..', folder, '**/*.ts')).filter((file) => !/test\.ts$|\/testing\/|\/fake-|-codes\.ts$/.test(file)).map((file) => readFileSync(file, 'utf8')));
/** What the sources that make set-ups say, but for tests. */
const sources = read(['libs/host-setup/src', 'apps/agent/src/setup', 'apps/agent/src/update', 'apps/control-plane/src/loops']);
const found = (pattern: RegExp, texts = sources) => new Set(texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, name]) => name ?? [])));

test('the codes that set-ups fail with in the sources are known', () => {
  const codes = found(/\b(?:reason|code): '([A-Z][A-Z_]+)'/g);
  expect(codes).toContain('ENGINE_CONFIG_INVALID');
  expect([...codes].filter((code) => !setupFailureCodes.includes(code))).toEqual([]);
});

test('the steps of the agent and of the control plane have the names that are known; libs/host-setup tests its own', () => {
  expect([...found(/\bname(?: =|:) '([a-z-]+)'/g)]).toEqual(expect.arrayContaining(['agent', 'images']));
});

test('the codes that hosts fail with in rollouts are known', () => {
  const codes = found(/'([A-Z]{4,}(?:_[A-Z]+)*)'/g, read(['libs/model/src/rollout', 'libs/cloud/src/rollouts']));
  expect([...codes].filter((code) => !setupFailureCodes.includes(code)).toSorted()).toEqual(rolloutFailureCodes);
});
