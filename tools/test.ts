// `npm test`: lint, drift of generated code and migrations, all tests; ends with the names of what failed and one line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
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

/** What vitest's reporter `json` writes, of which this is read. */
type Report = { numPassedTests: number; success: boolean; testResults: { name: string; status: string; assertionResults: { status: string; fullName: string; failureMessages: string[] }[] }[] };

/** Runs the tests of a vitest project: how many passed, and which failed, each as `file: name` and why. */
function runTests(project: string): { passed: number; failed: string[] } {
  const file = join(scratch, `${project}.json`);
  run('vitest', ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  if (!existsSync(file)) return { passed: 0, failed: [`${project} tests: vitest itself ended without a report`] };
  const { numPassedTests, success, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const failed = testResults.filter(({ status }) => status === 'failed').flatMap(({ name, assertionResults }) => {
    const tests = assertionResults.filter(({ status }) => status === 'failed');
    // A file that cannot even be loaded has no tests that fail.
    return tests.length === 0 ? [relative(root, name)] : tests.map(({ fullName, failureMessages }) => `${relative(root, name)}: ${fullName}\n  ${failureMessages[0]?.split('\n')[0] ?? ''}`);
  });
  return { passed: numPassedTests, failed: success || failed.length > 0 ? failed : [`${project} tests: an error outside of all tests`] };
}

try {
  prepareTests();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

let passed = 0;
const failed: string[] = [];
try {
  for (const { name, command, args } of checks) {
    console.log(`\n== ${name}`);
    if (run(command, args)) passed += 1;
    else failed.push(name);
  }
  for (const project of ['unit', 'integration', 'e2e']) {
    console.log(`\n== ${project} tests`);
    const tests = runTests(project);
    passed += tests.passed;
    failed.push(...tests.failed);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
// Last, so that it is seen where only the end of a long log is kept.
for (const name of failed) console.log(`\nfailed: ${name}`);
console.log(`\n${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
