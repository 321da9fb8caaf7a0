// `npm start`: makes this machine a cloud of one host, and keeps it running until Ctrl-C.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { authFromEnv, createClient, type Client, type Host } from '@novadock/api-client';
import { CloudError } from '@novadock/model';
import { assertFree } from './assert-free.ts';
import { runChild, startChild, type Child } from './child.ts';
import { bootFirstInstance } from './first-instance.ts';
import { printReady } from './print-ready.ts';
import { step } from './progress.ts';
import { readSettings, type Settings } from './settings.ts';

const startTimeoutMs = 60_000;

/** Starts everything that is not there yet; what it started goes onto `children`, so that it can be stopped. */
async function start(settings: Settings, children: Child[]): Promise<void> {
  await assertFree(settings.port, 'NOVADOCK_PORT');
  await assertFree(settings.agentPort, 'NOVADOCK_AGENT_PORT');
  if (!(await runChild('apps/agent/src/main.ts', ['set-up'], settings.env))) throw new CloudError('unavailable', 'This machine could not be made a host; the reason is above. Run `npm start` again when it is mended.');
  children.push(runBeside(settings, { name: 'making of the dashboard', file: 'tools/bundle-dashboard.ts', log: 'dashboard' }));
  const controlPlane = startChild({ name: 'control plane', file: 'apps/control-plane/src/main.ts', args: [], logFile: join(settings.home, 'logs/control-plane.log'), env: settings.env });
  children.push(controlPlane);
  await step('Starting the database and the control plane', () => until(controlPlane, async () => (await fetch(`${settings.url}/readyz`).catch(() => undefined))?.ok === true));
  const client = createClient({ auth: readAuth(settings.home) });
  const agent = await startAgent(settings, client);
  children.push(agent);
  const host = await step(`Waiting for this machine (${settings.hostName}) as a host`, () => untilHostReady(agent, client, settings.hostName), ({ facts }) => `Docker Engine ${facts?.engine.version ?? ''}`);
  rmSync(tokenFile(settings), { force: true });
  await bootFirstInstance(client, host.facts?.architecture ?? '');
  await untilInstancesSettle(client);
  await printReady(settings, client);
  // What other machines install as their agent; it takes seconds at the first start.
  children.push(runBeside(settings, { name: 'packaging of the agent', file: 'tools/package-agent.ts', log: 'package-agent', niceness: 10 }));
}

/** Runs a program that comes to its end by itself; its failure stops nothing. */
function runBeside({ home, env }: Settings, { log, ...program }: { name: string; file: string; log: string; niceness?: number }): Child {
  const child = startChild({ ...program, args: [], logFile: join(home, 'logs', `${log}.log`), env });
  return { ...child, ended: new Promise(() => {}) };
}

async function startAgent(settings: Settings, client: Client): Promise<Child> {
  const args = ['serve'];
  if (!existsSync(join(settings.home, 'agent', 'certificate.pem'))) {
    const { token } = await client.joinTokens.create({ ttlSeconds: 300 });
    // Among the arguments everybody on this machine would see it.
    rmSync(tokenFile(settings), { force: true });
    writeFileSync(tokenFile(settings), token, { mode: 0o600 });
    args.push('--join', settings.url, '--name', settings.hostName, '--address', `127.0.0.1:${settings.agentPort}`);
  }
  return startChild({ name: 'agent', file: 'apps/agent/src/main.ts', args, logFile: join(settings.home, 'logs/agent.log'), env: { ...settings.env, NOVADOCK_JOIN_TOKEN_FILE: tokenFile(settings) } });
}

function tokenFile({ home }: Settings): string {
  return join(home, 'join-token');
}

async function untilHostReady(agent: Child, client: Client, name: string): Promise<Host> {
  let ready: Host | undefined;
  await until(agent, async () => {
    ready = (await client.hosts.list()).find((host) => host.name === name && host.up && host.engineReady);
    return ready !== undefined;
  });
  return ready as Host;
}

/** After a restart of the machine instances are started again: they are shown when that is done. */
async function untilInstancesSettle(client: Client): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    if ((await client.instances.list()).every(({ task }) => task === null)) return;
    await delay(100);
  }
}

/** Waits for `ask` to be true while `child` lives. */
async function until(child: Child, ask: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + startTimeoutMs;
  while (!(await Promise.race([ask(), child.ended]))) {
    if (Date.now() > giveUpAt) throw new CloudError('unavailable', `The ${child.name} is not ready after ${startTimeoutMs / 1000} s; its log is in the folder logs.`);
    await delay(100);
  }
}

function readAuth(home: string) {
  const openrc = readFileSync(join(home, 'openrc'), 'utf8');
  const auth = authFromEnv(Object.fromEntries([...openrc.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, name, value]) => [name ?? '', value])));
  if (auth === undefined) throw new CloudError('invalid', `${join(home, 'openrc')} does not say where to sign in.`);
  return auth;
}

async function stopAll(children: Child[]): Promise<void> {
  for (const child of children.toReversed()) await child.stop();
}

const children: Child[] = [];
let stopping = false;
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
}).then(() => (stopping = true));

try {
  await Promise.race([start(readSettings(process.env), children), interrupted]);
  await Promise.race([...children.map(({ ended }) => ended), interrupted]);
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof CloudError ? `\n${error.message}` : error);
}
if (stopping) console.log('\nStopping. Instances go on running; `npm start` finds them again.');
await stopAll(children);
process.exit();
