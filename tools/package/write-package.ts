import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeTar, type TarEntry } from '../../images/hello/write-tar.ts';
import type { FoundPackage } from './find-package.ts';

const root = join(import.meta.dirname, '../..');

/** What NAME.json says of the archive beside it; the control plane reads that of an agent. */
export type PackageManifest = { version: string; sha256: string; bytes: number; unpackedBytes: number };
export type WrittenPackage = PackageManifest & { file: string; made: boolean };

type ToWrite = { name: string; node: FoundPackage; entries: TarEntry[]; outDir: string; cache: string; versionOf?: { node: string; entries: TarEntry[] } };

/**
 * Makes `outDir`/`name`.tar.gz of `entries`, a Node, and a file VERSION. Equal entries give equal bytes; where the archive is there already,
 * it stays. `cache` keeps what takes long. `versionOf`: what its version is a name for, where that is not what is in it.
 */
export function writePackage({ name, node, entries, outDir, cache, versionOf = { node: node.id, entries } }: ToWrite): WrittenPackage {
  mkdirSync(cache, { recursive: true });
  const sorted = inOrder(entries);
  const { version: release } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const version = `${release}+${digest(versionOf.node, ...inOrder(versionOf.entries).map((entry) => `${entry.name} ${entry.mode} ${digest(entry.content ?? '')}`)).slice(0, 12)}`;
  const file = join(outDir, `${name}.tar.gz`);
  const manifestFile = join(outDir, `${name}.json`);
  const before = readManifest(manifestFile);
  if (before?.version === version && existsSync(file) && statSync(file).size === before.bytes) return { ...before, file, made: false };

  const archive = Buffer.concat([compressedNode(node, cache), gzipSync(writeTar(withFolders([...sorted, { name: 'VERSION', mode: 0o644, content: Buffer.from(`${version}\n`) }])))]);
  const unpackedBytes = statSync(join(node.folder, 'bin/node')).size + sorted.reduce((total, { content }) => total + (content?.length ?? 0), 0);
  const manifest = { version, sha256: digest(archive), bytes: archive.length, unpackedBytes };
  mkdirSync(outDir, { recursive: true });
  writeWhole(file, archive);
  writeWhole(`${file}.sha256`, `${manifest.sha256}  ${name}.tar.gz\n`);
  writeWhole(manifestFile, `${JSON.stringify(manifest)}\n`);
  return { ...manifest, file, made: true };
}

function inOrder(entries: TarEntry[]): TarEntry[] {
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** With each folder before what is in it. */
function withFolders(entries: TarEntry[]): TarEntry[] {
  const folders = new Set(entries.flatMap(({ name }) => [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index + 1))));
  return [...[...folders].map((name) => ({ name, mode: 0o755 })), ...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The first part of the archive, bin/node. It is a gzip member of its own (members that follow one another are one file, RFC 1952 2.2):
 * it takes by far the longest and changes with Node only.
 */
function compressedNode(node: FoundPackage, cache: string): Buffer {
  const file = join(cache, `${node.id}.level4.gz`);
  if (existsSync(file)) return readFileSync(file);
  const archive = writeTar([{ name: 'bin/', mode: 0o755 }, { name: 'bin/node', mode: 0o755, content: readFileSync(join(node.folder, 'bin/node')) }]);
  // Without the two empty blocks that end an archive.
  // A higher level takes twice the time for 2 % less.
  const compressed = gzipSync(archive.subarray(0, -1024), { level: 4 });
  writeWhole(file, compressed);
  return compressed;
}

function readManifest(file: string): PackageManifest | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PackageManifest) : undefined;
}

/** Two may be at it. */
function writeWhole(file: string, content: string | Buffer): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, content);
  renameSync(fresh, file);
}

function digest(...parts: (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
