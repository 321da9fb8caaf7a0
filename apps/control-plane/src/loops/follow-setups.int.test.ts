import { randomUUID } from 'node:crypto';
import { bootstrapProfiles, controlPlaneIdentity, EventFeed, forgetHost, getSetupRun, listSetupEntries, requestSetupRun, waitUntilForgotten, type Cloud, type RequestSetupRun } from '@novadock/cloud';
import { CloudError, type SetupEnd, type SetupFacts, type SetupStepChange } from '@novadock/model';
import { readEvents } from '@novadock/store';
import { createFakeAgent } from '@novadock/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestCloud, type TestCloud } from '../../../../libs/cloud/src/testing/test-cloud.ts';
import { createMetrics } from '../metrics.ts';
import { ownHosts, type HostOwner } from './own-hosts.ts';

let logged: { level: number; msg: string; [field: string]: unknown }[] = [];
const log = pino({ base: null, timestamp: false }, { write: (line) => void logged.push(JSON.parse(line) as (typeof logged)[number]) });
/** What the log says of set-ups. */
const setupLog = () => logged.filter(({ run }) => run !== undefined);
const step = (name: string, state: SetupStepChange['state'], change: Partial<SetupStepChange> = {}) => ({ step: { name, title: `the ${name}`, state, detail: '', files: [], durationMs: 20, ...change } });
const output = (text: string) => ({ output: { step: 'packages', text } });
const ended = (change: Partial<SetupEnd> = {}) => ({ ended: { succeeded: true, changed: 1, error: undefined, ...change } });
const wholeRun = () => [step('packages', 'runs'), output('$ apt-get install docker.io\n'), step('packages', 'changed'), ended()];
const factsOf = (ok: boolean): SetupFacts => ({ profile: 'default', revision: 1, steps: [{ name: 'packages', title: 'Packages', ok, detail: ok ? '' : 'gone' }], checkedAtMs: 1_700_000_000_000 });

let t: TestCloud;
let agent: ReturnType<typeof createFakeAgent>;
let hostId: string;
let owner: HostOwner;
let cloud: Cloud;
let metrics: ReturnType<typeof createMetrics>;

const startLoops = async () => {
  const identity = await controlPlaneIdentity(t.cloud.authority);
  owner = ownHosts({ replicaId: randomUUID(), identity, log, controllerUrl: 'https://cloud.test:8774', onSetupRecorded: metrics.observeSetup, connect: () => ({ ...agent, getHostFacts: () => agent.getHostFacts(), close: () => {} }) });
  cloud = { ...t.cloud, hosts: owner };
  await owner.start(cloud);
  // One that was being forgotten may be gone by now.
  await expect.poll(() => agent.removed || owner.isUp(hostId)).toBe(true);
};
beforeEach(async () => {
  t = await createTestCloud();
  await bootstrapProfiles(t.store);
  hostId = (await t.addHost('host1')).id;
  agent = createFakeAgent();
  metrics = createMetrics();
  logged = [];
  await startLoops();
});
afterEach(async () => {
  await owner.stop();
  await t.close();
});

const request = (kind: RequestSetupRun['kind'], change: Partial<RequestSetupRun> = {}) => requestSetupRun(cloud, { host: 'host1', kind, requestId: `req-${randomUUID()}`, userId: 'u1', ...change });
const run = (runId: string) => getSetupRun(cloud, { host: 'host1', runId });
const untilEnded = async (runId: string) => {
  await expect.poll(async () => (await run(runId)).finishedAt).not.toBeNull();
  return run(runId);
};
const entries = async (runId: string) => (await listSetupEntries(cloud, { runId, afterSeq: 0, limit: 1000 })).entries;
/** Those that are not about whether the host answers. They show a moment after they were written: to be polled for. */
const hostEvents = async (kind = 'host') => (await readEvents(t.store, { afterId: 0n, subjectId: hostId, kind })).map((event) => event.kind.replace('host.', '')).filter((name) => name !== 'up' && name !== 'down');
const hostRow = () => t.store.prisma.host.findUnique({ where: { id: hostId } });

describe('a run of a set-up', () => {
  test('is begun on the host with its profile, and told of in entries, steps, events and metrics', async () => {
    agent.setups.script = wholeRun;
    const { id } = await request('apply');
    expect(await untilEnded(id)).toMatchObject({ kind: 'apply', profile: { name: 'default', revision: 1 }, ended: { succeeded: true, changed: 1 }, steps: [{ name: 'packages', state: 'changed' }], lastSeq: 4 });
    expect(agent.setups.started).toMatchObject([{ runId: id, kind: 'apply', controllerUrl: 'https://cloud.test:8774', profile: { name: 'default', engine: { source: 'distribution' } } }]);
    expect((await entries(id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    await expect.poll(() => hostEvents()).toEqual(['setup_started', 'setup_step', 'setup_step', 'setup_succeeded']);
    await expect.poll(() => metrics.registry.metrics()).toContain('novadock_setup_runs_total{kind="apply",result="succeeded"} 1');
    expect(await metrics.registry.metrics()).toContain('novadock_setup_step_seconds_count{step="packages"} 1');
  });

  test('that fails says at which step and why', async () => {
    agent.setups.script = () => [step('packages', 'failed', { detail: 'no space left' }), ended({ succeeded: false, changed: 0, error: { code: 'DISK_FULL', message: 'no space left', step: 'packages' } })];
    const { id } = await request('apply');
    expect((await untilEnded(id)).ended).toMatchObject({ succeeded: false, error: { code: 'DISK_FULL', step: 'packages' } });
    await expect.poll(() => hostEvents('host.setup_failed')).toEqual(['setup_failed']);
    await expect.poll(() => metrics.registry.metrics()).toContain('novadock_setup_failures_total{code="DISK_FULL",step="packages"} 1');
  });

  test('is told of in the log: a line as each step begins and as it ends, without what it prints', async () => {
    const told = [step('prechecks', 'runs'), step('prechecks', 'ok'), step('packages', 'runs'), step('packages', 'runs', { detail: 'install docker.io' }), output('Unpacking\n'), step('packages', 'failed', { detail: 'no space left' })];
    const error = { code: 'DISK_FULL', message: 'no space left', step: 'packages' };
    agent.setups.script = () => [...told, ended({ succeeded: false, changed: 0, error })];
    const { id } = await request('apply');
    await untilEnded(id);
    await expect.poll(() => setupLog().at(-1)?.msg).toBe('a set-up ended');
    const about = { host: 'host1', run: id, kind: 'apply' };
    const [info, warn] = [30, 40];
    expect(setupLog()).toEqual([
      { level: info, ...about, step: 'prechecks', state: 'runs', msg: 'a step of the set-up begins' },
      { level: info, ...about, step: 'prechecks', state: 'ok', durationMs: 20, msg: 'a step of the set-up ended' },
      { level: info, ...about, step: 'packages', state: 'runs', msg: 'a step of the set-up begins' },
      { level: warn, ...about, step: 'packages', state: 'failed', durationMs: 20, reason: 'no space left', msg: 'a step of the set-up ended' },
      { level: warn, ...about, succeeded: false, changed: 0, step: 'packages', code: 'DISK_FULL', reason: 'no space left', msg: 'a set-up ended' },
    ]);
  });

  test('that is asked for while the host is away is done when it is back', async () => {
    agent.goDown();
    await expect.poll(() => owner.isUp(hostId)).toBe(false);
    agent.setups.script = wholeRun;
    const { id, waitingSince } = await request('apply');
    expect(waitingSince).toBeInstanceOf(Date);
    agent.comeBack();
    expect((await untilEnded(id)).waitingSince).toBeUndefined();
  });

  test('goes on where it was when the host was away, or the control plane died, with nothing twice and no gap', async () => {
    const { id } = await request('apply');
    await expect.poll(() => agent.setups.started.length).toBe(1);
    const texts: string[] = [];
    const write = (count: number) => {
      for (let n = 0; n < count; n += 1) {
        texts.push(`line ${texts.length}\n`);
        agent.setups.write(id, output(texts.at(-1)!));
      }
    };
    write(40);
    await expect.poll(async () => (await run(id)).lastSeq).toBeGreaterThan(0);
    agent.goDown();
    write(10);
    agent.comeBack();
    await expect.poll(async () => (await run(id)).lastSeq).toBe(50);
    write(30);
    await owner.stop();
    write(20);
    await startLoops();
    agent.setups.write(id, ended());
    await untilEnded(id);
    const written = await entries(id);
    expect(written.map(({ seq }) => seq)).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
    expect(written.flatMap((entry) => ('output' in entry ? [entry.output.text] : []))).toEqual(texts);
    expect(agent.setups.started).toHaveLength(1);
    await expect.poll(() => hostEvents()).toEqual(['setup_started', 'setup_succeeded']);
  });

  test('whose start the host heard, though the reply was lost, is begun once', async () => {
    const start = agent.startSetup;
    let lost = 0;
    agent.setups.script = wholeRun;
    agent.startSetup = async (wanted) => {
      await start(wanted);
      if ((lost += 1) === 1) throw new CloudError('unavailable', 'the reply was lost');
    };
    await owner.stop();
    await startLoops();
    const { id } = await request('apply');
    await untilEnded(id);
    expect(lost).toBeGreaterThan(1);
    expect(agent.setups.started).toHaveLength(1);
    await expect.poll(() => hostEvents()).toEqual(['setup_started', 'setup_step', 'setup_step', 'setup_succeeded']);
  });

  test('whose entries come twice has each once', async () => {
    const watch = agent.watchSetup;
    agent.setups.script = wholeRun;
    agent.watchSetup = async function* (asked, signal) {
      for await (const entry of watch({ ...asked, after: 0 }, signal)) yield* [entry, entry];
    };
    await owner.stop();
    await startLoops();
    const { id } = await request('apply');
    await untilEnded(id);
    expect((await entries(id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test('whose entries could not be written is read again, though the host says nothing more for long', async () => {
    const watch = agent.watchSetup;
    agent.setups.script = () => wholeRun().slice(0, 2);
    let watched = 0;
    agent.watchSetup = async function* (asked, signal) {
      watched += 1;
      // The first time one is missing before it, so that it cannot be written.
      for await (const entry of watch(asked, signal)) if (watched > 1 || entry.seq === 2) yield entry;
    };
    await owner.stop();
    await startLoops();
    const { id } = await request('apply');
    await expect.poll(async () => (await run(id)).lastSeq).toBe(2);
    expect(watched).toBe(2);
  });

  test('whose journal the host lost is begun once more, and goes on in the same list', async () => {
    const { id } = await request('apply');
    await expect.poll(() => agent.setups.started.length).toBe(1);
    agent.setups.write(id, step('packages', 'runs'));
    await expect.poll(async () => (await run(id)).lastSeq).toBe(1);
    await owner.stop();
    agent = createFakeAgent();
    agent.setups.script = wholeRun;
    await startLoops();
    expect(await untilEnded(id)).toMatchObject({ ended: { succeeded: true }, lastSeq: 5 });
    expect((await entries(id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  test('whose journal the host loses again fails with the reason', async () => {
    agent.startSetup = async () => {};
    await owner.stop();
    await startLoops();
    const { id } = await request('apply');
    expect((await untilEnded(id)).ended).toMatchObject({ succeeded: false, error: { code: 'setupJournalLost', message: expect.stringContaining('disk') as unknown } });
  });

  test('whose profile the host refuses fails with its reason', async () => {
    agent.startSetup = async () => { throw new CloudError('invalid', 'This distribution has no docker-ce.', { reason: 'profileRefused' }); };
    await owner.stop();
    await startLoops();
    const { id } = await request('apply');
    expect((await untilEnded(id)).ended).toMatchObject({ succeeded: false, error: { code: 'profileRefused', message: 'This distribution has no docker-ce.' } });
  });
});

test('a host that has no engine yet is up, and can be prepared', async () => {
  agent.facts.engine = { ...agent.facts.engine, ready: false, reason: 'no engine' };
  const watch = agent.watchInstances;
  // Before its engine runs it cannot tell what is there.
  agent.watchInstances = async function* (asked, signal) {
    if (!agent.facts.engine.ready) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    else yield* watch(asked, signal);
  };
  await owner.stop();
  await startLoops();
  agent.setups.script = wholeRun;
  expect((await untilEnded((await request('apply')).id)).ended?.succeeded).toBe(true);
});

test('drift is recorded once, and so is its mending', async () => {
  const setFacts = async (setup: SetupFacts) => {
    agent.facts.setup = setup;
    await expect.poll(async () => ((await hostRow())?.facts as { setup?: SetupFacts }).setup).toEqual(setup);
  };
  agent.facts.engine = { ...agent.facts.engine, ready: false };
  await owner.stop();
  await startLoops();
  for (const ok of [true, false, true]) await setFacts(factsOf(ok));
  await setFacts({ ...factsOf(true), checkedAtMs: 1_700_000_000_001 });
  await expect.poll(() => hostEvents()).toEqual(['drifted', 'mended']);
});

describe('a host that is to be forgotten', () => {
  const forget = (force = false) => forgetHost(cloud, { host: 'host1', force, requestId: 'req-1', userId: 'u1' });
  const untilForgotten = async (timeoutMs: number) => {
    const feed = new EventFeed(t.store);
    return waitUntilForgotten(cloud, feed, { hostId, timeoutMs }).finally(() => feed.close());
  };
  const prepare = async () => {
    agent.setups.script = wholeRun;
    await untilEnded((await request('apply')).id);
    agent.setups.script = () => [];
  };

  test('is taken back, then its agent is taken off, then it is dropped', async () => {
    await prepare();
    expect(await forget()).toEqual({ hostId, state: 'accepted' });
    await expect.poll(() => agent.setups.started.at(-1)?.kind).toBe('undo');
    expect(agent.removed).toBe(false);
    expect(await untilForgotten(1)).toBe(false);
    const forgotten = untilForgotten(10_000);
    agent.setups.write(agent.setups.started.at(-1)!.runId, ended());
    expect([await forgotten, await hostRow(), agent.removed]).toEqual([true, null, true]);
    await expect.poll(async () => (await hostEvents()).slice(-2)).toEqual(['setup_succeeded', 'deleted']);
  });

  test('is forgotten although the control plane dies in between', async () => {
    await prepare();
    await forget();
    await expect.poll(() => agent.setups.started.at(-1)?.kind).toBe('undo');
    await owner.stop();
    agent.setups.write(agent.setups.started.at(-1)!.runId, ended());
    await startLoops();
    await expect.poll(hostRow).toBeNull();
    expect(agent.removed).toBe(true);
  });

  test('that was never prepared has nothing to take back', async () => {
    await forget();
    await expect.poll(hostRow).toBeNull();
    expect([agent.setups.started, agent.removed]).toEqual([[], true]);
  });

  test('is dropped although the reply of its agent, which went, was lost', async () => {
    const remove = agent.removeAgent;
    agent.removeAgent = async (asked) => {
      await remove(asked);
      throw new CloudError('unavailable', 'the reply was lost');
    };
    await owner.stop();
    await startLoops();
    await forget();
    await expect.poll(hostRow, { timeout: 40_000 }).toBeNull();
    await expect.poll(async () => (await readEvents(t.store, { afterId: 0n, subjectId: hostId, kind: 'host.deleted' }))[0]?.data).toMatchObject({ agentRemoved: false });
  });

  test('is kept when its set-up cannot be taken back, and dropped then by force', async () => {
    await prepare();
    agent.setups.script = ({ kind }) => (kind === 'undo' ? [ended({ succeeded: false, error: { code: 'internal', message: 'apt is broken', step: 'packages' } })] : []);
    await forget();
    await expect(untilForgotten(10_000)).rejects.toMatchObject({ reason: 'hostForgetFailed', message: expect.stringContaining('apt is broken') as unknown });
    await expect.poll(() => hostEvents('host.forget_failed')).toEqual(['forget_failed']);
    expect(await hostRow()).toMatchObject({ forgettingAt: null, enabled: false });
    expect(agent.removed).toBe(false);
    await forget(true);
    await expect.poll(hostRow).toBeNull();
  });

  test('P4: and is away is refused; by force it is dropped, and its instances are in ERROR on no host, never elsewhere', async () => {
    const other = await t.addHost('host2');
    const [instance] = await t.boot({ hostName: 'host1' });
    agent.goDown();
    await expect.poll(() => owner.isUp(hostId)).toBe(false);
    await expect(forget()).rejects.toMatchObject({ reason: 'hostInUse' });
    expect(await forget(true)).toEqual({ hostId, state: 'gone' });
    expect(await hostRow()).toBeNull();
    const row = await t.store.prisma.instance.findUniqueOrThrow({ where: { id: instance!.id } });
    expect(row).toMatchObject({ hostId: null, failed: true, deletedAt: null, fault: { message: expect.stringContaining('host1 was forgotten by force') as unknown } });
    expect(await t.store.prisma.instance.count({ where: { hostId: other.id } })).toBe(0);
    await expect.poll(async () => (await readEvents(t.store, { afterId: 0n, subjectId: instance!.id, kind: 'instance.lost' })).length).toBe(1);
    expect(await t.store.prisma.port.count({ where: { deviceId: instance!.id } })).toBe(1);
  });

  test('and is away without instances is refused unless by force', async () => {
    agent.goDown();
    await expect.poll(() => owner.isUp(hostId)).toBe(false);
    await expect(forget()).rejects.toMatchObject({ reason: 'hostDown' });
  });
});
