import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', 'dist/**'];
const server = 'libs/testing/src/global-setup.ts';
/** Of what `npm test` does not run: that prepares the machine itself. */
const machine = 'tools/prepare-tests.ts';
const database = { globalSetup: [server], pool: 'forks' as const, hookTimeout: 120_000 };
/** No measure of speed: what hangs is told, and what is slow on a busy machine is not. */
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

// Whoever runs the tests may be signed in to a cloud, and have one here: no test is about that one.
const ofTests = ['NOVADOCK_FLEET', 'NOVADOCK_SCREENSHOTS'];
for (const name of Object.keys(process.env)) if (/^(OS_|NOVADOCK_|DATABASE_URL$)/.test(name) && !ofTests.includes(name)) delete process.env[name];

export default defineConfig({
  test: {
    maxWorkers: 2,
    // What is waited for comes soon, but on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      { test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, '**/*.int.test.ts', '**/*.e2e.test.ts', '**/*.hosts.test.ts', '**/*.fleet.test.ts', 'test/chaos/**'], ...patience } },
      { test: { name: 'integration', include: ['**/*.int.test.ts'], exclude: [...exclude, 'test/chaos/**'], ...patience, ...database } },
      // These share one machine's engine and ports, so one file at a time.
      { test: { name: 'e2e', include: ['test/e2e/**/*.e2e.test.ts'], exclude, testTimeout: 300_000, ...database, hookTimeout: 600_000, fileParallelism: false } },
      // Not of `npm test`: it writes the pictures in docs/images.
      { test: { name: 'screenshots', include: ['test/e2e/dashboard/screenshots.ts'], exclude, testTimeout: 300_000, ...database } },
      { test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], exclude, testTimeout: 300_000, ...database, globalSetup: [machine, server], hookTimeout: 600_000, fileParallelism: false } },
      // Bare machines: each file has some of its own, which share two CPUs.
      { test: { name: 'hosts', include: ['test/hosts/**/*.hosts.test.ts'], exclude, globalSetup: [machine], pool: 'forks', testTimeout: 600_000, hookTimeout: 900_000, fileParallelism: false } },
      // Each file has a fleet of them, and what a test does is where the next one begins.
      { test: { name: 'fleet', include: ['test/fleet/**/*.fleet.test.ts'], exclude, globalSetup: [machine], pool: 'forks', testTimeout: 600_000, hookTimeout: 900_000, fileParallelism: false } },
    ],
  },
});
