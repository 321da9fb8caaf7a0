import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { compileHello } from './compile-hello.ts';
import { makeImage } from './make-image.ts';
import { writeTar } from './write-tar.ts';

const architectures = ['amd64', 'arm64'] as const;
const emulators = { amd64: 'qemu-x86_64-static', arm64: 'qemu-aarch64-static' };
const folders: string[] = [];

afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'novadock-image-'));
  folders.push(folder);
  return folder;
}

const committed = (architecture: string) => join(import.meta.dirname, `hello-${architecture}.tar`);

for (const architecture of architectures) {
  test(`the committed hello-${architecture}.tar is what the sources make`, () => {
    const archive = makeImage({ architecture, program: compileHello(architecture) });
    expect(archive.equals(readFileSync(committed(architecture)))).toBe(true);
  });

  test(`hello-${architecture}.tar is small, owned by root, dated 1970, and holds the layer it names`, () => {
    const file = committed(architecture);
    const folder = newFolder();
    expect(readFileSync(file).length).toBeLessThan(20_000);
    execFileSync('tar', ['xf', file, '-C', folder]);
    const [manifest] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { Config: string; RepoTags: string[]; Layers: string[] }[];
    const config = JSON.parse(readFileSync(join(folder, manifest?.Config ?? ''), 'utf8'));
    expect(manifest?.RepoTags).toEqual(['novadock/hello:latest']);
    expect(config).toMatchObject({ architecture, os: 'linux', config: { Entrypoint: ['/hello'] } });
    const listed = execFileSync('tar', ['tvf', join(folder, manifest?.Layers[0] ?? ''), '--full-time', '--utc', '--numeric-owner'], { encoding: 'utf8' });
    const lines = listed.trim().split('\n').map((line) => line.split(/ +/));
    expect(lines.map((line) => `${line[0]} ${line[1]} ${line[3]} ${line[5]}`)).toEqual([
      'drwxr-xr-x 0/0 1970-01-01 etc/',
      '-rw-r--r-- 0/0 1970-01-01 etc/group',
      '-rw-r--r-- 0/0 1970-01-01 etc/passwd',
      '-rwxr-xr-x 0/0 1970-01-01 hello',
      'drwx------ 0/0 1970-01-01 root/',
    ]);
  });

  const native = process.arch === (architecture === 'amd64' ? 'x64' : 'arm64');
  test(`the program of hello-${architecture}.tar says its line and ends with 0`, () => {
    const folder = newFolder();
    execFileSync('sh', ['-c', 'tar xOf "$0" --wildcards "*/layer.tar" | tar xf - -C "$1"', committed(architecture), folder]);
    const program = join(folder, 'hello');
    const [command, ...args] = native ? [program, '--once'] : [emulators[architecture], program, '--once'];
    expect(spawnSync(command ?? '', args, { encoding: 'utf8', timeout: 10_000 })).toMatchObject({ status: 0, stdout: 'Hello from Docker\n' });
  });
}

test('tar itself reads what writeTar writes, at every length around a block', () => {
  const folder = newFolder();
  const entries = [0, 1, 511, 512, 513].map((length) => ({ name: `f${length}`, mode: 0o600, content: Buffer.alloc(length, 'x') }));
  writeFileSync(join(folder, 'a.tar'), writeTar(entries));
  execFileSync('tar', ['xf', 'a.tar'], { cwd: folder });
  for (const entry of entries) expect(readFileSync(join(folder, entry.name)).equals(entry.content)).toBe(true);
});

test('tar itself reads long names, and one that no header takes is refused', () => {
  const folder = newFolder();
  const name = `${'folder/'.repeat(30)}${'x'.repeat(40)}`;
  writeFileSync(join(folder, 'a.tar'), writeTar([{ name, mode: 0o600, content: Buffer.from('long') }]));
  for (const tar of ['tar', 'busybox tar']) {
    rmSync(join(folder, 'folder'), { recursive: true, force: true });
    execFileSync('sh', ['-euc', `${tar} -xf a.tar`], { cwd: folder });
    expect(readFileSync(join(folder, name), 'utf8')).toBe('long');
  }
  expect(() => writeTar([{ name: 'x'.repeat(101), mode: 0o600 }])).toThrow(/too long/);
});
