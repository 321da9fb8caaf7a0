import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloudError, defaultHostProfile, type AgentService, type HostProfile, type InstanceSpec, type InstancesUpdate, type InstanceStatus, type SetupEntry, type StartSetup } from '@novadock/model';
import { connectAgent, createAuthority, createCertificateRequest, createControlPlaneCertificate, serveAgent, signHostCertificate, type AgentConnection, type Authority } from './index.ts';

const spec: InstanceSpec = {
  id: 'i1', name: 'test1', hostname: 'test1', projectId: 'p', power: 'running', restarts: 0, restartHard: false, image: { id: 'm', engineId: 'sha256:1' }, vcpus: 1, memoryMb: 512, pidsLimit: 256,
  stopTimeoutSeconds: 10, env: ['A=b'], command: [], authorizedKeys: ['ssh-ed25519 AAAA'],
  ports: [{ id: 'port', macAddress: 'fa:16:3e:00:00:01', mtu: 1500, fixedIps: [{ subnetId: 's', ipAddress: '192.168.1.3' }], network: { id: 'n', name: 'private_network', subnets: [{ id: 's', cidr: '192.168.1.0/24', gatewayIp: '192.168.1.1', dnsNameservers: [], hostRoutes: [] }] } }],
};
const status: InstanceStatus = { id: 'i1', generation: 3, power: 'stopped', containerId: 'c', exitCode: -1, oomKilled: true, startedAtMs: 1_795_000_000_123, finishedAtMs: 5, error: { code: 'invalid', message: 'no', step: 's' }, step: '', restarts: 2, lostToRestart: false };

const profile: HostProfile = {
  ...defaultHostProfile, name: 'edge', revision: 3, dockerGroup: ['nova'], smokeTestPull: 'hello-world', agentVersion: '0.1.0+0123456789ab', sysctl: { 'net.core.somaxconn': '4096' },
  engine: { source: 'docker-ce', version: '28.5', repository: { url: 'http://mirror/linux/debian', key: 'PGP', codename: '', channel: 'stable' }, settings: { debug: true, 'log-opts': { 'max-size': '1m' } }, proxy: { http: 'http://p', https: '', noProxy: 'localhost' }, socketMode: '0660' },
  novaDocker: { package: 'nova-docker', indexUrl: '', virtualenv: '/opt/nova', compute: true, glance: false },
};
const setup: StartSetup = { runId: 'r1', kind: 'stage', profile, epoch: 9, controllerUrl: 'https://c:8774' };
const entries: SetupEntry[] = [
  { seq: 1, atMs: 1_795_000_000_123, step: { name: 'packages', title: 'Docker Engine', state: 'wouldChange', detail: 'install docker.io', files: [{ path: '/etc/x', diff: '+a\n' }], durationMs: 7, packages: [{ name: 'docker.io', version: '26.1.5+dfsg1-9' }] } },
  { seq: 2, atMs: 1_795_000_000_124, output: { step: 'packages', text: '$ apt-get install\n' } },
  { seq: 3, atMs: 1_795_000_000_125, ended: { succeeded: false, changed: 1, error: { code: 'unavailable', message: 'no', step: 'packages' } } },
];

/** An agent that notes what it was asked, and answers what the test says. */
function noteAgent() {
  const notes = { applied: [] as unknown[], setups: [] as unknown[], image: Buffer.alloc(0), watchEnded: false };
  const agent: AgentService = {
    getHostFacts: () => Promise.reject(new CloudError('unavailable', 'the engine does not answer', { reason: 'engineDown' })),
    applyInstance: async (request) => void notes.applied.push(request),
    async *watchInstances(_request, signal): AsyncGenerator<InstancesUpdate> {
      yield { all: [status] };
      yield { one: { ...status, error: undefined, power: 'running' } };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      notes.watchEnded = true;
    },
    async *readLogs() {
      yield Buffer.from('Hello');
    },
    getInstanceStats: () => Promise.reject(new CloudError('notFound', 'no such instance')),
    hasImage: async (engineId) => engineId === 'sha256:1',
    putImage: async (_image, archive) => {
      for await (const chunk of archive) notes.image = Buffer.concat([notes.image, chunk]);
    },
    startSetup: async (request) => void notes.setups.push(request),
    async *watchSetup({ after }) {
      yield* entries.slice(after);
    },
    removeAgent: () => Promise.reject(new CloudError('conflict', 'A run is under way.', { reason: 'setupRunning' })),
  };
  return { agent, notes };
}

async function hostIdentity(authority: Authority, hostId: string) {
  const { key, request } = await createCertificateRequest(hostId);
  return { authority: authority.certificate, key, certificate: await signHostCertificate(authority, request, hostId) };
}

describe('the channel between control plane and agent', () => {
  const { agent, notes } = noteAgent();
  let authority: Authority;
  let server: Awaited<ReturnType<typeof serveAgent>>;
  let client: AgentConnection;

  beforeAll(async () => {
    authority = await createAuthority();
    server = await serveAgent({ agent, address: '127.0.0.1:0', identity: await hostIdentity(authority, 'host-1'), onError: () => {} });
    client = connectAgent({ address: `127.0.0.1:${server.port}`, hostId: 'host-1', identity: { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) } });
  });
  afterAll(async () => {
    client.close();
    await server.close();
  });

  test('carries a spec whole', async () => {
    await client.applyInstance({ spec, generation: 7, epoch: 9 });
    expect(notes.applied).toEqual([{ spec, generation: 7, epoch: 9 }]);
  });

  test('carries code, message and reason of an error', async () => {
    await expect(client.getHostFacts()).rejects.toMatchObject({ name: 'CloudError', code: 'unavailable', message: 'the engine does not answer', reason: 'engineDown' });
    await expect(client.getInstanceStats('x')).rejects.toMatchObject({ code: 'notFound' });
  });

  test('streams statuses until the client ends it', async () => {
    const abort = new AbortController();
    const updates: InstancesUpdate[] = [];
    for await (const update of client.watchInstances({ epoch: 1 }, abort.signal)) {
      updates.push(update);
      if (updates.length === 2) abort.abort();
    }
    expect(updates).toEqual([{ all: [status] }, { one: { ...status, error: undefined, power: 'running' } }]);
    await expect.poll(() => notes.watchEnded).toBe(true);
  });

  test('carries a set-up, with and without a profile, and the entries of its journal', async () => {
    const undo: StartSetup = { ...setup, kind: 'undo', profile: undefined };
    const plain: StartSetup = { ...setup, kind: 'apply', profile: { ...profile, novaDocker: undefined, engine: { ...profile.engine, repository: undefined, proxy: undefined, source: 'present', socketMode: '0666' } } };
    for (const request of [setup, undo, plain]) await client.startSetup(request);
    expect(notes.setups).toEqual([setup, undo, plain]);
    const seen: SetupEntry[] = [];
    for await (const entry of client.watchSetup({ runId: 'r1', after: 1 }, new AbortController().signal)) seen.push(entry);
    expect(seen).toEqual(entries.slice(1));
    await expect(client.removeAgent({ epoch: 1 })).rejects.toMatchObject({ code: 'conflict', reason: 'setupRunning' });
  });

  test('carries an image in order', async () => {
    const chunks = Array.from({ length: 20 }, (_, index) => Buffer.alloc(256 * 1024, index));
    await client.putImage({ id: 'm', engineId: 'sha256:1' }, (async function* () { yield* chunks; })());
    expect(notes.image.equals(Buffer.concat(chunks))).toBe(true);
  });

  test.each(['a certificate of another host', 'a certificate of another authority'])('an agent does not answer to %s', async (whose) => {
    const other = whose.endsWith('host') ? await hostIdentity(authority, 'host-2') : await createAuthority().then(async (foreign) => ({ authority: authority.certificate, ...(await createControlPlaneCertificate(foreign)) }));
    const intruder = connectAgent({ address: `127.0.0.1:${server.port}`, hostId: 'host-1', identity: other });
    await expect(intruder.hasImage('sha256:1')).rejects.toBeInstanceOf(CloudError);
    intruder.close();
  });

  test('the control plane does not speak to an agent with the certificate of another host', async () => {
    const wrong = connectAgent({ address: `127.0.0.1:${server.port}`, hostId: 'host-3', identity: { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) } });
    await expect(wrong.hasImage('sha256:1')).rejects.toMatchObject({ code: 'unavailable' });
    wrong.close();
  });

  test('an agent that ends under a call is unavailable: the call can be made again', async () => {
    const ending = await serveAgent({ agent, address: '127.0.0.1:0', identity: await hostIdentity(authority, 'host-1'), onError: () => {} });
    const watching = connectAgent({ address: `127.0.0.1:${ending.port}`, hostId: 'host-1', identity: { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) } });
    const watch = async () => {
      for await (const update of watching.watchInstances({ epoch: 1 }, new AbortController().signal)) if ('one' in update) await ending.close();
    };
    await expect(watch()).rejects.toMatchObject({ code: 'unavailable' });
    watching.close();
  });
});
