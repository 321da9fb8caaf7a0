import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestAgent } from '../../apps/agent/src/testing/start-agent.ts';
import { ownCpuType } from '../package/cpu-types.ts';
import { makePackage } from './make-package.ts';

const cpu = ownCpuType();
let folder: string;
let made: Awaited<ReturnType<typeof makePackage>>;
let agent: { node: string; main: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'novadock-package-'));
  made = await makePackage({ cpu, outDir: join(folder, 'out'), cache: join(folder, 'cache') });
  mkdirSync(join(folder, 'agent'));
  // The simplest of those that hosts have.
  execFileSync('busybox', ['tar', '-xzmf', made.file, '-C', join(folder, 'agent')]);
  agent = { node: join(folder, 'agent/bin/node'), main: join(folder, 'agent/main.js') };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => spawnSync(agent.node, [agent.main, ...args], { cwd: '/', encoding: 'utf8', env: {} });

test('it stays while nothing changes, and equal sources give equal bytes', async () => {
  const { mtimeMs } = statSync(made.file);
  expect(await makePackage({ cpu, outDir: join(folder, 'out'), cache: join(folder, 'cache') })).toEqual({ ...made, made: false });
  expect(statSync(made.file).mtimeMs).toBe(mtimeMs);
  const again = await makePackage({ cpu, outDir: join(folder, 'again'), cache: join(folder, 'other-cache') });
  expect(again).toMatchObject({ made: true, version: made.version, sha256: made.sha256 });
  expect(readFileSync(again.file).equals(readFileSync(made.file))).toBe(true);
  expect(execFileSync('sha256sum', ['-c', `${made.file}.sha256`], { cwd: join(folder, 'out'), encoding: 'utf8' })).toContain('OK');
});

test('all in it is of root, and it says what it is', () => {
  const list = execFileSync('tar', ['--numeric-owner', '-tzvf', made.file], { encoding: 'utf8', env: { TZ: 'UTC', PATH: process.env.PATH } }).trim().split('\n');
  expect(list.filter((line) => !/^[d-]rw[x-]r-[x-]r-[x-] 0\/0 +\d+ 1970-01-01 00:00 /.test(line))).toEqual([]);
  const names = list.map((line) => line.split(' ').at(-1));
  expect(names).toEqual(expect.arrayContaining(['bin/node', 'main.js', 'VERSION', 'LICENSE', 'licenses/node.txt', 'licenses/packages.txt', 'novadock-agent.service', `images/hello/hello-${cpu}.tar`, 'libs/host-setup/files/novadock-runtime']));
  expect(readFileSync(join(folder, 'agent/VERSION'), 'utf8')).toBe(`${made.version}\n`);
  expect(readFileSync(join(folder, 'agent/licenses/packages.txt'), 'utf8')).toMatch(/@grpc\/grpc-js .*\(Apache-2\.0\)/);
});

test('it runs where there is nothing else of ours', () => {
  expect(run('--version')).toMatchObject({ status: 0, stdout: `${made.version}\n`, stderr: '' });
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('usage: agent') as unknown });
  expect(run('serve', '--home', join(folder, 'home'))).toMatchObject({ status: 1, stderr: expect.stringContaining('belongs to no cloud') as unknown });
});

test('each file that it looks for beside itself is there', () => {
  const places = [...readFileSync(agent.main, 'utf8').matchAll(/\(import\.meta\.dirname \+ "([^"]+)", "([^"]+)"/g)].map(([, from = '', to = '']) => join(folder, 'agent', from, to));
  expect(places.length).toBeGreaterThan(2);
  expect(places.filter((place) => !existsSync(place))).toEqual([]);
});

test('it serves as the agent from its sources does, with the version of its package', async () => {
  const host = await startTestAgent(agent);
  try {
    expect(await host.agent.getHostFacts()).toMatchObject({ agentVersion: made.version });
    await host.agent.removeAgent({ epoch: 1 });
    expect(['certificate.pem', 'key.pem'].filter((name) => existsSync(join(host.home, 'agent', name)))).toEqual([]);
  } finally {
    await host.close();
  }
});
