import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import process from 'node:process';

// It halves the time until the first line is printed.
enableCompileCache();
const { run } = await import('./run.ts');

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
// Whoever reads the output has seen enough: `novadock events | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout, stderr: process.stderr, env: process.env, cwd: process.cwd(), userHome: homedir(), signal: interrupted.signal,
});
