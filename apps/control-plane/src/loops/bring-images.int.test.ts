import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { controlPlaneIdentity, createRollout, deleteImage, getRollout, getSetupRun, listRolloutHosts, listSetupEntries, orderRollout, planNewRollout, putProfile, requestSetupRun, type Cloud, type RequestSetupRun } from '@novadock/cloud';
import { CloudError, defaultHostProfile } from '@novadock/model';
import { createFakeAgent } from '@novadock/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestCloud, type TestCloud } from '../../../../libs/cloud/src/testing/test-cloud.ts';
import { fastStrategy } from '../testing/rollout-fleet.ts';
import { keepImages } from './keep-images.ts';
import { ownHosts, type HostOwner } from './own-hosts.ts';
import { runRollouts, type RolloutRunner } from './run-rollouts.ts';

const log = pino({ level: 'silent' });
const selection = { labels: {}, hosts: [], exclude: [] };
let t: TestCloud;
let agent: ReturnType<typeof createFakeAgent>;
let hostId: string;
let owner: HostOwner;
let runner: RolloutRunner;
let cloud: Cloud;
let sent: string[];
let refusal: () => CloudError | undefined;

const start = async () => {
  owner = ownHosts({
    replicaId: randomUUID(), identity: await controlPlaneIdentity(t.cloud.authority), log, controllerUrl: 'https://cloud.test:8774', onSetupRecorded: () => {},
    connect: () => ({
      ...agent, getHostFacts: () => agent.getHostFacts(), close: () => {},
      hasImage: async (engineId) => {
        if (!agent.facts.engine.ready) throw new CloudError('unavailable', 'The engine does not answer.', { reason: 'engineDown' });
        return agent.hasImage(engineId);
      },
      putImage: async (image, archive) => {
        const why = refusal();
        if (why !== undefined) throw why;
        sent.push(image.engineId);
        await agent.putImage(image, archive);
      },
    }),
  });
  cloud = { ...t.cloud, blobs: { read: () => Readable.from([Buffer.from('an archive')]), remove: async () => {} } as unknown as Cloud['blobs'], hosts: owner };
  await owner.start(cloud);
  runner = runRollouts({ log, onAdvanced: () => {} });
  await runner.start(cloud);
  await expect.poll(() => owner.isUp(hostId)).toBe(true);
};
const stop = async () => {
  await runner.stop();
  await owner.stop();
};
const addImage = (name: string, change: object = {}) => t.store.prisma.image.create({ data: { id: randomUUID(), name, projectId: 'p1', status: 'active', containerFormat: 'docker', diskFormat: 'raw', engineId: `sha256:${name}`, architecture: 'amd64', contentBytes: 1000n, sizeBytes: 17_500_000n, blob: name, ...change } });

beforeEach(async () => {
  t = await createTestCloud();
  hostId = (await t.addHost('h1')).id;
  agent = createFakeAgent();
  agent.setups.script = ({ kind, profile }) => {
    if (kind === 'apply' && profile !== undefined) agent.facts.setup = { profile: profile.name, revision: profile.revision, steps: [], checkedAtMs: 1 };
    return [{ output: { step: 'packages', text: `${kind}\n` } }, { ended: { succeeded: true, changed: 1, error: undefined } }];
  };
  [sent, refusal] = [[], () => undefined];
  await putProfile(t.cloud, 'web', defaultHostProfile);
  await start();
});
afterEach(async () => {
  await stop();
  await t.close();
});

const withImages = (...images: string[]) => putProfile(t.cloud, 'web', { ...defaultHostProfile, images });
const request = (kind: RequestSetupRun['kind']) => requestSetupRun(cloud, { host: 'h1', kind, profileName: 'web', requestId: 'req-1', userId: 'u1' });
const endOf = async (kind: RequestSetupRun['kind']) => {
  const { id } = await request(kind);
  await expect.poll(async () => (await getSetupRun(cloud, { host: 'h1', runId: id })).finishedAt).not.toBeNull();
  return getSetupRun(cloud, { host: 'h1', runId: id });
};
const eventKinds = async () => (await t.store.prisma.event.findMany({ where: { subjectId: hostId } })).map(({ kind }) => kind);
const begin = async (strategy: object = {}) => {
  const number = await createRollout(cloud, { profile: 'web', selection, strategy: { ...fastStrategy, ...strategy } }, { userId: 'u1' });
  await orderRollout(cloud, { number, command: { do: 'start' }, by: 'u1' });
  return number;
};
const hostOf = async (number: number) => (await listRolloutHosts(cloud, { number, limit: 1 })).hosts[0]!;

describe('images of a profile', () => {
  test('may be named by name, and are kept by id; what hosts could not be given is refused with why', async () => {
    const one = await addImage('one');
    expect((await withImages('one')).profile.settings.images).toEqual([one.id]);
    expect(await withImages(one.id)).toMatchObject({ changed: false });
    await addImage('two');
    await addImage('two', { engineId: 'sha256:2b' });
    await addImage('queued', { status: 'queued', engineId: null });
    await addImage('disk', { containerFormat: 'bare' });
    await expect(withImages('none')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('There is no image none') as unknown });
    await expect(withImages('two')).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('2 images are called two') as unknown });
    await expect(withImages('queued')).rejects.toMatchObject({ message: expect.stringContaining('queued') as unknown });
    await expect(withImages('disk')).rejects.toMatchObject({ message: expect.stringContaining('cannot be booted') as unknown });
    await expect(withImages('one', one.id)).rejects.toMatchObject({ message: expect.stringContaining('named twice') as unknown });
  });

  test('are brought to the engine at the end of a run, as a step of it; once there, nothing is sent', async () => {
    await addImage('one');
    await addImage('two');
    await addImage('arm', { architecture: 'arm64' });
    await withImages('one', 'two', 'arm');
    expect(await endOf('check')).toMatchObject({ steps: [{ name: 'images', state: 'wouldChange', detail: 'the engine lacks 2 images, 35 MB; to do: send them' }], ended: { succeeded: true, changed: 2 } });
    expect(sent).toEqual([]);
    const run = await endOf('apply');
    expect(run).toMatchObject({ steps: [{ name: 'images', title: 'Images', state: 'changed', detail: 'sent 2 images, 35 MB' }], ended: { succeeded: true, changed: 2 } });
    expect((await listSetupEntries(cloud, { runId: run.id, afterSeq: 0, limit: 10 })).entries.map((entry) => [entry.seq, Object.keys(entry).find((key) => key !== 'seq' && key !== 'atMs')])).toEqual([[1, 'output'], [2, 'step'], [3, 'step'], [4, 'ended']]);
    expect(await endOf('apply')).toMatchObject({ steps: [{ state: 'ok', detail: 'the engine has 2 images, 35 MB' }], ended: { changed: 1 } });
    expect(sent).toEqual(['sha256:one', 'sha256:two']);
  });

  test('that cannot be brought make the run fail, and say which and why', async () => {
    await addImage('one');
    await withImages('one');
    refusal = () => new CloudError('exhausted', 'The disk of the host is full.');
    expect(await endOf('apply')).toMatchObject({ steps: [{ name: 'images', state: 'failed' }], ended: { succeeded: false, error: { code: 'IMAGE_NOT_STAGED', step: 'images', message: expect.stringContaining('one could not be brought to the host: The disk of the host is full.') as unknown } } });
  });

  test('are waited for while the host is away, and by the next control plane', async () => {
    await addImage('one');
    await withImages('one');
    refusal = () => {
      agent.goDown();
      return new CloudError('unavailable', 'The line went dead.');
    };
    const { id } = await request('apply');
    await expect.poll(() => owner.isUp(hostId)).toBe(false);
    await stop();
    refusal = () => undefined;
    agent.comeBack();
    await start();
    await expect.poll(async () => (await getSetupRun(cloud, { host: 'h1', runId: id })).ended).toMatchObject({ succeeded: true });
    expect(agent.setups.started).toHaveLength(1);
    expect(agent.images.has('sha256:one')).toBe(true);
  });

  test('that were deleted are left out, with an event', async () => {
    const one = await addImage('one');
    await addImage('two');
    await withImages('one', 'two');
    await deleteImage(cloud, { ...t.auth, isAdmin: true }, one.id);
    expect(await endOf('apply')).toMatchObject({ ended: { succeeded: true }, steps: [{ detail: `sent 1 image, 18 MB; deleted since, and left out: ${one.id}` }] });
    expect(await eventKinds()).toContain('host.image_skipped');
  });

  test('that are missing later are brought again', async () => {
    await addImage('one');
    await withImages('one');
    await endOf('apply');
    await expect.poll(async () => (await t.store.prisma.host.findUniqueOrThrow({ where: { id: hostId } })).facts).toMatchObject({ setup: { profile: 'web' } });
    await keepImages({ cloud, hostId, agent });
    expect(sent).toEqual(['sha256:one']);
    agent.images.clear();
    await keepImages({ cloud, hostId, agent });
    expect(agent.images).toEqual(new Set(['sha256:one']));
  });
});

describe('a rollout', () => {
  test('plans them in words, and brings them while the host is staged, before it is touched', async () => {
    await endOf('apply');
    await addImage('one');
    await addImage('two');
    await withImages('one', 'two');
    const { plan } = await planNewRollout(cloud, { profile: 'web', selection, strategy: fastStrategy });
    expect(plan.groups).toEqual([{ changes: ['+2 images, 35 MB'], hosts: 1 }]);
    refusal = () => new CloudError('exhausted', 'The disk of the host is full.');
    const failing = await begin();
    await expect.poll(async () => (await getRollout(cloud, failing)).state).toBe('paused');
    expect(await hostOf(failing)).toMatchObject({ state: 'failed', touched: false, error: { code: 'IMAGE_NOT_STAGED', step: 'images' } });
    refusal = () => undefined;
    const number = await begin();
    await expect.poll(async () => (await getRollout(cloud, number)).state).toBe('succeeded');
    expect(sent).toEqual(['sha256:one', 'sha256:two']);
    expect(agent.setups.started.slice(-3).map(({ kind }) => kind)).toEqual(['check', 'stage', 'apply']);
  });

  test('brings them to a host that gets its engine by the same rollout once it has it', async () => {
    await addImage('one');
    await withImages('one');
    agent.facts.engine = { ...agent.facts.engine, ready: false };
    const script = agent.setups.script;
    agent.setups.script = (run) => {
      if (run.kind === 'apply') agent.facts.engine = { ...agent.facts.engine, ready: true };
      return script(run);
    };
    const number = await begin();
    await expect.poll(async () => (await getRollout(cloud, number)).state).toBe('succeeded');
    expect(sent).toEqual(['sha256:one']);
    const runs = await t.store.prisma.setupRun.findMany({ orderBy: { createdAt: 'asc' } });
    expect(runs.map(({ kind, steps }) => [kind, (steps as { state: string }[])[0]!.state])).toEqual([['check', 'wouldChange'], ['stage', 'ok'], ['apply', 'changed']]);
  });
});
