import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStrategy } from '@novadock/model';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

test('the strategy in docs/rollouts.md is the default one, whole', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/rollouts.md'), 'utf8');
  const documented = parse(/```yaml\n([^]*?)```/.exec(text)?.[1] ?? '') as Record<string, unknown>;
  expect(parseStrategy(documented)).toEqual(parseStrategy({}));
  const names = Object.keys(parseStrategy({})).map((name) => name.replace(/Ms$/, ''));
  expect(Object.keys(documented).sort()).toEqual(names.sort());
});
