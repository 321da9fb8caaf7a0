import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAgentFolder } from '../../apps/agent/src/agent-folder.ts';
import { renewCertificate } from '../../apps/agent/src/renew-certificate.ts';
import { repository } from '../harness/program.ts';
import { startCloud, type TestCloud } from '../harness/start-cloud.ts';

const run = promisify(execFile);
const outside = Object.values(networkInterfaces()).flatMap((list) => list ?? []).find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '';
let cloud: TestCloud;
let origin: string;
/** What must be in no log. */
const secrets: string[] = [];
beforeAll(async () => {
  cloud = await startCloud({ agent: false });
  origin = `https://${outside}:${new URL(cloud.url).port}`;
});
afterAll(() => cloud.stop());

const curl = async (...args: string[]) => (await run('curl', ['-sS', ...args])).stdout;
const authorityFile = async () => {
  const file = join(cloud.home, 'ca.pem');
  // From here it comes in a safe way: the operator's own machine.
  writeFileSync(file, await curl(`${cloud.url}/v1/authority.pem`));
  return file;
};
const newToken = async (body: object = {}) => {
  const made = await cloud.request<{ id: string; token: string; publicKeyPin: string; joinCommand: string }>('POST', '/v1/join-tokens', body);
  secrets.push(made.token.split('.')[1] ?? '');
  return made;
};

/** `agent enrol`, with the token on its standard input, as join.sh runs it; meanwhile all processes are looked at. */
async function enrol(name: string, { token, pin, home }: { token: string; pin: string; home: string }) {
  const args = [join(repository, 'apps/agent/src/main.ts'), 'enrol', '--join', origin, '--token', '-', '--pin', pin, '--name', name, '--address', '127.0.0.1:1', '--home', home];
  const child = spawn(process.execPath, args, { env: { ...process.env, NOVADOCK_HOME: undefined } });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const shown = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8') + readFileSync(`/proc/${child.pid}/environ`, 'utf8');
  child.stdin.end(`${token}\n`);
  const [code] = (await once(child, 'exit')) as [number];
  return { code, output: (await output).join(''), shown };
}

test('the API is HTTPS to others, by a chain and a key that curl accepts, and what it links to as well', async () => {
  await expect(curl('-f', `http://${outside}:${new URL(cloud.url).port}/v1`)).rejects.toThrow('400');
  const ca = await authorityFile();
  expect(JSON.parse(await curl('--cacert', ca, `${origin}/identity/v3`))).toMatchObject({ version: { links: [{ href: `${origin}/identity/v3/` }] } });
  const { publicKeyPin } = await newToken();
  expect(await curl('-k', '--pinnedpubkey', publicKeyPin, `${origin}/livez`)).toBe('ok\n');
  const other = publicKeyPin.replace(/\/\/./, (start) => (start === '//A' ? '//B' : '//A'));
  await expect(curl('-k', '--pinnedpubkey', other, `${origin}/livez`)).rejects.toMatchObject({ code: 90 });
});

test("OpenStack's way to trust it is ours too", async () => {
  const env = { ...cloud.env, OS_CACERT: await authorityFile(), OS_AUTH_URL: `${origin}/identity/v3` };
  const cli = (more: NodeJS.ProcessEnv) => run(process.execPath, [join(repository, 'apps/cli/src/main.ts'), 'host', 'token', '--ttl', '10m', '--label', 'zone=a'], { env: { ...env, ...more } });
  const { stdout, stderr } = await cli({});
  const line = new RegExp(`^curl -fsSk --pinnedpubkey 'sha256//[A-Za-z0-9+/]{43}=' ${origin}/v1/join\\.sh \\| sudo sh -s -- --token \\w+\\.([\\w-]+)\\.[0-9a-f]{64}\n$`).exec(stdout);
  expect(line, stdout).not.toBeNull();
  secrets.push(line?.[1] ?? '');
  expect(stderr).toContain('novadock host token revoke');
  await expect(cli({ OS_CACERT: '' })).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('OS_CACERT') as unknown });
});

test('the pin outlives the control plane', async () => {
  const { publicKeyPin } = await newToken();
  await cloud.controlPlane().kill('SIGKILL');
  await cloud.startControlPlane();
  expect((await newToken()).publicKeyPin).toBe(publicKeyPin);
});

test('an agent joins by the pin, renews its certificate, and is refused once it is revoked; its token is in no list of processes', async () => {
  const home = join(cloud.home, 'host-1');
  const { token, publicKeyPin: pin } = await newToken({ labels: { zone: 'b' } });
  const wrong = await enrol('h1', { token, pin: `sha256//${'A'.repeat(43)}=`, home });
  expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('was told nothing') as unknown });
  const joined = await enrol('h1', { token, pin, home });
  expect(joined).toMatchObject({ code: 0 });
  expect(joined.shown).toContain('--pin');
  expect(joined.shown).not.toContain(token);
  const { hosts } = await cloud.request<{ hosts: { id: string; name: string; availabilityZone: string; revoked: boolean }[] }>('GET', '/v1/hosts');
  expect(hosts).toMatchObject([{ name: 'h1', availabilityZone: 'b', revoked: false }]);

  const enrolled = await (await openAgentFolder(home)).readEnrolled();
  expect(enrolled).toMatchObject({ hostId: hosts[0]?.id, url: origin });
  const renewed = await renewCertificate(enrolled!);
  expect(renewed.certificate).not.toBe(enrolled?.certificate);
  secrets.push(...(enrolled?.key.split('\n').slice(1, 3) ?? []));
  expect(await cloud.request('POST', '/v1/hosts/h1/revoke', {})).toMatchObject({ revoked: true, up: false });
  await expect(renewCertificate(enrolled!)).rejects.toMatchObject({ code: 'forbidden', reason: 'hostRevoked' });
  const again = await enrol('h1', { token, pin, home: join(cloud.home, 'host-2') });
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('used up') as unknown });
});

test('no secret is in a log, and what is secret only its user can read', () => {
  const log = cloud.controlPlane().log();
  expect(log).toContain('control plane is ready');
  expect(secrets.length).toBeGreaterThan(5);
  for (const secret of [...secrets, 'PRIVATE KEY', cloud.env.OS_PASSWORD ?? '']) {
    expect(secret.length).toBeGreaterThan(8);
    expect(log).not.toContain(secret);
  }
  const modes = Object.fromEntries(readdirSync(cloud.home).map((name) => [name, (statSync(join(cloud.home, name)).mode & 0o777).toString(8)]));
  // The key of the authority is in the database.
  expect(modes).toMatchObject({ db: '700', 'clouds.yaml': '600', openrc: '600', blobs: '700' });
  expect(statSync(join(cloud.home, 'host-1/agent')).mode & 0o777).toBe(0o700);
  const open = readdirSync(cloud.home, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('key') && (statSync(join(cloud.home, name)).mode & 0o077) !== 0);
  expect(open).toEqual([]);
});
