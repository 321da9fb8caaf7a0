import { askPackages, createRollout, planNewRollout, putProfile, SetupFeed } from '@novadock/cloud';
import { defaultHostProfile, type ExactPackage, type SetupEnd, type SetupStepState } from '@novadock/model';
import { afterEach, expect, test } from 'vitest';
import { createRolloutFleet, went, type RolloutFleet } from '../testing/rollout-fleet.ts';

const debian = 'Debian GNU/Linux 12 (bookworm)';
const rocky = 'Rocky Linux 9.4 (Blue Onyx)';
const io = { name: 'docker.io', version: '29.4.1-1' };
const notFound = (message: string): SetupEnd => went({ succeeded: false, changed: 0, error: { code: 'PACKAGE_NOT_FOUND', message, step: 'packages' } });
let fleet: RolloutFleet;
let feed: SetupFeed;
afterEach(async () => {
  await feed.close();
  await fleet.close();
});

/** h1, h2 and h3 with Debian, h4 with Rocky Linux on another processor; whoever plans owns none of them. */
const open = async () => {
  fleet = await createRolloutFleet(['h1', 'h2', 'h3', 'h4']);
  feed = new SetupFeed(fleet.store);
  Object.assign(fleet.agents.get('h4')!.facts, { operatingSystem: rocky, architecture: 'arm64' });
  await fleet.startControlPlane();
  await expect.poll(() => fleet.store.prisma.host.count({ where: { up: true, facts: { path: ['operatingSystem'], not: 'null' } } })).toBe(4);
};
/** What a check of these hosts says of the packages; `end` undefined: nothing. */
const say = (names: string[], { state = 'wouldChange', detail = '', packages = state === 'wouldChange' ? [io] : [], end }: { state?: SetupStepState; detail?: string; packages?: ExactPackage[]; end: SetupEnd | undefined }) => {
  for (const name of names) {
    const { setups } = fleet.agents.get(name)!;
    const usual = setups.script;
    setups.script = (request) => (request.kind === 'check' ? [{ step: { name: 'packages', title: 'Packages', state, detail, files: [], durationMs: 1, packages } }, ...(end === undefined ? [] : [{ ended: end }])] : usual(request));
  }
};
const planner = (timeoutMs?: number) => ({ store: fleet.store, askPackages: askPackages({ cloud: fleet.cloud, feed, userId: 'u1', timeoutMs }) });
const plan = async (timeoutMs?: number) => (await planNewRollout(planner(timeoutMs), fleet.request())).plan;
const asked = () => [...fleet.agents.keys()].filter((name) => fleet.runsOf(name).length > 0);

test('a plan names the packages of each kind of host, as one of it finds them', async () => {
  await open();
  say(['h1', 'h2', 'h3'], { end: went() });
  say(['h4'], { packages: ['docker-ce', 'docker-ce-cli'].map((name) => ({ name, version: '3:29.4.2-1.el9' })), end: went() });
  expect(await plan()).toMatchObject({
    planned: 4, blocked: [],
    packages: [{ operatingSystem: debian, architecture: 'amd64', hosts: 3, exact: ['docker.io 29.4.1-1'], askedHost: 'h1', note: '' }, { operatingSystem: rocky, architecture: 'arm64', hosts: 1, exact: ['docker-ce 3:29.4.2-1.el9', 'docker-ce-cli 3:29.4.2-1.el9'], askedHost: 'h4', note: '' }],
  });
  expect([fleet.runsOf('h1'), fleet.runsOf('h4'), asked()]).toEqual([['check fleet@2'], ['check fleet@2'], ['h1', 'h4']]);
  expect(await fleet.store.prisma.rollout.count()).toBe(0);
});

test('all hosts of a kind whose repositories do not have the packages are blocked, left out, and do not join later', async () => {
  await open();
  say(['h1', 'h2', 'h3'], { state: 'failed', detail: 'no docker.io 29.4', end: notFound('The repositories of this host have no docker.io 29.4; they have 20.10.24') });
  say(['h4'], { end: went() });
  const why = `The repositories of this host have no docker.io 29.4; they have 20.10.24 (as h1 says, for all with ${debian}, amd64)`;
  const blocked = ['h1', 'h2', 'h3'].map((host) => ({ host, code: 'PACKAGE_NOT_FOUND', why }));
  expect(await plan()).toMatchObject({ planned: 1, blocked, packages: [{ exact: [], askedHost: 'h1', note: 'The repositories of this host have no docker.io 29.4; they have 20.10.24' }, { exact: ['docker.io 29.4.1-1'] }] });
  const number = await createRollout(planner(), fleet.request(), { userId: 'u1' });
  await fleet.order(number, { do: 'start' });
  await expect.poll(async () => (await fleet.rollout(number)).state).toBe('succeeded');
  expect([...(await fleet.hosts(number))].map(([name, { state }]) => [name, state])).toEqual([['h4', 'healthy']]);
  expect([fleet.runsOf('h2'), fleet.runsOf('h3')]).toEqual([[], []]);
});

test('a rollout that this leaves without a host is refused with what the host said', async () => {
  await open();
  say(['h1', 'h2', 'h3', 'h4'], { state: 'failed', end: notFound('have no docker.io 29.4') });
  await expect(createRollout(planner(), fleet.request(), { userId: 'u1' })).rejects.toMatchObject({ code: 'invalid', reason: 'PACKAGE_NOT_FOUND', message: expect.stringContaining('No host is left to change: have no docker.io 29.4 (as h') });
  expect(await fleet.store.prisma.rollout.count()).toBe(0);
});

test('who gives no answer in time, is busy or away, or fails for another reason, blocks nobody', async () => {
  await open();
  say(['h1', 'h2', 'h3'], { end: undefined });
  say(['h4'], { state: 'failed', detail: 'the engine is restarted, which would disturb', end: went({ succeeded: false, error: { code: 'ENGINE_RESTART_WOULD_DISTURB', message: 'x', step: 'packages' } }) });
  const first = await plan(1500);
  expect(first).toMatchObject({ planned: 4, blocked: [], packages: [{ exact: [], askedHost: 'h1', note: 'h1 gave no answer in 1.5 s; each host finds out in its precheck' }, { exact: [], askedHost: 'h4', note: 'h4 could not tell: the engine is restarted, which would disturb; each host finds out in its precheck' }] });
  // h1 is still at it.
  say(['h2'], { state: 'ok', detail: 'docker.io 29.4.1-1, nft and ip are installed', end: went({ changed: 0 }) });
  fleet.agents.get('h4')!.goDown();
  await expect.poll(() => fleet.store.prisma.host.count({ where: { up: true } })).toBe(3);
  expect(await plan(1500)).toMatchObject({ planned: 4, blocked: [], packages: [{ exact: [], askedHost: 'h2', note: 'h2 has them already' }, { exact: [], askedHost: null, note: 'none of them can be asked now; each host finds out in its precheck' }] });
});

test('a check that its host was never told of is withdrawn, so that the rollout need not wait for it', async () => {
  await open();
  say(['h1', 'h2', 'h3', 'h4'], { end: went() });
  // It is still taken for one that answers: its lease has not run out.
  await fleet.stopControlPlane();
  await fleet.store.prisma.host.updateMany({ data: { up: true, leaseUntil: new Date(Date.now() + 60_000) } });
  expect(await plan(300)).toMatchObject({ planned: 4, packages: [{ note: expect.stringContaining('gave no answer in 0.3 s') }, {}] });
  expect(await fleet.store.prisma.setupRun.count()).toBe(0);
});

test('no host is asked where the engine stays, or the revision names no version of it', async () => {
  await open();
  await putProfile(fleet.cloud, 'fleet', { ...defaultHostProfile, engine: { ...defaultHostProfile.engine, settings: { 'live-restore': true, debug: true } } });
  expect(await plan()).toMatchObject({ planned: 4, packages: [] });
  expect(asked()).toEqual([]);
});
