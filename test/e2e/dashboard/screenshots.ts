// `npm run screenshots`: the pictures of docs/dashboard.md, of a fleet that stands still.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRollout, orderRollout, putProfile } from '@novadock/cloud';
import { defaultHostProfile } from '@novadock/model';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { test } from 'vitest';
import { bundleDashboard } from '../../../tools/dashboard/bundle-dashboard.ts';
import { openDashboardCloud, password, type DashboardCloud } from './dashboard-cloud.ts';
import { openBrowser } from './open-browser.ts';

const root = join(import.meta.dirname, '../../..');
const outDir = process.env.NOVADOCK_SCREENSHOTS ?? join(root, 'docs/images');
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

type Change = { state: string; failure?: string; skipped?: string; touched?: boolean; error?: object; resultAt?: Date };

/** 120 hosts and what they do. */
async function draw({ store: { prisma }, cloud, request }: DashboardCloud): Promise<void> {
  const engine = (version: string) => ({ ...defaultHostProfile, engine: { ...defaultHostProfile.engine, version } });
  await putProfile(cloud, 'edge', engine('28.5'));
  await putProfile(cloud, 'edge', engine('29.4'));
  const bad = (title: string, detail: string) => ({ name: 'engine-config', title, ok: false, detail });
  const facts = (revision: number, steps: object[] = []) => ({ engine: { ready: true, reason: '', liveRestore: true }, setup: { profile: 'edge', revision, steps, checkedAtMs: minutesAgo(11).getTime() } });
  const hosts = Array.from({ length: 120 }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`, name: `c-${index + 1}`, address: 'x:1', up: true, ready: true, lastSeenAt: new Date(), ownerId: 'nobody', leaseUntil: new Date(Date.now() + 3_600_000), facts: facts(1),
  }));
  await prisma.host.createMany({ data: hosts });
  const instance = (index: number) => ({ id: randomUUID(), projectId: 'p1', userId: 'u1', name: `web-${index}`, hostname: 'web', imageId: randomUUID(), flavor: {}, vcpus: 1, memoryMb: 1, diskGb: 1, reservationId: 'r', hostId: hosts[index % 120]!.id, power: 'running', observedPower: 'running', observedGeneration: 1, launchedAt: new Date() });
  const error = { failed: true, fault: { code: 500, message: 'The host has no room for its image: 3.1 GB are needed, 2.4 GB are free. Delete images that are not used, or boot it on another host.', details: '', at: minutesAgo(34).toISOString() } };
  await prisma.instance.createMany({ data: Array.from({ length: 1384 }, (_, index) => ({ ...instance(index), ...(index === 7 ? error : index % 31 === 0 ? { power: 'stopped', observedPower: 'stopped' } : index < 6 ? { launchedAt: null, observedPower: null, observedGeneration: 0 } : {}) })) });

  const strategy = { canary: { count: 1, bake: '5m' }, waves: ['5%', '25%', '100%'], maxInFlight: '10%', failure: { max: '10%' } };
  const create = (hosts: string[]) => createRollout(cloud, request({ profile: 'edge', selection: { labels: {}, hosts, exclude: [] }, strategy }), { userId: 'u1' });
  const past = await create(['c-118', 'c-119', 'c-120']);
  await prisma.rolloutHost.updateMany({ where: { rollout: past }, data: { state: 'healthy', touched: true } });
  await prisma.rollout.update({ where: { number: past }, data: { number: 41, state: 'succeeded', startedAt: minutesAgo(26 * 60), stateAt: minutesAgo(26 * 60 - 21) } });
  await prisma.host.updateMany({ where: { name: { in: ['c-118', 'c-119', 'c-120'] } }, data: { facts: facts(2) } });
  const number = await create(hosts.slice(0, 117).map(({ name }) => name));
  await orderRollout(cloud, { number, command: { do: 'start' }, by: 'u1' });

  const rows = await prisma.rolloutHost.findMany({ where: { rollout: number }, orderBy: { position: 'asc' } });
  const log = `dockerd --validate --config-file /etc/docker/daemon.json.new\nunable to configure the Docker daemon with file\n/etc/docker/daemon.json.new: the following directives don't match\nany configuration option: live-restor`;
  const failure: Change = { state: 'reverted', failure: 'failed', resultAt: minutesAgo(4), error: { code: 'ENGINE_CONFIG_INVALID', step: 'engine-config', message: 'The Docker Engine does not accept its new settings: live-restor is no option of it. Correct the profile, and start a rollout of its next revision.', logTail: log } };
  const third: Change[] = [...Array<Change>(12).fill({ state: 'healthy', touched: true }), ...Array<Change>(9).fill({ state: 'applying', touched: true }), failure, { state: 'skipped', skipped: 'offline' }];
  const waves = new Map<number, Change[]>([[0, [{ state: 'healthy', touched: true }]], [1, Array<Change>(8).fill({ state: 'healthy', touched: true })], [2, third]]);
  const done: string[] = [];
  for (const [wave, changes] of waves) {
    const inWave = rows.filter((row) => row.wave === wave);
    for (const [index, row] of inWave.entries()) {
      const change = changes[index] ?? { state: 'pending' };
      if (change.state === 'healthy') done.push(row.hostId);
      await prisma.rolloutHost.update({ where: { rollout_hostId: { rollout: number, hostId: row.hostId } }, data: { ...change, cordoned: change.state === 'applying' } });
      if (change.state === 'applying') await prisma.host.update({ where: { id: row.hostId }, data: { enabled: false, disabledReason: `Rollout r-${number} is at work on it.` } });
      if (change.skipped === 'offline') await prisma.host.update({ where: { id: row.hostId }, data: { up: false, upChangedAt: minutesAgo(95) } });
    }
  }
  await prisma.rolloutHost.updateMany({ where: { rollout: number, wave: 3 }, data: { state: 'pending', cordoned: false } });
  await prisma.setupRun.deleteMany({});
  const busy = await prisma.rolloutHost.findMany({ where: { rollout: number, state: 'applying' } });
  await prisma.setupRun.createMany({ data: busy.map(({ hostId }) => ({ id: randomUUID(), hostId, kind: 'apply', requestId: 'r', userId: 'u', startedAt: new Date() })) });
  await prisma.host.updateMany({ where: { id: { in: done } }, data: { facts: facts(2) } });
  await prisma.host.update({ where: { id: rows.at(-1)!.hostId }, data: { facts: facts(1, [bad('Engine settings', '/etc/docker/daemon.json was changed by hand: "log-driver" is "journald" instead of "local".')]) } });
  await prisma.host.update({ where: { id: rows.at(-2)!.hostId }, data: { enabled: false, disabledReason: 'Memory is exchanged.' } });
  const stored = (await prisma.rollout.findUniqueOrThrow({ where: { number } })).waves as { state: string }[];
  await prisma.rollout.update({ where: { number }, data: { state: 'running', startedAt: minutesAgo(9), waves: stored.map((wave, index) => ({ ...wave, state: ['done', 'done', 'running'][index] ?? 'pending' })) } });
}

test('pictures', async () => {
  mkdirSync(outDir, { recursive: true });
  await bundleDashboard({ outDir: join(root, 'dist/dashboard') });
  const cloud = await openDashboardCloud([], { loops: false });
  const browser = await openBrowser();
  try {
    await draw(cloud);
    const shoot = async (name: string, options: BrowserContextOptions, fullPage: boolean, prepare: (page: Page) => Promise<unknown> = async () => {}) => {
      const page = await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();
      await page.goto(cloud.url);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('What is broken').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      await prepare(page);
      await page.screenshot({ path: join(outDir, `${name}.png`), fullPage });
    };
    const wide = { viewport: { width: 1280, height: 900 } };
    await shoot('dashboard', wide, true);
    await shoot('dashboard-dark', { ...wide, colorScheme: 'dark' }, true);
    await shoot('dashboard-phone', { viewport: { width: 360, height: 760 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true }, false);
    await shoot('dashboard-abort', { viewport: { width: 900, height: 560 } }, false, (page) => page.getByRole('button', { name: 'Abort…' }).click());
  } finally {
    await browser.close();
    await cloud.close();
  }
});
