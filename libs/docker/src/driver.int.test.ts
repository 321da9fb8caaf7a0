import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Docker from 'dockerode';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { plan, type ImageRef, type InstanceSpec, type StepName } from '@novadock/model';
import { makeImage, tag } from '../../../images/hello/make-image.ts';
import { absentContainer, type Container } from './container.ts';
import { createDriver } from './driver.ts';
import { makeNetwork, makePort, makeSpec } from './testing/make-spec.ts';
import { ensureShellImage } from './testing/shell-image.ts';
import type { ContainerEvent } from './watch-events.ts';

const socketPath = '/var/run/docker.sock';
const docker = new Docker({ socketPath });
const cloudId = randomUUID();
const driver = createDriver({ cloudId, socketPath });
const undo: (() => unknown)[] = [];
let image: ImageRef;

beforeAll(async () => {
  image = await ensureShellImage();
  await driver.ensureNetwork();
});

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const nothing = (spec: InstanceSpec): Container => absentContainer({ instanceId: spec.id, network: 'none', seenAtMs: 0 });

/** Does step after step, as an agent would, from what the engine says; gives the steps as well. */
async function reach(spec: InstanceSpec): Promise<Container & { steps: StepName[] }> {
  const steps: StepName[] = [];
  let have = await driver.observe(spec.id);
  let { restarts } = have;
  for (let step = plan(spec, have); step !== undefined; step = plan(spec, { ...have, restarts })) {
    steps.push(step.do);
    have = await driver.run(step.do, spec, have);
    if (step.restart) ({ restarts } = spec);
    // A guest that ends at once has been started.
    if (step.do === 'start-container' && have.power === 'stopped') break;
  }
  return { ...have, steps };
}

/** A spec whose container and network go when the test ends. */
function newSpec(more: Partial<InstanceSpec> = {}): InstanceSpec {
  const spec = makeSpec(image, more);
  undo.push(() => reach({ ...spec, power: 'absent' }));
  return spec;
}

const inspect = (spec: InstanceSpec) => docker.getContainer(`nova-${spec.id}`).inspect();

async function readAll(instanceId: string, tail = -1): Promise<string> {
  let text = '';
  for await (const chunk of driver.readLogs({ instanceId, tail, follow: true, sinceMs: 0 }, AbortSignal.timeout(10_000))) text += Buffer.from(chunk).toString();
  return text;
}

test('the whole life of an instance, each state as the engine has it', async () => {
  const net = makeNetwork();
  const spec = newSpec({ ports: [makePort(net, '10.213.0.5')] });
  const running = await reach(spec);
  expect(running).toMatchObject({ power: 'running', network: 'ready', steps: ['create-container', 'start-container'] });
  expect((await inspect(spec)).State).toMatchObject({ Running: true, Paused: false });

  expect(await reach({ ...spec, power: 'paused' })).toMatchObject({ power: 'paused', steps: ['pause-container'], startedAtMs: running.startedAtMs });
  expect(await reach(spec)).toMatchObject({ power: 'running', steps: ['unpause-container'] });

  const stopped = await reach({ ...spec, power: 'stopped' });
  expect(stopped).toMatchObject({ power: 'stopped', steps: ['stop-container'], exitCode: 137, network: 'ready' });
  expect(stopped.finishedAtMs).toBeGreaterThanOrEqual(running.startedAtMs);

  expect(await reach({ ...spec, restarts: 1, restartHard: true })).toMatchObject({ power: 'running', steps: ['start-container'], containerId: running.containerId });
  const restarted = await reach({ ...spec, restarts: 2, restartHard: true });
  expect(restarted).toMatchObject({ power: 'running', steps: ['kill-container', 'start-container'] });

  expect(await reach({ ...spec, power: 'absent' })).toMatchObject({ power: 'absent', network: 'none', steps: ['remove-container', 'release-network'] });
  await expect(inspect(spec)).rejects.toMatchObject({ statusCode: 404 });
});

test('the first process sees eth0 with its address, its name and its name servers, also after a restart', async () => {
  const net = makeNetwork('10.213.0.0/24', { dnsNameservers: ['10.213.0.2'] });
  const script = 'ip -o -4 addr show eth0; hostname; cat /etc/hosts /etc/resolv.conf; echo "A is $A"';
  const spec = newSpec({ ports: [makePort(net, '10.213.0.5')], hostname: 'web-1', env: ['A=a b'], command: ['sh', '-c', script] });
  const { startedAtMs, exitCode } = await reach({ ...spec, power: 'running' }).then(() => vi.waitUntil(async () => {
    const now = await driver.observe(spec.id);
    return now.power === 'stopped' && now;
  }, 10_000));
  expect({ exitCode, started: startedAtMs > 0 }).toEqual({ exitCode: 0, started: true });
  const text = await readAll(spec.id);
  for (const line of [/eth0 +inet 10\.213\.0\.5\/24/, /^web-1$/m, /^10\.213\.0\.5\s+web-1$/m, /^nameserver 10\.213\.0\.2\s*$/m, /^A is a b$/m]) expect(text).toMatch(line);
  await driver.run('start-container', spec, await driver.observe(spec.id));
  await expect.poll(async () => (await readAll(spec.id)).match(/10\.213\.0\.5\/24/g)?.length).toBe(2);
});

test('after a reboot, when the namespaces are gone, the network is made again before the start, with the same address', async () => {
  const spec = newSpec({ ports: [makePort(makeNetwork(), '10.213.0.5')] });
  await reach({ ...spec, power: 'stopped' });
  await driver.run('release-network', spec, await driver.observe(spec.id));
  expect(await reach(spec)).toMatchObject({ power: 'running', steps: ['prepare-network', 'start-container'], network: 'ready' });
});

test('limits and rights are what the spec and safety ask for', async () => {
  const spec = newSpec({ vcpus: 64, memoryMb: 96, pidsLimit: 33 });
  await reach(spec);
  const { HostConfig: host, State: state } = await inspect(spec);
  const { NCPU } = await docker.info();
  expect(host).toMatchObject({
    NanoCpus: NCPU * 1e9, Memory: 96 * 2 ** 20, MemorySwap: 96 * 2 ** 20, PidsLimit: 33, NetworkMode: 'none', Runtime: 'novadock', Privileged: false,
    RestartPolicy: { Name: 'no' }, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
  });
  const status = readFileSync(`/proc/${state.Pid}/status`, 'utf8');
  expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  expect(status).toMatch(/^Seccomp:\t2$/m);
  // CHOWN to SETPCAP without SETFCAP, NET_BIND_SERVICE, SYS_CHROOT, AUDIT_WRITE (linux/capability.h).
  expect(status).toMatch(/^CapEff:\t00000000200405fb$/m);
});

test('a hard memory cap: the guest that takes more is killed, and it is said why', async () => {
  // The one that takes too much is not the guest's first process: of that one's death the engine may lose the reason (about one in 25 with Engine 20.10).
  const spec = newSpec({ memoryMb: 8, command: ['sh', '-c', "sh -c 'x=xxxxxxxxxxxxxxxx; while :; do x=$x$x; done'; code=$?; sleep 1; exit $code"] });
  await reach(spec);
  const dead = await vi.waitUntil(async () => {
    const now = await driver.observe(spec.id);
    return now.power === 'stopped' && now.oomKilled && now;
  }, 20_000);
  expect(dead.exitCode).toBe(137);
});

describe('authorized keys', () => {
  const script = 'ls -ldn /root/.ssh /root/.ssh/authorized_keys; cat /root/.ssh/authorized_keys';

  test('lie where sshd of root looks, and only root may read them', async () => {
    const spec = newSpec({ authorizedKeys: ['ssh-ed25519 AAAA me@here'], command: ['sh', '-c', script] });
    await reach(spec);
    expect(await readAll(spec.id)).toMatch(/^drwx------ +\d+ 0 +0 .*\/root\/\.ssh\n-rw------- +\d+ 0 +0 .*authorized_keys\nssh-ed25519 AAAA me@here\n$/);
  });

  test('are added to those of the image, once, however often it is started', async () => {
    const base = newSpec({ command: ['sh', '-c', 'echo "ssh-rsa BBBB image" > /root/.ssh/authorized_keys'], authorizedKeys: ['ssh-rsa ZZZZ other'] });
    await reach(base);
    await expect.poll(async () => (await driver.observe(base.id)).power).toBe('stopped');
    const { Id: engineId } = (await docker.getContainer(`nova-${base.id}`).commit({ repo: 'novadock-test/keys', tag: randomUUID() })) as { Id: string };
    undo.unshift(() => docker.getImage(engineId).remove({ force: true }));
    const spec = newSpec({ image: { id: randomUUID(), engineId }, authorizedKeys: ['ssh-ed25519 AAAA me', 'ssh-rsa BBBB image'], command: ['sh', '-c', script] });
    await reach(spec);
    await expect.poll(async () => (await driver.observe(spec.id)).power).toBe('stopped');
    await driver.run('start-container', spec, await driver.observe(spec.id));
    await expect.poll(async () => (await readAll(spec.id)).endsWith('ssh-rsa BBBB image\nssh-ed25519 AAAA me\n')).toBe(true);
    expect(await readAll(spec.id)).not.toMatch(/(BBBB image\n[^]*){3}/);
  });
});

describe('steps are repeatable', () => {
  test('each done twice in a row ends as if done once', async () => {
    const spec = newSpec({ ports: [makePort(makeNetwork(), '10.213.0.5')] });
    const twice = async (step: StepName, have: Container) => {
      const once = await driver.run(step, spec, have);
      const again = await driver.run(step, spec, have);
      expect({ ...again, seenAtMs: 0 }, step).toEqual({ ...once, seenAtMs: 0 });
      return again;
    };
    let have = await twice('create-container', nothing(spec));
    have = await twice('prepare-network', have);
    have = await twice('start-container', have);
    have = await twice('pause-container', have);
    have = await twice('unpause-container', have);
    have = await twice('stop-container', have);
    have = await twice('kill-container', have);
    have = await driver.run('remove-container', spec, have).then(() => driver.run('remove-container', spec, have));
    expect(await twice('release-network', have)).toMatchObject({ power: 'absent', network: 'none' });
  });

  test('P1 creates at the same time, some with lost replies, make one container', async () => {
    const spec = newSpec();
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => driver.run('create-container', spec, nothing(spec))));
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'unavailable' });
    const ids = new Set(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.containerId] : [])));
    expect(ids.size).toBe(1);
    const all = await docker.listContainers({ all: true, filters: { label: [`novadock.instance=${spec.id}`] } });
    expect(all.map(({ Id }) => Id)).toEqual([...ids]);
  });
});

describe('P6 a container that is not ours', () => {
  const makeForeign = async (options: Docker.ContainerCreateOptions) => {
    const container = await docker.createContainer({ Image: image.engineId, Cmd: ['sleep', '9999'], HostConfig: { NetworkMode: 'none' }, ...options });
    undo.push(() => container.remove({ force: true }));
    await container.start();
    return container;
  };

  test('is never touched, though it has the name of an instance of ours', async () => {
    const spec = newSpec();
    const foreign = await makeForeign({ name: `nova-${spec.id}` });
    const before = (await foreign.inspect()).State;
    expect(await driver.observe(spec.id)).toMatchObject({ power: 'absent' });
    await expect(driver.run('create-container', spec, nothing(spec))).rejects.toMatchObject({ code: 'conflict', reason: 'nameTaken' });
    expect(await reach({ ...spec, power: 'absent' })).toMatchObject({ power: 'absent', network: 'none' });
    expect((await foreign.inspect()).State).toEqual(before);
  });

  test('is not seen, though it has the labels of another cloud', async () => {
    const instanceId = randomUUID();
    await makeForeign({ name: `nova-${instanceId}`, Labels: { 'novadock.cloud': randomUUID(), 'novadock.instance': instanceId } });
    expect((await driver.observeAll(() => undefined)).map((each) => each.instanceId)).not.toContain(instanceId);
    expect(await driver.observe(instanceId)).toMatchObject({ power: 'absent' });
  });

  test('one of ours is known by its labels, though somebody renamed it', async () => {
    const spec = newSpec();
    const { containerId } = await reach(spec);
    await docker.getContainer(containerId).rename({ name: `renamed-${spec.id}` });
    expect(await driver.observe(spec.id)).toMatchObject({ containerId, power: 'running' });
    expect(await reach(spec)).toMatchObject({ steps: [] });
  });
});

test('a list looks again only at what it says is not as it is known', async () => {
  const [same, changed] = [newSpec(), newSpec()];
  const known = new Map([[same.id, await reach(same)], [changed.id, await reach(changed)]]);
  await docker.getContainer(`nova-${changed.id}`).pause();
  const all = new Map((await driver.observeAll((id) => known.get(id))).map((container) => [container.instanceId, container]));
  expect(all.get(same.id)).toBe(known.get(same.id));
  expect(all.get(changed.id)).toMatchObject({ power: 'paused' });
});

test('events tell which instance to look at, of this cloud only, beginning before the first list', async () => {
  const abort = new AbortController();
  const events: ContainerEvent[] = [];
  const stream = await driver.watchEvents(abort.signal);
  const reading = (async () => {
    for await (const event of stream) events.push(event);
  })();
  const spec = newSpec({ command: ['sh', '-c', 'exit 3'] });
  const other = createDriver({ cloudId: randomUUID(), socketPath });
  await other.run('create-container', { ...spec, id: randomUUID() }, nothing(spec)).then((have) => other.run('remove-container', { ...spec, id: have.instanceId }, have).then((gone) => other.run('release-network', { ...spec, id: gone.instanceId }, gone)));
  await reach(spec);
  await expect.poll(() => events.some(({ action }) => action === 'die')).toBe(true);
  expect(await driver.observe(spec.id)).toMatchObject({ power: 'stopped', exitCode: 3 });
  expect(new Set(events.map(({ instanceId }) => instanceId))).toEqual(new Set([spec.id]));
  expect(events.map(({ action }) => action)).toEqual(['start', 'die']);
  abort.abort();
  await reading;
});

describe('logs', () => {
  test('are the bytes of stdout and stderr in their order; tail and since cut them; following ends with the guest', async () => {
    // The engine reads stdout and stderr side by side, so that what comes at the same moment has no order.
    const script = 'echo one; sleep 0.3; echo two >&2; sleep 0.3; printf "\\377\\000raw\\n"; sleep 1; echo end';
    const spec = newSpec({ command: ['sh', '-c', script] });
    await reach(spec);
    expect(await readAll(spec.id)).toBe(Buffer.from('one\ntwo\n\xff\0raw\nend\n', 'latin1').toString());
    expect(await readAll(spec.id, 1)).toContain('end');
    expect(await readAll(spec.id, 1)).not.toContain('one');
    const { finishedAtMs } = await driver.observe(spec.id);
    const since = [];
    for await (const chunk of driver.readLogs({ instanceId: spec.id, tail: -1, follow: false, sinceMs: finishedAtMs - 500 }, AbortSignal.timeout(10_000))) since.push(Buffer.from(chunk).toString());
    expect(since.join('')).toBe('end\n');
  });

  test('whoever follows may leave; of an instance that is not there it is said so', async () => {
    const spec = newSpec({ command: ['sh', '-c', 'echo hi; sleep 9999'] });
    await reach(spec);
    const abort = new AbortController();
    for await (const chunk of driver.readLogs({ instanceId: spec.id, tail: -1, follow: true, sinceMs: 0 }, abort.signal)) {
      expect(Buffer.from(chunk).toString()).toBe('hi\n');
      abort.abort();
    }
    await expect(driver.readLogs({ instanceId: randomUUID(), tail: -1, follow: false, sinceMs: 0 }, abort.signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'notFound' });
  });
});

test('stats: a guest that spins uses its one CPU, whatever it used before; one that does not run has none', async () => {
  const spec = newSpec({ vcpus: 1, ports: [makePort(makeNetwork(), '10.213.0.5')], command: ['sh', '-c', 'while :; do :; done'] });
  await reach(spec);
  const stats = await driver.readStats(spec.id);
  expect(stats.cpuPercent).toBeGreaterThan(40);
  expect(stats.cpuPercent).toBeLessThan(115);
  expect(stats).toMatchObject({ memoryLimitBytes: 64 * 2 ** 20, pids: 1, interfaces: [{ macAddress: spec.ports[0]?.macAddress }] });
  expect(stats.memoryBytes).toBeGreaterThan(0);
  expect(stats.cpuTimeNs).toBeGreaterThan(0);
  await reach({ ...spec, power: 'stopped' });
  await expect(driver.readStats(spec.id)).rejects.toMatchObject({ code: 'conflict', reason: 'notRunning' });
  await expect(driver.readStats(randomUUID())).rejects.toMatchObject({ code: 'notFound' });
});

describe('what cannot be done is told by its reason', () => {
  test.each([
    ['an image that the engine lacks', { image: { id: randomUUID(), engineId: `sha256:${'1'.repeat(64)}` } }, { code: 'conflict', reason: 'imageMissing' }],
    ['a command that is not in the image', { command: ['/no/such/program'] }, { code: 'invalid', message: expect.stringContaining('/no/such/program') }],
  ])('%s', async (_, more, failure) => {
    await expect(reach(newSpec(more))).rejects.toMatchObject(failure);
  });

  test('an engine that does not answer: unavailable', async () => {
    const nowhere = createDriver({ cloudId, socketPath: '/run/novadock/no-such.sock' });
    const spec = makeSpec(image);
    for (const call of [nowhere.observe(spec.id), nowhere.observeAll(() => undefined), nowhere.hasImage(image.engineId), nowhere.watchEvents(new AbortController().signal)]) {
      await expect(call).rejects.toMatchObject({ code: 'unavailable', reason: 'engineDown' });
    }
  });
});

describe('images', () => {
  /** An image that no engine has, in an archive that calls it novadock/hello:latest. */
  const newArchive = (): { archive: Buffer; ref: ImageRef } => {
    const archive = makeImage({ architecture: process.arch === 'x64' ? 'amd64' : 'arm64', program: randomBytes(10_000) });
    const config = /([0-9a-f]{64})\.json/.exec(archive.toString('latin1'))?.[1];
    return { archive, ref: { id: randomUUID(), engineId: `sha256:${config}` } };
  };
  async function* chunksOf(bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
  }
  const idOf = (name: string) => docker.getImage(name).inspect().then(({ Id }) => Id, () => undefined);

  test('sent by several at once it is loaded; the names in the archive are taken from nobody, it has ours', async () => {
    const { archive, ref } = newArchive();
    undo.push(() => docker.getImage(ref.engineId).remove({ force: true }));
    const before = await idOf(tag);
    expect(await driver.hasImage(ref.engineId)).toBe(false);
    await Promise.all([driver.putImage(ref, chunksOf(archive)), driver.putImage({ ...ref, id: randomUUID() }, chunksOf(archive))]);
    expect(await driver.hasImage(ref.engineId)).toBe(true);
    expect((await docker.getImage(ref.engineId).inspect()).RepoTags).toEqual([`novadock:${ref.id}`]);
    expect(await idOf(tag)).toBe(before);
    // Not read at all, since it is there.
    await driver.putImage(ref, chunksOf(Buffer.from('no archive')));
  });

  test('an archive that does not hold the image that was named is refused, and nothing of it is kept', async () => {
    const { archive, ref } = newArchive();
    const other = { id: randomUUID(), engineId: `sha256:${'2'.repeat(64)}` };
    await expect(driver.putImage(other, chunksOf(archive))).rejects.toMatchObject({ code: 'invalid', reason: 'imageMismatch' });
    expect(await idOf(ref.engineId)).toBeUndefined();
    await expect(driver.putImage(other, chunksOf(Buffer.from('no tar at all'.repeat(100))))).rejects.toMatchObject({ code: 'invalid' });
  });

  test('an archive that stops arriving is worth another try', async () => {
    const { archive, ref } = newArchive();
    async function* broken() {
      yield archive.subarray(0, 2000);
      throw new Error('the line went dead');
    }
    await expect(driver.putImage(ref, broken())).rejects.toMatchObject({ code: 'unavailable' });
    expect(await driver.hasImage(ref.engineId)).toBe(false);
  });
});
