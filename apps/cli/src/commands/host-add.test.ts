import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerJson, fakeControlPlane, type Answer } from '../../../../libs/api-client/src/fake-control-plane.ts';
import { run } from '../run.ts';

const script: Answer = (_seen, response) => response.writeHead(200).end('echo "with $novadock_token: $*"\n');
const token = answerJson(201, { id: 't1', token: 'a.b.c', expiresAt: '2030-01-01T00:00:00Z' });
const revoked: Answer = (_seen, response) => response.writeHead(204).end();
let folder: string;
let cloud: Awaited<ReturnType<typeof fakeControlPlane>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ndc-'));
  cloud = await fakeControlPlane(script, token, revoked);
});
afterEach(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true });
});

/** `ssh`: what runs in place of it; by default, what it was told to run on the other machine. */
async function add(args: string[], ssh = 'echo "$*" >"${0%/*}/seen"; shift $(($# - 1)); exec sh -c "$1"') {
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\n${ssh}\n`);
  chmodSync(join(folder, 'ssh'), 0o755);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = { PATH: `${folder}:${process.env.PATH}`, OS_AUTH_URL: cloud.auth.auth_url, OS_USERNAME: 'u', OS_PASSWORD: 'p' };
  const code = await run(['host', 'add', ...args], { stdout, stderr, env, cwd: folder, userHome: folder, signal: new AbortController().signal });
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr), calls: cloud.seen.map(({ method, url, body }) => `${method} ${url} ${body}`) };
}

const calls = (body: object) => ['GET /v1/join.sh ', `POST /v1/join-tokens ${JSON.stringify(body)}`, 'DELETE /v1/join-tokens/t1 '];

test('it runs the script there with a token of its own, which ends with it', async () => {
  const done = await add(['root@h', '--name', 'n1', '--address', 'n1:9774', '--label', 'zone=a', '--label', 'rack=7', '--ttl', '10m', '--port', '2222']);
  expect(done).toEqual({ code: 0, stdout: 'with a.b.c: --name n1 --address n1:9774\n', stderr: '', calls: calls({ ttlSeconds: 600, uses: 1, labels: { zone: 'a', rack: '7' } }) });
  const seen = readFileSync(join(folder, 'seen'), 'utf8');
  expect(seen).toMatch(/-p 2222 -- root@h /);
  expect(seen).not.toContain('a.b.c');
});

test('where it fails the token is revoked, and the reason is the exit code', async () => {
  expect(await add(['root@h'], 'echo "ssh: connect to host h port 22: Connection refused" >&2; exit 255')).toEqual({
    code: 8, stdout: '', calls: calls({ ttlSeconds: 3600, uses: 1 }),
    stderr: 'ssh: connect to host h port 22: Connection refused\nroot@h cannot be reached by ssh (ssh: connect to host h port 22: Connection refused).\n',
  });
});

test('a token that cannot be revoked is told of beside the reason', async () => {
  cloud.answers[2] = answerJson(403, { detail: 'no' });
  const { code, stderr } = await add(['root@h'], 'exit 1');
  expect([code, stderr]).toEqual([6, expect.stringMatching(/The join token t1 could not be revoked; it ends at 2030.*\nroot@h was not made a host \(status 1\)/)]);
});

test.each([[['h', '--port', '0'], /1 to 65535/], [['h', '--label', 'x'], /KEY=VALUE/], [['h', '--ttl', 'soon'], /30m|1h/], [[], /missing required argument/]])('%j is wrong usage, and nothing is asked of the cloud', async (args, message) => {
  expect(await add(args)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as unknown, calls: [] });
});
