import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '../../images/hello/write-tar.ts';
import { bundleApp } from '../bundle-app.ts';

/** The bundle of apps/`name` as files of an archive, and what went into it. */
export async function bundledFiles(name: string): Promise<{ entries: TarEntry[]; inputs: string[] }> {
  const bundle = mkdtempSync(join(tmpdir(), 'novadock-bundle-'));
  try {
    const { inputs } = await bundleApp({ name, outDir: bundle, sourceMap: false });
    return { entries: filesBelow(bundle), inputs: Object.keys(inputs) };
  } finally {
    rmSync(bundle, { recursive: true });
  }
}

/** The files below `folder` as those of an archive, without what matches `without`. */
export function filesBelow(folder: string, without?: RegExp): TarEntry[] {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return paths.filter((path) => without?.test(path) !== true).map((name) => ({
    name,
    mode: (statSync(join(folder, name)).mode & 0o100) === 0 ? 0o644 : 0o755,
    content: readFileSync(join(folder, name)),
  }));
}

/** A file of an archive that is read, not run. */
export function textFile(name: string, content: string | Buffer): TarEntry {
  return { name, mode: 0o644, content: Buffer.from(content) };
}
