import type { RolloutPlan } from '@novadock/api-client';
import { expect, test } from 'vitest';
import { renderPlan } from './rollout-plan.ts';

const missing = 'The repositories of this host have no docker.io 29.4; they have 20.10.24';
const plan: RolloutPlan = {
  profile: { name: 'fleet', revision: 2 }, planned: 3, inFlightLimit: 1, waves: [{ name: 'canary', hosts: 1, allowedFailures: 0 }, { name: '100%', hosts: 2, allowedFailures: 0 }],
  groups: [{ changes: ['engine.version: 20.10 → 29.4'], hosts: 3 }],
  packages: [
    { operatingSystem: 'Debian GNU/Linux 13 (trixie)', architecture: 'x86_64', hosts: 2, exact: ['docker.io 29.4.1-1'], askedHost: 'h3', note: '' },
    { operatingSystem: 'Rocky Linux 9.4', architecture: 'arm64', hosts: 1, exact: [], askedHost: null, note: 'none of them can be asked now; each host finds out in its precheck' },
    { operatingSystem: 'Debian GNU/Linux 12 (bookworm)', architecture: 'x86_64', hosts: 2, exact: [], askedHost: 'h1', note: missing },
  ],
  skipped: [{ host: 'h4', reason: 'offline', wave: '100%' }],
  blocked: [{ host: 'h1', code: 'PACKAGE_NOT_FOUND', why: missing }, { host: 'h2', code: 'PACKAGE_NOT_FOUND', why: missing }],
};

test('a plan says who changes, how, with which packages, and who is blocked and why', () => {
  expect(renderPlan(plan)).toBe(`fleet@2: 3 hosts change, at most 1 at a time
  3 hosts:
    engine.version: 20.10 → 29.4
The engine's packages:
  Debian GNU/Linux 13 (trixie), x86_64: docker.io 29.4.1-1 (asked h3)
  Rocky Linux 9.4, arm64: none of them can be asked now; each host finds out in its precheck
  Debian GNU/Linux 12 (bookworm), x86_64: ${missing} (asked h1)
Waves: canary 1 host, stops at 1 failed; 100% 2 hosts, stops at 1 failed
Skipped, as things are:
  1 host offline: h4
Blocked: 2 hosts
  PACKAGE_NOT_FOUND: h1, h2
    ${missing}
`);
});

test('where the engine stays, nothing is said of packages', () => {
  expect(renderPlan({ ...plan, packages: [], skipped: [], blocked: [] })).not.toMatch(/packages|Blocked/);
});
