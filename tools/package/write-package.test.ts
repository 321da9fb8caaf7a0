import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { textFile } from './bundled-files.ts';
import { writePackage } from './write-package.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ndp-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function nodeFor(cpu: string) {
  mkdirSync(join(folder, cpu, 'bin'), { recursive: true });
  writeFileSync(join(folder, cpu, 'bin/node'), cpu);
  return { folder: join(folder, cpu), id: `node-${cpu}-1`, version: '1' };
}

test('archives for several CPU types have the same version where they are made of the same, and other ones where not', () => {
  const files = ['x64', 'arm64'].map((cpu) => textFile(`image-${cpu}`, cpu));
  const write = (cpu: string, all = files) => {
    const node = nodeFor(cpu);
    return writePackage({ name: `agent-${cpu}`, node, entries: all.filter(({ name }) => name === `image-${cpu}`), outDir: join(folder, 'out'), cache: join(folder, 'cache'), versionOf: { node: node.version, entries: all } });
  };
  const [one, other] = [write('x64'), write('arm64')];
  expect(one.version).toBe(other.version);
  expect(one.sha256).not.toBe(other.sha256);
  expect(write('x64', [files[0]!, textFile('image-arm64', 'a newer one')]).version).not.toBe(one.version);
});
