import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeTar, type TarEntry } from '../../images/hello/write-tar.ts';
import { bundleApp } from '../bundle-app.ts';
import { cpuTypes, type CpuType } from './cpu-types.ts';
import { findNode, type NodePackage } from './find-node.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

const root = join(import.meta.dirname, '../..');

/** What novadock-agent-linux-CPU.json says of the archive beside it; the control plane reads it. */
export type PackageManifest = { version: string; sha256: string; bytes: number; unpackedBytes: number };

/**
 * Makes `outDir`/novadock-agent-linux-`cpu`.tar.gz: the agent with a Node of its own, which needs nothing else of a Linux machine than its C
 * library. Equal sources give equal bytes; where the archive is there already, it stays. `cache` keeps what takes long.
 */
export async function makePackage({ cpu, outDir, cache }: { cpu: CpuType; outDir: string; cache: string }): Promise<PackageManifest & { file: string; made: boolean }> {
  mkdirSync(cache, { recursive: true });
  const node = findNode(cpu, cache);
  const entries = await collectFiles(cpu, node);
  const { version: release } = JSON.parse(readFileSync(join(root, 'apps/agent/package.json'), 'utf8')) as { version: string };
  const version = `${release}+${digest(node.id, ...entries.map(({ name, mode, content = Buffer.alloc(0) }) => `${name} ${mode} ${digest(content)}`)).slice(0, 12)}`;
  const file = join(outDir, `novadock-agent-linux-${cpu}.tar.gz`);
  const manifestFile = file.replace(/tar\.gz$/, 'json');
  const before = readManifest(manifestFile);
  if (before?.version === version && existsSync(file) && statSync(file).size === before.bytes) return { ...before, file, made: false };

  const archive = Buffer.concat([compressedNode(node, cache), gzipSync(writeTar(withFolders([...entries, { name: 'VERSION', mode: 0o644, content: Buffer.from(`${version}\n`) }])))]);
  const unpackedBytes = statSync(join(node.folder, 'bin/node')).size + entries.reduce((total, { content }) => total + (content?.length ?? 0), 0);
  const manifest = { version, sha256: digest(archive), bytes: archive.length, unpackedBytes };
  mkdirSync(outDir, { recursive: true });
  writeWhole(file, archive);
  writeWhole(`${file}.sha256`, `${manifest.sha256}  novadock-agent-linux-${cpu}.tar.gz\n`);
  writeWhole(manifestFile, `${JSON.stringify(manifest)}\n`);
  return { ...manifest, file, made: true };
}

/** All but Node itself and VERSION. */
async function collectFiles(cpu: CpuType, node: NodePackage): Promise<TarEntry[]> {
  const bundle = mkdtempSync(join(tmpdir(), 'novadock-agent-'));
  try {
    const { inputs } = await bundleApp({ name: 'agent', outDir: bundle, sourceMap: false });
    rmSync(join(bundle, `images/hello/hello-${cpu === 'amd64' ? 'arm64' : 'amd64'}.tar`));
    const bundled = readdirSync(bundle, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return { name: path.slice(bundle.length + 1), mode: (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755, content: readFileSync(path) };
    });
    const text = (name: string, content: string | Buffer) => ({ name, mode: 0o644, content: Buffer.from(content) });
    return [
      ...bundled,
      text('novadock-agent.service', readFileSync(join(root, 'apps/agent/files/novadock-agent.service'))),
      // What is in it is a module, whatever lies above it.
      text('package.json', '{"type":"module"}\n'),
      text('LICENSE', readFileSync(join(root, 'LICENSE'))),
      text('licenses/node.txt', readFileSync(join(node.folder, 'LICENSE'))),
      text('licenses/packages.txt', thirdPartyLicenses(root, Object.keys(inputs))),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
  } finally {
    rmSync(bundle, { recursive: true });
  }
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
function compressedNode(node: NodePackage, cache: string): Buffer {
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

/** This machine's own CPU type. Throws an Error where there is no agent for it. */
export function ownCpuType(): CpuType {
  const own = Object.entries(cpuTypes).find(([, name]) => name === process.arch)?.[0];
  if (own === undefined) throw new Error(`There is no agent for ${process.arch}; there is one for ${Object.keys(cpuTypes).join(' and ')}: name those that your hosts have.`);
  return own as CpuType;
}
