import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultHostProfile, type SetupEntry, type SetupKind, type StartSetup } from '@novadock/model';
import { connectAgent, createAuthority, createCertificateRequest, createControlPlaneCertificate, signHostCertificate, type AgentConnection } from '@novadock/rpc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestAgent } from './testing/start-agent.ts';

// An agent of test steps, in a process of its own: it can be killed like one.
let home: string;
let child: ChildProcess;
let agent: AgentConnection;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'ndw-'));
  mkdirSync(join(home, 'root'));
  const [authority, hostId, port] = [await createAuthority(), randomUUID(), await freePort()];
  const { key, request } = await createCertificateRequest('n1');
  const identity = { authority: authority.certificate, key, certificate: await signHostCertificate(authority, request, hostId) };
  writeFileSync(join(home, 'served.json'), JSON.stringify({ home, port, identity }), { mode: 0o600 });
  agent = connectAgent({ address: `127.0.0.1:${port}`, hostId, identity: { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) } });
  await start();
});

afterEach(async () => {
  agent.close();
  for (const name of readdirSync(join(home, 'root'))) if (name.startsWith('hold-')) letGo(name.slice(5));
  await kill();
  rmSync(home, { recursive: true });
});

async function start(): Promise<void> {
  child = spawn(process.execPath, [join(import.meta.dirname, 'testing/serve-setups.ts'), join(home, 'served.json')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the agent ended (${code})`)));
  });
}

async function kill(): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const hold = (name: string) => writeFileSync(join(home, `root/hold-${name}`), '');
const letGo = (name: string) => rmSync(join(home, `root/hold-${name}`), { force: true });
const request = (kind: SetupKind = 'apply', epoch = 1): StartSetup => ({ runId: randomUUID(), kind, epoch, controllerUrl: 'https://c:8774', profile: kind === 'undo' ? undefined : { name: 'p', revision: 1, ...defaultHostProfile } });

/** Watches as a control plane does: from what it has, again and again, however often the stream breaks. `onEntry` may break it. */
async function follow(runId: string, onEntry: (entry: SetupEntry, watching: AbortController) => void = () => {}): Promise<SetupEntry[]> {
  const seen: SetupEntry[] = [];
  while (!seen.some((entry) => 'ended' in entry)) {
    const watching = new AbortController();
    try {
      for await (const entry of agent.watchSetup({ runId, after: seen.at(-1)?.seq ?? 0 }, watching.signal)) {
        seen.push(entry);
        onEntry(entry, watching);
        if (watching.signal.aborted) break;
      }
    } catch (error) {
      if ((error as { code?: string }).code !== 'unavailable') throw error;
    }
  }
  return seen;
}

const seqs = (entries: SetupEntry[]) => entries.map(({ seq }) => seq);
const countTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const isOutputOf = (entry: SetupEntry, step: string) => 'output' in entry && entry.output.step === step && entry.output.text.startsWith('one');

test('over the wire: a watcher that is cut off at each entry gets every entry once, and so does one that comes late', async () => {
  const wanted = request();
  await agent.startSetup(wanted);
  const seen = await follow(wanted.runId, (_, watching) => watching.abort());
  expect(seqs(seen)).toEqual(countTo(seen.length));
  expect(seen.at(-1)).toMatchObject({ ended: { succeeded: true, changed: 4 } });
  expect(await follow(wanted.runId)).toEqual(seen);
});

test('the agent is killed with SIGKILL in each step: the run goes on by itself, and its watcher misses nothing', async () => {
  const wanted = request();
  for (const name of ['a', 'b', 'c', 'd']) hold(name);
  await agent.startSetup(wanted);
  const reached = new Map(['a', 'b', 'c', 'd'].map((name) => [name, Promise.withResolvers<void>()]));
  const watching = follow(wanted.runId, (entry) => [...reached].forEach(([name, { resolve }]) => void (isOutputOf(entry, name) && resolve())));
  for (const [name, { promise }] of reached) {
    await promise;
    await kill();
    letGo(name);
    await start();
  }
  const seen = await watching;
  expect(seqs(seen)).toEqual(countTo(seen.length));
  expect(seen.at(-1)).toMatchObject({ ended: { succeeded: true } });
  expect(seen.filter((entry) => 'output' in entry && entry.output.text.includes('was cut off here'))).toHaveLength(4);
  const undo = request('undo');
  await agent.startSetup(undo);
  expect((await follow(undo.runId)).at(-1)).toMatchObject({ ended: { succeeded: true, changed: 4 } });
  // The lock goes with the next boot.
  expect(readdirSync(join(home, 'root'), { recursive: true })).toEqual(['var', 'var/run', 'var/run/novadock-set-up.lock']);
});

test('what cannot be begun is refused with the reason, and a run that is not known', async () => {
  hold('a');
  const wanted = request('apply', 5);
  await agent.startSetup(wanted);
  await agent.startSetup(wanted);
  await expect(agent.startSetup(request('check', 5))).rejects.toMatchObject({ code: 'conflict', reason: 'setupRunning' });
  await expect(agent.startSetup(request('check', 4))).rejects.toMatchObject({ code: 'conflict', reason: 'staleEpoch' });
  await expect(agent.startSetup({ ...request('check', 5), runId: '../../etc' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(agent.startSetup({ ...request('check', 5), profile: undefined })).rejects.toMatchObject({ code: 'invalid' });
  const source = { ...defaultHostProfile.engine, source: 'docker-ce' as const };
  await expect(agent.startSetup({ ...request('check', 5), profile: { name: 'p', revision: 2, ...defaultHostProfile, engine: source } })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('engine.repository') });
  await expect(follow(randomUUID())).rejects.toMatchObject({ code: 'notFound' });
  letGo('a');
  expect((await follow(wanted.runId)).at(-1)).toMatchObject({ ended: { succeeded: true } });
});

test('the output of a step is there while the step still runs', async () => {
  hold('a');
  const wanted = request();
  await agent.startSetup(wanted);
  const seen: SetupEntry[] = [];
  const watching = follow(wanted.runId, (entry) => void seen.push(entry));
  await expect.poll(() => seen.some((entry) => isOutputOf(entry, 'a'))).toBe(true);
  expect(seen.filter((entry) => 'output' in entry)[0]).toMatchObject({ output: { step: 'a', text: expect.stringMatching(/^\$ sh -c 'echo one; while/) } });
  letGo('a');
  await watching;
});

test('the agent that hosts run looks at this machine, changes nothing of it, and serves meanwhile', async () => {
  const host = await startTestAgent();
  try {
    expect((await host.agent.getHostFacts()).setup).toBeUndefined();
    const wanted = request('check');
    await host.agent.startSetup(wanted);
    const [entries, facts] = await Promise.all([Array.fromAsync(host.agent.watchSetup({ runId: wanted.runId, after: 0 }, new AbortController().signal)), host.agent.getHostFacts()]);
    expect(facts.hostname).not.toBe('');
    expect(entries.at(-1)).toMatchObject({ ended: { changed: expect.any(Number) } });
    const states = new Set(entries.flatMap((entry) => ('step' in entry ? [entry.step.state] : [])));
    expect([...states].filter((state) => !['runs', 'ok', 'wouldChange', 'failed'].includes(state))).toEqual([]);
    expect(readdirSync(join(host.home, 'agent/setup/changes'))).toEqual([]);
    expect((await host.agent.getHostFacts()).setup).toBeUndefined();
  } finally {
    await host.close();
  }
});
