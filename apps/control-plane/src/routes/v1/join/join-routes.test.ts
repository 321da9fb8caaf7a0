import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, readStatement, type Authority, type SignedStatement } from '@novadock/rpc';
import Fastify from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../../../deps.ts';
import { errors } from '../../../plugins/errors.ts';
import { problem, problemSchema } from '../problem.ts';
import type { V1 } from '../v1-route.ts';
import { getAgentManifest } from './get-agent-manifest.ts';
import { getAgentPackage } from './get-agent-package.ts';
import { getJoinScript } from './get-join-script.ts';

let folder: string;
let app: App;
let authority: Authority;
beforeEach(async () => {
  authority = await createAuthority();
  folder = mkdtempSync(join(tmpdir(), 'ndj-'));
  app = Fastify() as unknown as App;
  await app.register(errors, { envelope: problem });
  app.addSchema(problemSchema);
  const v1 = { cloud: { cloudId: 'cloud-1', publicKeyPin: 'sha256//pin=', authority }, publicUrl: undefined } as unknown as V1;
  for (const route of [getJoinScript(folder), getAgentPackage(folder), getAgentManifest(folder)]) route(app, v1);
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

function put(cpu: string, bytes: string): string {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(folder, `novadock-agent-linux-${cpu}.tar.gz`), bytes);
  writeFileSync(join(folder, `novadock-agent-linux-${cpu}.json`), JSON.stringify({ version: '1.0+aaa', sha256, bytes: bytes.length, unpackedBytes: 4096 }));
  return sha256;
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers: { host: '10.0.0.1:8774', ...headers } });

test('the script has the URL that it was fetched from, by HTTPS, the pin, the cloud, and what it is to fetch', async () => {
  const sha256 = put('amd64', 'an archive');
  const { statusCode, headers, body } = await get('/join.sh');
  expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, 'text/x-shellscript; charset=utf-8', 'no-store']);
  expect(body).toContain(`url='https://10.0.0.1:8774'\npin='sha256//pin='\ncloud='cloud-1'\namd64='1.0+aaa ${sha256} 5'\narm64=''\n`);
  expect(body).toMatch(/^#!\/bin\/sh\n/);
  expect(body).toMatch(/\nmain "\$@"\n$/);
});

test('before there is an agent for any CPU type it says what to run', async () => {
  expect((await get('/join.sh')).json()).toMatchObject({ status: 503, code: 'agentPackageMissing', detail: expect.stringContaining('npm run package-agent') as unknown });
  expect((await get('/agent/novadock-agent-linux-arm64.tar.gz')).json()).toMatchObject({ status: 404, detail: expect.stringContaining('npm run package-agent -- arm64') as unknown });
});

test('a Host header that would end a word of the shell is refused', async () => {
  put('amd64', 'an archive');
  expect((await get('/join.sh', { host: "x';reboot;'" })).statusCode).toBe(400);
});

test('an archive comes whole, with its length and its digest as ETag, once', async () => {
  const sha256 = put('arm64', 'x'.repeat(100_000));
  const { statusCode, headers, body } = await get('/agent/novadock-agent-linux-arm64.tar.gz');
  expect([statusCode, headers['content-length'], headers.etag, headers['content-type'], body.length]).toEqual([200, '100000', `"${sha256}"`, 'application/gzip', 100_000]);
  expect(await get('/agent/novadock-agent-linux-arm64.tar.gz', { 'if-none-match': `"${sha256}"` })).toMatchObject({ statusCode: 304, body: '' });
  expect((await get('/agent/..%2fsecret')).statusCode).toBe(400);
});

test('what an archive is comes signed by the cloud, as it is now', async () => {
  const path = '/agent/novadock-agent-linux-amd64.tar.gz/manifest';
  expect((await get(path)).json()).toMatchObject({ status: 404, code: 'agentPackageMissing' });
  for (const bytes of ['an archive', 'another']) {
    const sha256 = put('amd64', bytes);
    const statement = (await get(path)).json<SignedStatement>();
    expect(JSON.parse(readStatement({ authority: authority.certificate, statement }))).toEqual({ archive: 'novadock-agent-linux-amd64.tar.gz', version: '1.0+aaa', sha256, bytes: bytes.length, unpackedBytes: 4096 });
  }
});
