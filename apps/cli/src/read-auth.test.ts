import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAuth } from './read-auth.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'novadock-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = async (file: string, ...clouds: [name: string, url: string][]) => {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `clouds:\n${clouds.map(([name, url]) => `  ${name}:\n    auth: { auth_url: ${url}, username: u }\n`).join('')}`);
};
const access = (env: Record<string, string> = {}, cloud?: string) => readAuth({ env, cwd: join(folder, 'cwd'), userHome: join(folder, 'home'), cloud });
const read = async (env?: Record<string, string>, cloud?: string) => (await access(env, cloud)).auth;

test('without a word it is the cloud that npm start made', async () => {
  await write('home/.novadock/clouds.yaml', ['novadock', 'http://made'], ['other', 'http://other']);
  expect(await read()).toEqual({ auth_url: 'http://made', username: 'u' });
  await write('elsewhere/clouds.yaml', ['novadock', 'http://elsewhere']);
  expect(await read({ NOVADOCK_HOME: join(folder, 'elsewhere') })).toMatchObject({ auth_url: 'http://elsewhere' });
});

test('the OS_ variables come before that, a cloud that is named before these', async () => {
  await write('home/.novadock/clouds.yaml', ['novadock', 'http://made']);
  await write('cwd/clouds.yaml', ['here', 'http://here']);
  const env = { OS_AUTH_URL: 'http://env', OS_USERNAME: 'e' };
  expect(await read(env)).toEqual({ auth_url: 'http://env', username: 'e' });
  expect(await read({ ...env, OS_CLOUD: 'here' })).toMatchObject({ auth_url: 'http://here' });
  expect(await read({ ...env, OS_CLOUD: 'here' }, 'novadock')).toMatchObject({ auth_url: 'http://made' });
});

test('a cloud is looked for in each clouds.yaml', async () => {
  await write('home/.novadock/clouds.yaml', ['novadock', 'http://made']);
  await write('home/.config/openstack/clouds.yaml', ['far', 'http://far'], ['novadock', 'http://shadowed']);
  await write('mine.yaml', ['own', 'http://own']);
  expect(await read({ OS_CLOUD: 'far' })).toMatchObject({ auth_url: 'http://far' });
  expect(await read({ OS_CLOUD: 'novadock' })).toMatchObject({ auth_url: 'http://made' });
  expect(await read({ OS_CLOUD: 'own', OS_CLIENT_CONFIG_FILE: join(folder, 'mine.yaml') })).toMatchObject({ auth_url: 'http://own' });
});

test('what is missing or broken is said', async () => {
  await expect(read()).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('npm start') as unknown });
  await expect(read({ OS_CLOUD: 'none' })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('There is no cloud none in any of') as unknown });
  await mkdir(join(folder, 'cwd'), { recursive: true });
  await writeFile(join(folder, 'cwd/clouds.yaml'), 'clouds: [unclosed');
  await expect(read({ OS_CLOUD: 'none' })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('is no YAML') as unknown });
});

test('a certificate is believed by the authorities of OS_CACERT, or of the cloud in its file', async () => {
  await writeFile(join(folder, 'env.pem'), 'ENV');
  await mkdir(join(folder, 'cwd'), { recursive: true });
  await writeFile(join(folder, 'cwd/own.pem'), 'OWN');
  await writeFile(join(folder, 'cwd/clouds.yaml'), 'clouds:\n  far: { auth: { auth_url: https://far }, cacert: own.pem }\n  lax: { auth: { auth_url: https://lax }, verify: false }\n');
  const env = { OS_AUTH_URL: 'https://env', OS_CACERT: join(folder, 'env.pem') };
  expect(await access({ OS_AUTH_URL: 'https://env' })).toMatchObject({ trust: {} });
  expect(await access(env)).toMatchObject({ trust: { ca: 'ENV' } });
  expect(await access(env, 'far')).toMatchObject({ auth: { auth_url: 'https://far' }, trust: { ca: 'OWN' } });
  expect(await access({}, 'lax')).toMatchObject({ trust: { verify: false } });
  await expect(access({ ...env, OS_CACERT: '/nonexistent/ca.pem' })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('/nonexistent/ca.pem') as unknown });
});
