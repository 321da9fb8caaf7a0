// `npm test`: lint, drift of generated code and migrations, all tests; ends with one line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTests } from './prepare-tests.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'novadock-test-'));

type Check = { name: string; command: string; args: string[] };

const checks: Check[] = [
  { name: 'lint, types and module boundaries', command: 'nx', args: ['run-many', '-t', 'lint', 'typecheck', 'unused', '--outputStyle=static'] },
  { name: 'generated code is what its sources make', command: process.execPath, args: ['tools/generate.ts', '--check'] },
  { name: 'migrations are what schema.prisma says', command: process.execPath, args: ['tools/prisma.ts', 'migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma', '--exit-code'] },
];

/** Runs a program with its output shown; true when it succeeded. */
function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, CI: 'true' } }).status === 0;
}

/** Runs the tests of a vitest project; counts them. */
function runTests(project: string): { passed: number; failed: number } {
  const report = join(scratch, `${project}.json`);
  run('vitest', ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number> & { success: boolean };
    // A file that cannot even be loaded has no tests that fail.
    return { passed: numPassedTests ?? 0, failed: numFailedTests || (success ? 0 : Math.max(1, numFailedTestSuites ?? 0)) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

try {
  prepareTests();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

const total = { passed: 0, failed: 0 };
try {
  for (const { name, command, args } of checks) {
    console.log(`\n== ${name}`);
    if (run(command, args)) total.passed += 1;
    else total.failed += 1;
  }
  for (const project of ['unit', 'integration', 'e2e']) {
    console.log(`\n== ${project} tests`);
    const { passed, failed } = runTests(project);
    total.passed += passed;
    total.failed += failed;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
