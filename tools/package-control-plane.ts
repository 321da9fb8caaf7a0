// npm run package-control-plane [-- amd64 arm64]: makes what machines of these CPU types (this one's, unless said) install as a control plane,
// each with the agents for hosts of all of them.
import { join } from 'node:path';
import { makeControlPlanePackage } from './control-plane-package/make-control-plane-package.ts';
import { readCpuTypes } from './package/cpu-types.ts';
import { printPackage } from './package/print-package.ts';

const root = join(import.meta.dirname, '..');

try {
  const hosts = readCpuTypes(process.argv.slice(2));
  for (const cpu of hosts) printPackage(await makeControlPlanePackage({ cpu, hosts, outDir: join(root, 'dist/control-plane'), cache: join(root, 'node_modules/.cache/novadock') }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
