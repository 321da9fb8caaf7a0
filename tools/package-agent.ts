// npm run package-agent [-- amd64 arm64]: makes what hosts of these CPU types (this machine's, unless said) install as their agent.
import { join } from 'node:path';
import { makePackage } from './agent-package/make-package.ts';
import { readCpuTypes } from './package/cpu-types.ts';
import { printPackage } from './package/print-package.ts';

const root = join(import.meta.dirname, '..');

try {
  for (const cpu of readCpuTypes(process.argv.slice(2))) printPackage(await makePackage({ cpu, outDir: join(root, 'dist/agent'), cache: join(root, 'node_modules/.cache/novadock') }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
