import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startProgram, type Program } from './program.ts';
import { waitFor } from './wait-for.ts';

/** A control plane and an agent as real processes on the real engine, apart from all others on the machine. */
export type TestCloud = {
  home: string;
  url: string;
  /** For OpenStack's clients. */
  env: NodeJS.ProcessEnv;
  controlPlane: () => Program;
  agent: () => Program;
  startControlPlane: () => Promise<void>;
  startAgent: () => Promise<void>;
  /** Another control plane on the same database and images. */
  startReplica: () => Promise<{ url: string; program: Program }>;
  /** A request as the administrator; the reply's JSON, or an Error with status and body. */
  request: <Reply = Record<string, unknown>>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** The same, of another replica. */
  requestFrom: <Reply = Record<string, unknown>>(url: string, method: string, path: string, body?: unknown) => Promise<Reply>;
  token: () => Promise<string>;
  stop: () => Promise<void>;
};

/** Starts a cloud with one host in a scratch folder and on free ports; ready when the host is up. */
export async function startCloud(options: { agent?: boolean; databaseUrl?: string; env?: (port: number) => NodeJS.ProcessEnv } = {}): Promise<TestCloud> {
  const home = mkdtempSync(join(tmpdir(), 'nd-'));
  const [port, agentPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, NOVADOCK_HOME: home, NOVADOCK_PORT: String(port), NOVADOCK_AGENT_PORT: String(agentPort), ...options.env?.(port), ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }) };
  const programs: { controlPlane?: Program; agent?: Program } = {};
  const openrc = () => Object.fromEntries([...readFileSync(join(home, 'openrc'), 'utf8').matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)].map(([, key, value]) => [key, value])) as Record<string, string>;
  const token = async () => signIn(url, openrc());
  const request: TestCloud['request'] = async (method, path, body, headers = {}) => send({ url: `${url}${path}`, method, token: await token(), body, headers });
  const requestFrom: TestCloud['requestFrom'] = async (replica, method, path, body) => send({ url: `${replica}${path}`, method, token: await signIn(replica, openrc()), body, headers: {} });

  const startControlPlane = async () => {
    programs.controlPlane = startProgram('apps/control-plane/src/main.ts', [], { env, logFile: join(home, 'control-plane.log') });
    await untilReady(programs.controlPlane, url);
  };
  const replicas: Program[] = [];
  const startReplica: TestCloud['startReplica'] = async () => {
    const replicaPort = await freePort();
    const program = startProgram('apps/control-plane/src/main.ts', [], { env: { ...env, NOVADOCK_PORT: String(replicaPort) }, logFile: join(home, `replica-${replicaPort}.log`) });
    replicas.push(program);
    const replicaUrl = `http://127.0.0.1:${replicaPort}`;
    await untilReady(program, replicaUrl);
    return { url: replicaUrl, program };
  };
  const startAgent = async () => {
    const { token: joinToken } = await request<{ token: string }>('POST', '/v1/join-tokens', {});
    const args = ['serve', '--join', url, '--token', joinToken, '--name', 'host1', '--address', `127.0.0.1:${agentPort}`];
    programs.agent = startProgram('apps/agent/src/main.ts', args, { env, logFile: join(home, 'agent.log') });
    await waitFor('the host', async () => {
      if (programs.agent?.alive() !== true) throw new Error(`the agent ended:\n${programs.agent?.log()}`);
      return (await request<{ hosts: { up: boolean }[] }>('GET', '/v1/hosts')).hosts.some(({ up }) => up);
    });
  };
  const stop = async () => {
    await programs.agent?.kill('SIGTERM');
    for (const program of [programs.controlPlane, ...replicas]) await program?.kill('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  };

  await startControlPlane();
  if (options.agent ?? true) await startAgent();
  const controlPlane = () => programs.controlPlane as Program;
  const agent = () => programs.agent as Program;
  return { home, url, env: { ...process.env, ...openrc(), NOVADOCK_HOME: home }, controlPlane, agent, startControlPlane, startAgent, startReplica, request, requestFrom, token, stop };
}

async function untilReady(controlPlane: Program, url: string): Promise<void> {
  await waitFor('the control plane', async () => {
    if (!controlPlane.alive()) throw new Error(`the control plane ended:\n${controlPlane.log()}`);
    return (await fetch(`${url}/readyz`).catch(() => undefined))?.ok;
  });
}

/** One that was kept over minutes in which this process was busy may have been closed unseen. */
const ownConnection = { connection: 'close' };

async function signIn(url: string, openrc: Record<string, string>): Promise<string> {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name: openrc.OS_USERNAME, domain, password: openrc.OS_PASSWORD } } };
  const reply = await fetch(`${url}/identity/v3/auth/tokens?nocatalog`, { method: 'POST', headers: { ...ownConnection, 'content-type': 'application/json' }, body: JSON.stringify({ auth: { identity, scope: { project: { name: openrc.OS_PROJECT_NAME, domain } } } }) });
  const token = reply.headers.get('x-subject-token');
  if (token === null) throw new Error(`no token: ${reply.status} ${await reply.text()}`);
  return token;
}

async function send<Reply>(options: { url: string; method: string; token: string; body: unknown; headers: Record<string, string> }): Promise<Reply> {
  const { url, method, token, body } = options;
  const headers = { ...ownConnection, 'x-auth-token': token, 'openstack-api-version': 'compute 2.87', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers };
  const reply = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${url}: ${reply.status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Reply;
}
