// npm run package-agent [-- amd64 arm64]: makes what hosts of these CPU types (this machine's, unless said) install as their agent.
import { join } from 'node:path';
import { cpuTypes, type CpuType } from './agent-package/cpu-types.ts';
import { makePackage, ownCpuType } from './agent-package/make-package.ts';

const root = join(import.meta.dirname, '..');

try {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in cpuTypes));
  if (unknown !== undefined) throw new Error(`There is no agent for ${unknown}; CPU types are ${Object.keys(cpuTypes).join(', ')}.`);
  for (const cpu of asked.length === 0 ? [ownCpuType()] : (asked as CpuType[])) {
    const { file, version, bytes, made } = await makePackage({ cpu, outDir: join(root, 'dist/agent'), cache: join(root, 'node_modules/.cache/novadock') });
    console.log(`${file}: ${version}, ${(bytes / 1e6).toFixed(0)} MB${made ? '' : ', was there already'}`);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
