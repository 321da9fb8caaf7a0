import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { bootstrapProfiles, createRollout } from '@novadock/cloud';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { failed, went } from '../../../apps/control-plane/src/testing/rollout-fleet.ts';
import { bundleDashboard } from '../../../tools/dashboard/bundle-dashboard.ts';
import { findPoorContrast } from './find-poor-contrast.ts';
import { openDashboardCloud, password, type DashboardCloud } from './dashboard-cloud.ts';
import { openBrowser } from './open-browser.ts';

// As far as these tests ask for it; the libraries here have no page.
type Shown = { textContent: string; scrollWidth: number; clientWidth: number; getAttribute(name: string): string | null };
declare const document: { activeElement: Shown | null; documentElement: Shown; cookie: string; querySelectorAll(selector: string): { length: number }; addEventListener(name: 'securitypolicyviolation', hear: (event: { violatedDirective: string; blockedURI: string }) => void): void };

const root = join(import.meta.dirname, '../../..');
const waitMs = 60_000;
/** Hosts wait for the test, however busy the machine is. */
const patient = { minHealthy: '0s', hostDeadline: '10m', progressDeadline: '1h' };

let browser: Browser;
let cloud: DashboardCloud | undefined;
let contexts: BrowserContext[] = [];
/** What the browser complained of. */
let complaints: string[] = [];

beforeAll(async () => {
  await bundleDashboard({ outDir: join(root, 'dist/dashboard') });
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(() => (complaints = []));
afterEach(async () => {
  for (const context of contexts) await context.close();
  contexts = [];
  await cloud?.close();
  cloud = undefined;
  expect(complaints).toEqual([]);
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `h${index + 1}`);

async function start(hosts: string[]): Promise<DashboardCloud> {
  cloud = await openDashboardCloud(hosts);
  const { prisma } = cloud.store;
  await expect.poll(() => prisma.host.count({ where: { up: true, ready: true } }), { timeout: waitMs }).toBe(hosts.length);
  return cloud;
}

async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  // A reply that says no, and a connection that is lost, are Chromium's to note; all else is a fault of the page, and so is each violation of its policy.
  page.on('console', (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => globalThis.console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  await page.goto(cloud!.url);
  return page;
}

async function signIn(page: Page, { user = 'admin', secret = password, project = 'admin' } = {}): Promise<void> {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(secret);
  await page.getByLabel('Project').fill(project);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function openFleet(options?: BrowserContextOptions): Promise<Page> {
  const page = await openPage(options);
  await signIn(page);
  await page.getByText('Live', { exact: true }).waitFor();
  return page;
}

/** The numbers below a heading, as one line. */
const numbers = async (page: Page, panel: string) => (await page.locator('.panel', { has: page.getByRole('heading', { name: panel }) }).locator('.legend').innerText()).replaceAll(/\s+/g, ' ');
const hasText = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
/** Presses Tab until the focus is on what has this accessible name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
    if (focused.trim() === name) return;
  }
  throw new Error(`Tab does not lead to "${name}"`);
}
const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const scrollsSideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
const apiCall = (page: Page, method: string, path: string) => page.evaluate(async ([verb, url]) => {
  const { token } = JSON.parse(sessionStorage.getItem('novadock-session') ?? '{}') as { token: string };
  const headers = { 'x-auth-token': token, 'x-subject-token': token };
  return (await fetch(url!, { method: verb, headers })).status;
}, [method, path]);

describe('signing in', () => {
  test('says what is wrong, keeps the token in this tab, and nothing of it is in a URL', async () => {
    await start([]);
    const page = await openPage();
    const urls: string[] = [];
    page.on('request', (request) => urls.push(request.url()));
    await signIn(page, { secret: 'wrong' });
    await hasText(page, 'User, password or project is not right.');
    expect(await page.getByLabel('Password').evaluate((input) => document.activeElement === input)).toBe(true);
    await signIn(page);
    await hasText(page, 'Add the first host');
    await page.reload();
    await hasText(page, 'Add the first host');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([0, 0, '']);
    expect(urls.join(' ')).not.toMatch(/correct|wrong|token=/);
  });

  test('is asked for again when the session has ended', async () => {
    const { agents } = await start(['h1']);
    const page = await openFleet();
    expect(await apiCall(page, 'DELETE', '/identity/v3/auth/tokens')).toBe(204);
    agents.get('h1')!.goDown();
    await hasText(page, 'Your session has ended. Sign in again.');
    await signIn(page);
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('as somebody who may not see the fleet shows why', async () => {
    const { store: { prisma } } = await start([]);
    const { id } = await prisma.user.findFirstOrThrow({ where: { name: 'admin' } });
    const reader = await prisma.role.findFirstOrThrow({ where: { name: 'reader' } });
    await prisma.roleAssignment.create({ data: { userId: id, target: 'p1', roleId: reader.id } });
    const page = await openPage();
    await signIn(page, { project: 'project' });
    await hasText(page, "Policy doesn't allow novadock:hosts to be performed.");
  });
});

describe('the fleet', () => {
  test('that is empty says what to do first', async () => {
    await start([]);
    const page = await openFleet();
    await hasText(page, 'npx novadock host token');
  });

  test('is up to date without a reload: a host that goes and comes back is seen at once', async () => {
    const { agents } = await start(names(3));
    const page = await openFleet();
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    await expect.poll(() => numbers(page, 'Hosts'), { timeout: waitMs }).toMatch(/3 ready.* 0 down/);
    agents.get('h2')!.goDown();
    await expect.poll(() => numbers(page, 'Hosts'), { timeout: waitMs }).toMatch(/2 ready.* 1 down/);
    await hasText(page, 'Its agent does not answer.');
    await hasText(page, 'journalctl -u novadock-agent -n 50');
    expect(await page.title()).toBe('(1) Fleet · Novadock');
    expect(await page.locator('.unseen[role=status]').innerText()).toBe('2 hosts up, 1 down. 1 thing broken, 1 more than before.');
    agents.get('h2')!.comeBack();
    await hasText(page, 'Nothing is broken.');
    expect(await page.evaluate(() => 'notReloaded' in globalThis)).toBe(true);
  });

  test('says when it is not live, and since when; and is live again by itself', async () => {
    const { stopServing, serve, agents } = await start(names(2));
    const page = await openFleet();
    await stopServing();
    await hasText(page, /^Not live since \d\d:\d\d$/);
    await hasText(page, /This is how it was at \d\d:\d\d:\d\d\. Trying again\./);
    await expect.poll(() => numbers(page, 'Hosts')).toMatch(/2 ready.* 0 down/);
    agents.get('h1')!.goDown();
    await expect.poll(() => cloud!.store.prisma.host.count({ where: { up: false } }), { timeout: waitMs }).toBe(1);
    await serve();
    await page.getByText('Live', { exact: true }).waitFor();
    await expect.poll(() => numbers(page, 'Hosts'), { timeout: waitMs }).toMatch(/1 ready.* 1 down/);
    await expect.poll(() => page.getByText('This is how it was at').count()).toBe(0);
  });

  test('of 5,000 hosts stays a small page, and many events make few requests', async () => {
    const { store: { prisma } } = await start(['h1']);
    const { facts } = await prisma.host.findUniqueOrThrow({ where: { name: 'h1' } });
    const rows = Array.from({ length: 5000 }, (_, index) => ({ id: randomUUID(), name: `c-${index}`, address: 'x:1', up: index % 20 !== 0, ready: true, lastSeenAt: new Date(), revokedAt: null, facts: facts as object, ownerId: 'somebody', leaseUntil: new Date(Date.now() + 3_600_000) }));
    await prisma.host.createMany({ data: rows });
    const page = await openFleet();
    await expect.poll(() => numbers(page, 'Hosts'), { timeout: waitMs }).toMatch(/4,751 ready.* 250 down/);
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(800);
    let requests = 0;
    page.on('request', (request) => (requests += Number(request.url().endsWith('/v1/fleet'))));
    const begin = Date.now();
    for (let burst = 0; burst < 20; burst += 1) await prisma.event.createMany({ data: rows.slice(burst * 25, burst * 25 + 25).map(({ id, name }) => ({ kind: 'host.drifted', subjectId: id, data: { name } })) });
    await prisma.host.update({ where: { name: 'c-1' }, data: { up: false } });
    await prisma.$executeRaw`WITH e AS (INSERT INTO "Event" (kind, "subjectId") VALUES ('host.down', 'c-1') RETURNING 1) SELECT pg_notify('novadock_events', '') FROM e`;
    await expect.poll(() => numbers(page, 'Hosts'), { timeout: waitMs }).toMatch(/4,750 ready.* 251 down/);
    expect(requests).toBeLessThanOrEqual(3 + (Date.now() - begin) / 1000);
  });
});

describe('a rollout', () => {
  /** Lets the hosts whose run waits be done with it. */
  const finish = (kind: 'apply' | 'check', count = Infinity) => {
    let left = count;
    for (const agent of cloud!.agents.values()) {
      const request = agent.setups.started.at(-1);
      if (request?.kind !== kind || left <= 0 || agent.facts.setup?.revision === 2) continue;
      left -= 1;
      cloud!.become(agent, request);
      agent.setups.write(request.runId, { ended: went() });
    }
  };
  /** Waits until so many hosts are being changed, each as long as the test wants. */
  const untilApplying = (count: number) => expect.poll(() => [...cloud!.agents.values()].filter(({ facts, setups }) => facts.setup?.revision !== 2 && setups.started.at(-1)?.kind === 'apply').length, { timeout: waitMs }).toBe(count);
  const waves = (page: Page) => page.locator('.rollout .wave .bar').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-label')));

  test('moves: its waves and their bars follow what hosts do', async () => {
    const { begin, behave } = await start(names(4));
    behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const page = await openFleet();
    await begin({ strategy: { waves: ['50%', '100%'], maxInFlight: 2, health: patient } });
    await expect.poll(() => waves(page), { timeout: waitMs }).toEqual(['Wave 50%, running: 2 running', 'Wave 100%, to come: 2 to come']);
    await untilApplying(2);
    const before = await page.locator('.rollout .wave .bar .running').first().boundingBox();
    finish('apply', 1);
    await expect.poll(() => waves(page), { timeout: waitMs }).toEqual(['Wave 50%, running: 1 ok, 1 running', 'Wave 100%, to come: 2 to come']);
    expect((await page.locator('.rollout .wave .bar .running').first().boundingBox())!.width).toBeLessThan(before!.width);
    finish('apply');
    await expect.poll(() => waves(page), { timeout: waitMs }).toEqual(['Wave 50%, done: 2 ok', 'Wave 100%, running: 2 running']);
    await untilApplying(2);
    finish('apply');
    await hasText(page, 'Succeeded');
    await expect.poll(() => page.locator('.rollout > .bar').getAttribute('aria-label')).toBe('Hosts of r-1: 4 ok');
  });

  test('is paused, resumed and aborted by keyboard alone; what cannot be taken back is asked first', async () => {
    const { begin, behave, rollout } = await start(names(3));
    behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const page = await openPage();
    await page.locator('input[type=password]:focus').waitFor();
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByText('Live', { exact: true }).waitFor();
    const number = await begin({ strategy: { maxInFlight: 1, health: patient } });
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Skip to the fleet');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Pause');
    await page.keyboard.press('Space');
    await hasText(page, 'Paused: by an operator');
    expect(await rollout(number)).toMatchObject({ state: 'paused', reason: 'operator' });
    expect(await focusedText(page)).toMatch(/^r-1/);
    await tabTo(page, 'Resume');
    await page.keyboard.press('Enter');
    await page.locator('.rollout .pill', { hasText: 'Running' }).waitFor();
    await tabTo(page, 'Abort…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Abort r-1?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focusedText(page)).toBe('Abort…');
    expect((await rollout(number)).state).toBe('running');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Abort r-1');
    await page.keyboard.press('Enter');
    await page.locator('.rollout .pill', { hasText: 'Aborted' }).waitFor();
    expect((await rollout(number)).state).toBe('aborted');
  });

  test('that cannot do what it is ordered to says why, in the words of the API', async () => {
    const { begin, behave, order } = await start(names(2));
    behave((_, { kind }) => (kind === 'apply' ? undefined : went()));
    const page = await openFleet();
    const number = await begin({ strategy: { health: patient } });
    await page.getByRole('button', { name: 'Abort…' }).click();
    await order(number, { do: 'abort', policy: 'keep' });
    await page.getByRole('button', { name: 'Abort r-1' }).click();
    await hasText(page, /^Cannot 'abort' a rollout that is aborted/);
  });

  test('in which a host fails shows that host with step, code, log and what to type, and tries it again', async () => {
    const { begin, behave } = await start(names(3));
    behave((name, { kind, profile }) => (name === 'h2' && kind === 'apply' && profile?.revision === 2 ? failed('ENGINE_CONFIG_INVALID') : went()));
    const page = await openFleet();
    await begin({ strategy: { maxInFlight: 1, health: patient } });
    await hasText(page, 'Paused: too many hosts failed');
    const item = page.locator('.broken li', { hasText: 'h2' });
    await expect.poll(() => item.innerText(), { timeout: waitMs }).toMatch(/it is ENGINE_CONFIG_INVALID It is back on what it had\.[^]*r-1 · step service · ENGINE_CONFIG_INVALID[^]*npx novadock rollout log r-1 h2/);
    await item.getByText('The end of its log').click();
    await expect.poll(() => item.locator('pre').innerText()).toContain('apply on h2');
    behave(() => went());
    await page.getByRole('button', { name: 'Retry failed' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await hasText(page, 'Succeeded');
    await hasText(page, 'Nothing is broken.');
  });
});

describe('the page', () => {
  /** One of each thing there can be. */
  async function crowdedFleet(): Promise<void> {
    const { store: { prisma }, ids, cloud: { store }, agents, begin, behave } = await start(names(8));
    await bootstrapProfiles(store);
    const long = `c-${'very-long-name-'.repeat(6)}`;
    agents.get('h7')!.goDown();
    await prisma.host.update({ where: { id: ids.get('h7')! }, data: { name: long } });
    await prisma.host.update({ where: { id: ids.get('h6')! }, data: { enabled: false, disabledReason: 'upgrade' } });
    behave((name, { kind, profile }) => (name === 'h2' && kind === 'apply' && profile?.revision === 2 ? failed('ENGINE_CONFIG_INVALID') : kind === 'apply' && name !== 'h3' ? undefined : went()));
    await prisma.setupRun.create({ data: { id: randomUUID(), hostId: ids.get('h8')!, kind: 'apply', requestId: 'r', userId: 'u', startedAt: new Date(), finishedAt: new Date(), ended: { succeeded: false, changed: 0, error: { code: 'DOCKER_NOT_FOUND', step: 'engine-package', message: `There is no such package: https://packages.example/${'x'.repeat(120)}` } } } });
    await begin({ selection: { labels: {}, hosts: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'], exclude: [] }, strategy: { failure: { max: '100%', consecutive: 100, action: 'continue' }, health: patient } });
    await createRollout(cloud!.cloud, cloud!.request({ profile: 'fleet', strategy: { approval: 'before-start' } }), { userId: 'u1' });
    await expect.poll(() => prisma.rolloutHost.count({ where: { failure: { not: null } } }), { timeout: waitMs }).toBe(1);
  }

  test('fits a phone of 360 pixels, and everything can be reached and seen on it', async () => {
    await crowdedFleet();
    const page = await openPage({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    expect(await scrollsSideways(page)).toBe(false);
    await signIn(page);
    await hasText(page, 'There is no such package');
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await scrollsSideways(page)).toBe(false);
    const small = await page.locator('button').evaluateAll((buttons) => buttons.filter((button) => button.getBoundingClientRect().height < 44).map((button) => button.textContent));
    expect(small).toEqual([]);
    await page.locator('.rollout').first().getByRole('button', { name: 'Abort…' }).click();
    expect(await scrollsSideways(page)).toBe(false);
    const dialog = await page.getByRole('dialog').boundingBox();
    expect([dialog!.x >= 0, dialog!.x + dialog!.width <= 360]).toEqual([true, true]);
  });

  test.each(['light', 'dark'] as const)('can be read by everybody (%s): contrast of all text is that of WCAG AA', async (colorScheme) => {
    await crowdedFleet();
    const page = await openPage({ colorScheme });
    expect(await page.evaluate(findPoorContrast)).toEqual([]);
    await signIn(page);
    await hasText(page, 'There is no such package');
    expect(await page.evaluate(findPoorContrast)).toEqual([]);
    await page.locator('.rollout').first().getByRole('button', { name: 'Abort…' }).click();
    expect(await page.evaluate(findPoorContrast)).toEqual([]);
  });

  test('has landmarks, headings in order, and a name for all that can be pressed', async () => {
    await crowdedFleet();
    const page = await openFleet();
    await hasText(page, 'There is no such package');
    expect(await page.evaluate(() => ['header', 'main', 'footer'].map((tag) => document.querySelectorAll(`#app > ${tag}`).length))).toEqual([1, 1, 1]);
    const levels = await page.locator('h1, h2, h3, h4').evaluateAll((headings) => headings.map((heading) => Number(heading.tagName[1])));
    expect(levels.filter((level) => level === 1)).toEqual([1]);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    const unnamed = await page.locator('button, a, input, summary, [role=img]').evaluateAll((all) => all.filter((one) => `${one.getAttribute('aria-label') ?? ''}${one.textContent}${(one as { labels?: { length: number } | null }).labels?.length ?? ''}`.trim() === '').map((one) => one.outerHTML));
    expect(unnamed).toEqual([]);
    const ids = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('comes in less than 40 KB, all of it from this server', async () => {
    await start(['h1']);
    const context = await browser.newContext();
    contexts.push(context);
    const page = await context.newPage();
    const sizes: Promise<[string, number]>[] = [];
    page.on('requestfinished', (request) => sizes.push(request.sizes().then(({ responseBodySize, responseHeadersSize }) => [request.url(), responseBodySize + responseHeadersSize])));
    await page.goto(cloud!.url);
    await page.getByLabel('Password').waitFor();
    await expect.poll(() => sizes.length).toBeGreaterThanOrEqual(3);
    const loaded = await Promise.all(sizes);
    expect(loaded.filter(([url]) => !url.startsWith(`${cloud!.url}/`))).toEqual([]);
    expect(loaded.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(40_000);
  });
});
