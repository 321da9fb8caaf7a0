import type { SetupStep } from '../setup-step.ts';

export const runSmokeTest: SetupStep = { name: 'smoke-test', title: 'Smoke test', check: async () => ({ ok: true, detail: 'not yet' }), apply: async () => {} };
