import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { connectAgent, createAuthority, createCertificateRequest, createControlPlaneCertificate, hostDnsName, signHostCertificate } from '@novadock/rpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAgentFolder, type Enrolled } from './agent-folder.ts';

const hostId = randomUUID();
const home = mkdtempSync(join(tmpdir(), 'nda-'));
const { promise: released, resolve: release } = Promise.withResolvers<void>();
let controlPlane: Server;
let asked: string[];
let enrolled: Enrolled;
let identity: { authority: string; certificate: string; key: string };
let port: number;
let child: ChildProcess;

const listen = async (server: Server) => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

/** An agent whose certificate is past its half when it starts; the control plane answers it when the test says so. */
beforeAll(async () => {
  const authority = await createAuthority();
  asked = [];
  controlPlane = createServer((request, reply) => {
    void (async () => {
      asked.push(`${request.method} ${request.url}`);
      const { request: csr } = JSON.parse(await text(request)) as { request: string };
      await released;
      reply.end(JSON.stringify({ certificate: await signHostCertificate(authority, csr, hostId) }));
    })();
  });
  const url = `http://127.0.0.1:${await listen(controlPlane)}`;
  const free = createServer();
  port = await listen(free);
  free.close();
  const { key, request } = await createCertificateRequest('n1');
  enrolled = { hostId, cloudId: randomUUID(), name: 'n1', address: `127.0.0.1:${port}`, url, authority: authority.certificate, key, certificate: await signHostCertificate(authority, request, hostId, 120_000) };
  await (await openAgentFolder(home)).writeEnrolled(enrolled);
  identity = { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) };
  child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'serve', '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => (said += String(chunk)).includes('agent is ready') && resolve());
    child.once('exit', (code) => reject(new Error(`the agent ended (${code}): ${said}`)));
  });
});
afterAll(async () => {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  controlPlane.closeAllConnections();
  controlPlane.close();
  rmSync(home, { recursive: true });
});

async function shownSerial(): Promise<string> {
  const { authority: ca, certificate: cert, key } = identity;
  const socket = connect({ port, host: '127.0.0.1', ca, cert, key, servername: hostDnsName(hostId), ALPNProtocols: ['h2'] });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test('an agent renews its certificate while it serves: streams go on, new connections show the new one, and it is kept', async () => {
  await expect.poll(() => asked).toEqual([`POST /v1/hosts/${hostId}/certificate`]);
  const agent = connectAgent({ address: enrolled.address, hostId, identity });
  const stream = agent.watchInstances({ epoch: 1 }, new AbortController().signal)[Symbol.asyncIterator]();
  expect((await stream.next()).value).toMatchObject({ all: [] });
  let ended = false;
  const next = stream.next().then(() => {}, () => (ended = true));
  const before = await shownSerial();
  expect(before).toBe(new X509Certificate(enrolled.certificate).serialNumber);

  release();
  await expect.poll(shownSerial).not.toBe(before);
  await expect.poll(async () => (await (await openAgentFolder(home)).readEnrolled())?.certificate).not.toBe(enrolled.certificate);
  expect(await agent.hasImage('sha256:none')).toBe(false);
  expect(ended).toBe(false);
  expect(asked).toHaveLength(1);
  agent.close();
  await next;
  expect(ended).toBe(true);
});
