import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'apps/dashboard/src');

/**
 * Makes the page's files in `outDir`: index.html, and what it names, each with a hash in its name; all of them also compressed, as .br and .gz.
 * The page is written last, so that it may be served meanwhile; what is not of it goes. Gives how many files, and their bytes as gzip.
 */
export async function bundleDashboard({ outDir }: { outDir: string }): Promise<{ files: number; bytes: number }> {
  const { outputFiles } = await build({
    entryPoints: { app: join(source, 'main.tsx'), style: join(source, 'style.css') },
    outdir: outDir,
    absWorkingDir: root,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome116', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const icon = readFileSync(join(source, 'icon.svg'));
  const assets = [...outputFiles.map(({ path, contents }) => ({ name: basename(path), content: Buffer.from(contents) })), { name: `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8).toUpperCase()}.svg`, content: icon }];
  const named = (start: string) => `/dashboard/${assets.find(({ name }) => name.startsWith(start))?.name ?? ''}`;
  const page = readFileSync(join(source, 'index.html'), 'utf8').replace('@icon@', named('icon-')).replace('@style@', named('style-')).replace('@script@', named('app-')).replace(/\n\s*/g, '\n');
  mkdirSync(outDir, { recursive: true });
  const before = readdirSync(outDir);
  const files = [...assets, { name: 'index.html', content: Buffer.from(page) }];
  const bytes = files.reduce((sum, { name, content }) => sum + writeCompressed(join(outDir, name), content), 0);
  const kept = new Set(files.flatMap(({ name }) => [name, `${name}.br`, `${name}.gz`]));
  for (const name of before) if (!kept.has(name)) rmSync(join(outDir, name), { recursive: true });
  return { files: files.length, bytes };
}

/** Gives the size that goes over the network. */
function writeCompressed(file: string, content: Buffer): number {
  const gzip = gzipSync(content, { level: 9 });
  for (const [path, bytes] of [[`${file}.br`, brotliCompressSync(content)], [`${file}.gz`, gzip], [file, content]] as const) {
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  }
  return gzip.length;
}
