import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityFingerprint, createAuthority, signHostCertificate, type Authority } from '@novadock/rpc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAgentFolder, type AgentFolder } from './agent-folder.ts';
import { enrol } from './enrol.ts';
import { openEpoch } from './epoch.ts';

const hostId = '11111111-1111-4111-8111-111111111111';
let home: string;
let folder: AgentFolder;
let authority: Authority;
let token: string;
let server: Server;
let url: string;
let asked: Record<string, string>[];
let answer: (body: Record<string, string>) => Promise<{ status: number; body: object }>;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'nda-'));
  folder = await openAgentFolder(home);
  authority = await createAuthority();
  token = `id.secret.${await authorityFingerprint(authority.certificate)}`;
  asked = [];
  answer = async ({ request = '' }) => ({ status: 201, body: { hostId, cloudId: 'cloud', certificate: await signHostCertificate(authority, request, hostId), authority: authority.certificate } });
  server = createServer((request, reply) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      asked.push({ path: `${request.method} ${request.url}`, ...(JSON.parse(text) as Record<string, string>) });
      const { status, body } = await answer(JSON.parse(text) as Record<string, string>);
      reply.writeHead(status).end(JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.close();
  rmSync(home, { recursive: true });
});

test('a host asks with a request for its own key, and keeps what it becomes where only its user can read it', async () => {
  const enrolled = await enrol({ folder, url, token, name: 'n1', machineId: 'a1', port: 9774 });
  expect(asked).toEqual([{ path: 'POST /v1/enrol', token, name: 'n1', address: '127.0.0.1:9774', machineId: 'a1', request: expect.stringContaining('BEGIN CERTIFICATE REQUEST') }]);
  expect(JSON.stringify(asked)).not.toContain('PRIVATE');
  expect(enrolled).toMatchObject({ hostId, cloudId: 'cloud', name: 'n1', address: '127.0.0.1:9774', url, key: expect.stringContaining('PRIVATE KEY') });
  expect(await folder.readEnrolled()).toEqual(enrolled);
  expect(await (await openAgentFolder(home)).readEnrolled()).toEqual(enrolled);
  for (const name of readdirSync(join(home, 'agent'))) expect(statSync(join(home, 'agent', name)).mode & 0o777, name).toBe(0o600);
  expect(statSync(join(home, 'agent')).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(home, 'agent/host.json'), 'utf8')).not.toContain('PRIVATE');
});

test('a machine that was a host before takes commands of its new life, whose epochs are lower', async () => {
  await (await openEpoch(folder.file('epoch'))).accept(7);
  await enrol({ folder, url, token, name: 'n1', port: 9774 });
  await expect((await openEpoch(folder.file('epoch'))).accept(1)).resolves.toBeInstanceOf(AbortSignal);
});

test('whoever answers with another authority than the token names is not believed, and nothing is kept', async () => {
  authority = await createAuthority();
  await expect(enrol({ folder, url, token, port: 9774 })).rejects.toMatchObject({ code: 'unauthenticated', reason: 'wrongAuthority' });
  expect(await folder.readEnrolled()).toBeUndefined();
});

test.each([
  [401, 'unauthenticated', 'The join token is used up.'],
  [409, 'conflict', 'There is a host n1 already.'],
  [503, 'unavailable', 'not now'],
])('a refusal (%i) is passed on in the words of the control plane', async (status, code, detail) => {
  answer = async () => ({ status, body: { type: 'about:blank', title: 'no', detail } });
  await expect(enrol({ folder, url, token, name: 'n1', port: 9774 })).rejects.toMatchObject({ code, message: expect.stringContaining(detail) });
});

test('no token, and nobody there', async () => {
  await expect(enrol({ folder, url, token: 'nonsense', port: 9774 })).rejects.toMatchObject({ code: 'invalid' });
  server.close();
  await expect(enrol({ folder, url, token, port: 9774 })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(url) });
});
