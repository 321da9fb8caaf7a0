import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { advanceRollout, putProfile } from '@novadock/cloud';
import { defaultHostProfile, type HostProfile, type SetupKind } from '@novadock/model';
import { activeRollouts } from '@novadock/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../apps/cli/src/run.ts';
import { createV1Cloud, type V1Cloud } from './v1-cloud.ts';

let v1: V1Cloud;
let url: string;
let folder: string;
let goesWell: (revision: number, kind: SetupKind, settings: Record<string, unknown>) => boolean;
let stop: AbortController;
let playing: Promise<void>;

beforeEach(async () => {
  v1 = await createV1Cloud();
  url = await v1.app.listen({ host: '127.0.0.1', port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'novadock-cli-'));
  await putProfile(v1.cloud, 'fleet', defaultHostProfile);
  await putProfile(v1.cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version: '29.4' } });
  const { facts } = await v1.store.prisma.host.findUniqueOrThrow({ where: { name: 'c1' } });
  const data = { up: true, ready: true, facts: { ...(facts as object), setup: { profile: 'fleet', revision: 1, steps: [], checkedAtMs: 1 } } };
  await v1.store.prisma.host.update({ where: { name: 'c1' }, data });
  await v1.store.prisma.host.create({ data: { id: '00000000-0000-4000-8000-000000000002', name: 'c2', address: '10.0.0.2:9774', ...data } });
  await writeFile(join(folder, 'fast.yaml'), 'strategy:\n  canary: {count: 1, bake: 0s}\n  health: {minHealthy: 0s, hostDeadline: 20s, progressDeadline: 1m}\n');
  goesWell = () => true;
  stop = new AbortController();
  playing = play(stop.signal);
});
afterEach(async () => {
  stop.abort();
  await playing;
  await v1.close();
  await rm(folder, { recursive: true });
});

/** Plays the hosts and the loop that advances rollouts. */
async function play(signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await delay(20)) {
    for (const found of await v1.store.prisma.setupRun.findMany({ where: { finishedAt: null }, include: { host: true } })) {
      const { revision = 0, name = '', engine } = (found.profile ?? {}) as Partial<HostProfile>;
      const succeeded = goesWell(revision, found.kind as SetupKind, engine?.settings ?? {});
      const setup = { profile: name, revision, steps: [], checkedAtMs: 1 };
      if (succeeded && found.kind === 'apply') await v1.store.prisma.host.update({ where: { id: found.hostId }, data: { facts: { ...(found.host.facts as object), setup } } });
      const error = { code: 'ENGINE_CONFIG_INVALID', message: 'unknown key: x', step: 'engine' };
      await v1.store.prisma.setupEntry.create({ data: { runId: found.id, seq: 1, at: new Date(), data: { output: { step: 'engine', text: `${found.kind} printed this\n` } } } });
      await v1.store.prisma.setupRun.update({ where: { id: found.id }, data: { finishedAt: new Date(Date.now() - 10), ended: succeeded ? { succeeded, changed: 1 } : { succeeded, changed: 0, error } } });
      await v1.store.prisma.rolloutHost.updateMany({ where: { hostId: found.hostId }, data: { listedAt: new Date() } });
    }
    for (const number of await activeRollouts(v1.store)) await advanceRollout(v1.cloud, number);
  }
}

async function cli(args: string[], terminal = false, signal = new AbortController().signal) {
  const [stdout, stderr] = [Object.assign(new PassThrough(), terminal ? { isTTY: true, columns: 120, rows: 40 } : {}), new PassThrough()];
  const printed = { stdout: '', stderr: '' };
  stdout.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
  const env = { OS_AUTH_URL: `${url}/identity/v3`, OS_USERNAME: 'admin', OS_PASSWORD: 'secret', OS_PROJECT_NAME: 'admin', NO_COLOR: '1' };
  const code = await run(['rollout', ...args], { stdout, stderr, env, cwd: folder, userHome: '/nonexistent', signal });
  return { code, ...printed };
}
const start = ['start', '--profile', 'fleet', '-f', 'fast.yaml'];

test('a plan says who would change, and makes nothing', async () => {
  const { code, stdout } = await cli(['plan', '--profile', 'fleet', '--exclude', 'c2', '-f', 'fast.yaml']);
  expect([code, stdout.split('\n')]).toEqual([0, ['fleet@2: 1 host changes, at most 1 at a time', '  1 host:', '    engine.version: (none) → 29.4', "The engine's packages:", '  Debian 13, amd64: none of them can be asked now; each host finds out in its precheck', 'Waves: canary 1 host, stops at 1 failed', 'Skipped, as things are:', '  1 host excluded: c2', '']]);
  expect(parse((await cli(['plan', '--profile', 'fleet', '-o', 'yaml'])).stdout)).toMatchObject({ planned: 2, profile: { revision: 2 } });
  expect(await v1.store.prisma.rollout.count()).toBe(0);
});

test('started and watched where it is piped, it is a line for each step, and in the end what it came to', async () => {
  const { code, stdout, stderr } = await cli([...start, '--watch']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/\d\d:\d\d:\d\d wave canary: running\n/);
  expect(stdout).toMatch(/ c1: applying\n[^]* c1: healthy\n/);
  expect(stdout).toMatch(/r-1 {2}fleet@2 {2}SUCCEEDED [^]*canary {2}done +1 +1 +0 +0 +0 +0\n/);
  expect((await cli(['list'])).stdout).toMatch(/r-1 +fleet@2 +succeeded +2 +2 +0 +0 +0/);
});

test('on a terminal it is drawn anew until its end', async () => {
  const { code, stdout } = await cli([...start, '--watch'], true);
  expect(code).toBe(0);
  expect(stdout).toContain('RUNNING wave');
  expect(stdout).toContain('SUCCEEDED');
});

test('a canary that fails stops it: exit code 9, as it waits for somebody; what failed, where and why', async () => {
  goesWell = (revision, kind) => kind !== 'apply' || revision === 1;
  const { code, stdout, stderr } = await cli([...start, '--watch']);
  expect([code, stderr]).toEqual([9, expect.stringContaining('r-1 is paused (threshold): it waits for you')]);
  const [, host] = /FAILED {2}(\S+) {2}step=engine code=ENGINE_CONFIG_INVALID/.exec(stdout) ?? [];
  expect(['c1', 'c2']).toContain(host);
  const log = await cli(['log', 'r-1', host!]);
  expect(log.stdout).toMatch(/== precheck: done\ncheck printed this\n== staging: done\nstage printed this\n== applying: failed\napply printed this\nENGINE_CONFIG_INVALID: unknown key: x\n/);
  expect(log.stdout.split('unknown key: x')).toHaveLength(2);
  expect((await cli(['status', 'r-1', '--hosts', 'failed'])).stdout).toMatch(new RegExp(`${host} .*ENGINE_CONFIG_INVALID`));
  goesWell = () => true;
  expect((await cli(['retry', 'r-1'])).code).toBe(0);
  expect((await cli(['resume', 'r-1'])).code).toBe(0);
  expect((await cli(['status', 'r-1', '--watch'])).code).toBe(0);
});

test('one that goes back by itself has not come to where it was heading: exit code 1', async () => {
  goesWell = (revision, kind) => kind !== 'apply' || revision === 1;
  await writeFile(join(folder, 'back.yaml'), 'canary: {count: 1, bake: 0s, onFailure: rollback}\nhealth: {minHealthy: 0s}\n');
  expect(await cli(['start', '--profile', 'fleet', '-f', 'back.yaml', '--watch'])).toMatchObject({ code: 1, stderr: expect.stringContaining('r-1 is rolled back (threshold).') as unknown });
});

test('set: limits and thresholds of one that is paused; what is not named stays', async () => {
  goesWell = (revision, kind) => kind !== 'apply' || revision === 1;
  await cli([...start, '--watch']);
  const set = async (...options: string[]) => {
    const { code, stdout, stderr } = await cli(['set', 'r-1', ...options, '-o', 'json']);
    return code === 0 ? (JSON.parse(stdout) as { strategy: object }).strategy : [code, stderr];
  };
  expect(await set('--max-in-flight', '2', '--per-zone', 'one-zone', '--max-failed', '5%')).toMatchObject({ maxInFlight: { hosts: { count: 2 }, perZone: 'one-zone' }, failure: { max: { basisPoints: 500 }, consecutive: 3 } });
  expect(await set('--per-zone', 'none', '--consecutive', '9', '--on-failure', 'continue', '--rate', '4')).toMatchObject({ maxInFlight: { hosts: { count: 2 } }, failure: { max: { basisPoints: 500 }, consecutive: 9, action: 'continue' }, ratePerMinute: { hosts: 4 } });
  await writeFile(join(folder, 'night.yaml'), 'window: {days: [Mon], start: "02:00", length: 1h}\n');
  expect(await set('-f', 'night.yaml', '--rate', 'none')).toMatchObject({ window: { days: [1] } });
  expect(await set('--no-window')).not.toHaveProperty('window');
  expect(await set('--max-in-flight', 'many')).toEqual([2, expect.stringContaining('strategy.maxInFlight.hosts is "many"')]);
  expect(await set()).toEqual([2, expect.stringContaining('Say what is to be changed')]);
  expect((await cli(['set', 'r-1', '--rate', '5'])).stdout).toContain('novadock rollout resume r-1');
});

test('orders: what its state does not allow is exit code 6, and what is not there 3', async () => {
  expect(await cli(['pause', 'r-9'])).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no rollout r-9') as unknown });
  goesWell = () => true;
  await cli([...start, '--watch']);
  expect(await cli(['promote', 'r-1'])).toMatchObject({ code: 6 });
  expect(await cli(['skip', 'r-1', 'nobody'])).toMatchObject({ code: 3, stderr: expect.stringContaining('r-1 has no host nobody') as unknown });
  expect(await cli(['start'])).toMatchObject({ code: 2 });
  const rolled = await cli(['rollback', 'r-1', '--host', 'c1', '-o', 'json']);
  expect(JSON.parse(rolled.stdout)).toMatchObject({ id: 'r-1', rollback: { scope: { hosts: [v1.hostId] } } });
  // What is asked of it by now is to go back.
  const { code, stdout } = await cli(['status', 'r-1', '--watch']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/r-1 {2}fleet@2 {2}ROLLED BACK[^]* REVERTED\n/)]);
});

describe('a rehearsal', () => {
  const setupOf = async (name: string) => (await v1.store.prisma.host.findUniqueOrThrow({ where: { name } })).facts as { setup: { profile: string; revision: number } };
  const asEngines = (_: number, kind: SetupKind, settings: Record<string, unknown>) => kind !== 'apply' || !('novadock-rehearsal' in settings);
  const stateOf = async (number: number) => (await v1.store.prisma.rollout.findUniqueOrThrow({ where: { number } })).state;

  test('breaks one host, which returns to what it had; the others and the rollouts before it are left alone', async () => {
    await cli([...start, '--watch']);
    goesWell = asEngines;
    const { code, stdout, stderr } = await cli(['rehearse']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('r-2: c1 is to get rehearsal-fleet@1, which is fleet@2 with a setting that no engine takes.')]);
    expect(stdout).toMatch(/c1: failed step=engine code=ENGINE_CONFIG_INVALID[^]*c1: reverted/);
    expect(stdout).toContain('ok    c1 failed at the step engine: ENGINE_CONFIG_INVALID\nok    c1 is reverted, and on the revision that it had\nok    the rollout is paused (threshold)\nok    1 other host was not touched\nok    0 instances were disturbed\nr-2 is ended. The fleet is as it was.\n');
    for (const name of ['c1', 'c2']) expect(await setupOf(name)).toMatchObject({ setup: { profile: 'fleet', revision: 2 } });
    expect([await stateOf(1), await stateOf(2)]).toEqual(['succeeded', 'aborted']);
    expect(await v1.store.prisma.setupRun.count({ where: { host: { name: 'c2' } } })).toBe(3);
    expect((await cli(['rollback', 'r-1'])).code).toBe(0);
  });

  test('of which the engine takes the setting is a fault: the canary is taken back, and nobody else gets it', async () => {
    const { code, stdout, stderr } = await cli(['rehearse', '--canary', 'c2', '-o', 'json']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The rehearsal did not go as it should: see `novadock rollout log r-1 c2`')]);
    expect(JSON.parse(stdout)).toMatchObject({ rollout: 'r-1', canary: 'c2', findings: expect.arrayContaining([{ ok: false, what: 'c2 did not fail, it is healthy' }, { ok: true, what: '1 other host was not touched' }]) as unknown });
    expect(await stateOf(1)).toBe('rolled_back');
    for (const name of ['c1', 'c2']) expect(await setupOf(name)).toMatchObject({ setup: { profile: 'fleet', revision: 1 } });
  });

  test('does not begin while another rollout has its hosts', async () => {
    goesWell = (revision, kind) => kind !== 'apply' || revision === 1;
    await cli([...start, '--watch']);
    goesWell = asEngines;
    expect(await cli(['rehearse'])).toMatchObject({ code: 6, stderr: expect.stringContaining('Rollout r-1 has hosts of this one and is paused') as unknown });
    expect([await stateOf(1), await stateOf(2)]).toEqual(['paused', 'aborted']);
  });

  test('that is cut off harms nothing, and the next one ends it', async () => {
    goesWell = asEngines;
    const killing = new AbortController();
    const cut = cli(['rehearse'], false, killing.signal);
    await expect.poll(() => v1.store.prisma.setupRun.count({ where: { kind: 'check' } })).toBe(1);
    killing.abort();
    expect(await cut).toMatchObject({ code: 130 });
    const again = await cli(['rehearse']);
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('r-1 is a rehearsal that was left; it is ended first.')]);
    expect([await stateOf(1), await stateOf(2)]).toEqual(['aborted', 'aborted']);
    for (const name of ['c1', 'c2']) expect(await setupOf(name)).toMatchObject({ setup: { profile: 'fleet', revision: 1 } });
  });
});
