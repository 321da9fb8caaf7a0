import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { CloudError, AgentService } from '@novadock/model';
import { expect, test } from 'vitest';
import { connectAgent, createAuthority, createCertificateRequest, createControlPlaneCertificate, serveAgent, signHostCertificate } from './index.ts';

test('a host that went away in the middle of the handshake is connected to again', async () => {
  const authority = await createAuthority();
  const { key, request } = await createCertificateRequest('h1');
  const identity = { authority: authority.certificate, key, certificate: await signHostCertificate(authority, request, 'h1') };
  // Takes connections and says nothing, as a machine whose power is cut just then.
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;

  const agent = connectAgent({ address: `127.0.0.1:${port}`, hostId: 'h1', identity: { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) }, connectTimeoutMs: 300 });
  const ended = agent.hasImage('sha256:1').then(() => 'answered', (error: CloudError) => error.code);
  await once(silent, 'connection');
  silent.close();
  expect(await ended).toBe('unavailable');
  const there = { hasImage: async () => true } as unknown as AgentService;
  const server = await serveAgent({ agent: there, address: `127.0.0.1:${port}`, identity, onError: () => {} });
  await expect.poll(() => agent.hasImage('sha256:1').catch(() => false)).toBe(true);
  agent.close();
  await server.close();
  for (const socket of sockets) socket.destroy();
});
