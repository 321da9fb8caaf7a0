import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createFakeHost, type FakeHost, type FakeHostOptions } from '../fake-host.ts';
import { hostPaths } from '../host-paths.ts';
import type { SetupContext } from '../setup-step.ts';
import { configureDriver } from './configure-driver.ts';

const backlog = '/proc/sys/net/core/somaxconn';
const buffers = '/proc/sys/net/ipv4/tcp_rmem';
const vlan = '/proc/sys/net/ipv4/conf/eth0.1/rp_filter';
const settings = { [backlog]: '4096\n', [buffers]: '4096\t131072\t6291456\n', [vlan]: '0\n' };
const sysctl = { 'net.core.somaxconn': '1024', 'net.ipv4.tcp_rmem': '4096 87380 6291456', 'net.ipv4.conf.eth0/1.rp_filter': '2' };

let host: FakeHost;
afterEach(() => host.remove());

async function bareHost(options: Partial<FakeHostOptions> = {}): Promise<SetupContext> {
  host = await createFakeHost({ osRelease: 'ID=debian\n', ...options, files: { ...settings, ...options.files } });
  return host.ctx;
}

const withSysctl = (ctx: SetupContext, wanted: Record<string, string>): SetupContext => ({ ...ctx, profile: { ...ctx.profile, sysctl: wanted } });
const now = () => [backlog, buffers, vlan].map((path) => host.read(path).trim());
const before = ['4096', '4096\t131072\t6291456', '0'];
const after = ['1024', '4096 87380 6291456', '2'];

test('settings of the profile are set now and at boot by one file, and undo sets what was there before', async () => {
  const ctx = await bareHost({ profile: { sysctl } });
  const files = host.snapshot();
  expect(await configureDriver.check(ctx)).toMatchObject({ ok: false, why: expect.stringContaining('net.core.somaxconn is not 1024 but 4096'), todo: expect.stringContaining('set net.core.somaxconn to 1024'), files: [{ path: hostPaths.sysctl, diff: expect.stringContaining('+net.core.somaxconn = 1024\n+net.ipv4.conf.eth0/1.rp_filter = 2\n') }] });
  expect(now()).toEqual(before);
  await configureDriver.apply(ctx);
  expect(now()).toEqual(after);
  expect(await configureDriver.check(ctx)).toMatchObject({ ok: true, detail: expect.stringContaining('net.ipv4.tcp_rmem is 4096 87380 6291456') });
  expect(await configureDriver.undo(ctx)).toBe(`removed ${hostPaths.sysctl}, set net.core.somaxconn to 4096 again, set net.ipv4.conf.eth0/1.rp_filter to 0 again, set net.ipv4.tcp_rmem to 4096 131072 6291456 again`);
  expect(now().map((value) => value.replaceAll('\t', ' '))).toEqual(before.map((value) => value.replaceAll('\t', ' ')));
  expect(host.snapshot()).toEqual(files);
  // What an engine that is kept needs stays until the next boot.
  expect(host.read('/proc/sys/net/ipv4/ip_forward')).toBe('1\n');
  expect(await configureDriver.undo(ctx)).toBe('');
});

test('undo leaves what somebody changed since, and what another revision set twice goes to what was there first', async () => {
  const ctx = await bareHost({ profile: { sysctl } });
  await configureDriver.apply(ctx);
  const again = withSysctl(ctx, { ...sysctl, 'net.core.somaxconn': '2048' });
  await configureDriver.apply(again);
  expect(host.read(backlog)).toBe('2048\n');
  host.write(vlan, '1\n');
  await configureDriver.undo(again);
  expect(now()).toEqual(['4096', '4096 131072 6291456', '1']);
});

test('a setting that leaves the profile is as before', async () => {
  const ctx = await bareHost({ profile: { sysctl } });
  await configureDriver.apply(ctx);
  const without = withSysctl(ctx, {});
  expect(await configureDriver.check(without)).toMatchObject({ ok: false, todo: expect.stringContaining('set net.core.somaxconn to 4096') });
  await configureDriver.apply(without);
  expect(await configureDriver.check(without)).toMatchObject({ ok: true });
  expect(host.read(backlog)).toBe('4096\n');
  expect(host.read(hostPaths.sysctl)).not.toContain('somaxconn');
});

test('drift of a setting is found and mended', async () => {
  const ctx = await bareHost({ profile: { sysctl } });
  await configureDriver.apply(ctx);
  host.write(backlog, '128\n');
  expect(await configureDriver.check(ctx)).toMatchObject({ ok: false, why: 'net.core.somaxconn is not 1024 but 128' });
  await configureDriver.apply(ctx);
  expect(host.read(backlog)).toBe('1024\n');
  await configureDriver.undo(ctx);
  expect(host.read(backlog)).toBe('4096\n');
});

test('a run that is cut off half way still knows what was there before', async () => {
  const ctx = await bareHost({ profile: { sysctl } });
  rmSync(join(ctx.root, 'proc/sys/net/ipv4/tcp_rmem'));
  await expect(configureDriver.apply(ctx)).rejects.toThrow();
  expect(host.read(backlog)).toBe('1024\n');
  host.write(buffers, settings[buffers] ?? '');
  await configureDriver.apply(ctx);
  await configureDriver.undo(ctx);
  expect(host.read(backlog)).toBe('4096\n');
});

test('a setting that this kernel does not have is refused with what to do, and nothing is changed', async () => {
  const ctx = await bareHost({ profile: { sysctl: { ...sysctl, 'net.bridge.bridge-nf-call-iptables': '1' } } });
  const files = host.snapshot();
  await expect(configureDriver.check(ctx)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/no setting net\.bridge\.bridge-nf-call-iptables .*Load the module that brings it.*or take it out of sysctl/) });
  expect(host.snapshot()).toEqual(files);
  expect(now()).toEqual(before);
});

test.each([[1450, 'eth0 has an MTU of 1450, so links of new instances have 1450 at most'], [1500, undefined], [9000, undefined]])('an uplink with an MTU of %d is told of: %s', async (mtu, words) => {
  const ctx = await bareHost({ files: { '/proc/net/route': 'Iface\tDestination\neth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n'} });
  host.programs['ip'] = ([, , , , link]) => ({ stdout: `2: ${link}: <BROADCAST,UP> mtu ${mtu} qdisc noqueue\\    link/ether 02:00:00:00:00:01\n` });
  await configureDriver.apply(ctx);
  const found = await configureDriver.check(ctx);
  expect(found).toEqual({ ok: true, detail: `the host forwards packets, by ${hostPaths.sysctl}${words === undefined ? '' : `; ${words}`}` });
});

let pems: string;
beforeAll(() => {
  pems = mkdtempSync(join(tmpdir(), 'ndp-'));
  const make = (name: string, ...args: string[]) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=h', '-keyout', join(pems, `${name}.key`), '-out', join(pems, `${name}.crt`), ...args], { stdio: 'pipe' });
  make('new', '-days', '1');
  make('other', '-days', '1');
});
afterAll(() => rmSync(pems, { recursive: true }));

const folder = '/var/lib/novadock/agent';
const pem = (name: string) => readFileSync(join(pems, name), 'utf8');
async function enrolled(key: string, certificate: string): Promise<SetupContext> {
  const ctx = await bareHost({ identityFolder: folder, files: { [`${folder}/key.pem`]: pem(key), [`${folder}/certificate.pem`]: pem(certificate) } });
  for (const file of ['key.pem', 'certificate.pem']) chmodSync(join(ctx.root, folder, file), 0o600);
  return ctx;
}

test("the agent's key is for root only", async () => {
  const ctx = await enrolled('new.key', 'new.crt');
  await configureDriver.apply(ctx);
  expect(await configureDriver.check(ctx)).toMatchObject({ ok: true });
  const key = join(ctx.root, folder, 'key.pem');
  chmodSync(key, 0o644);
  expect(await configureDriver.check(ctx)).toMatchObject({ ok: false, why: `${folder}/key.pem can be read by others than root`, todo: `set ${folder}/key.pem to 0600` });
  await configureDriver.apply(ctx);
  expect(statSync(key).mode & 0o777).toBe(0o600);
});

test('a key that is gone, one of another certificate, and a certificate that is not renewed are refused with what to do', async () => {
  const other = await enrolled('other.key', 'new.crt');
  await expect(configureDriver.check(other)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/certificate\.pem is not the certificate of .*key\.pem.*join anew/) });
  rmSync(join(other.root, folder, 'key.pem'));
  await expect(configureDriver.check(other)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/key\.pem cannot be read.*join anew/) });
  await host.remove();
  const old = await enrolled('new.key', 'new.crt');
  const late = Date.now() + 19 * 3_600_000;
  const { now: clock } = Date;
  Date.now = () => late;
  try {
    await expect(configureDriver.check(old)).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/has not been renewed since .*journalctl/) });
  } finally {
    Date.now = clock;
  }
});
