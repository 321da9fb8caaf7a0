import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorityFingerprint, connectAgent, createAuthority, createControlPlaneCertificate, signHostCertificate, type AgentConnection } from '@novadock/rpc';

/** An agent as a process of its own, and what it needs of a control plane. */
export type TestAgent = {
  agent: AgentConnection;
  cloudId: string;
  home: string;
  pid: number;
  /** How often the host was enrolled. */
  enrolments(): number;
  end(signal: NodeJS.Signals): Promise<number | null>;
  start(): Promise<void>;
  close(): Promise<void>;
};

/** `program`: a Node and the agent's main file; this one and the sources' unless said. */
export async function startTestAgent(program = { node: process.execPath, main: join(import.meta.dirname, '../main.ts') }): Promise<TestAgent> {
  const home = mkdtempSync(join(tmpdir(), 'nda-'));
  const [cloudId, hostId] = [randomUUID(), randomUUID()];
  const authority = await createAuthority();
  let enrolments = 0;
  const controlPlane = createServer((request, reply) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      enrolments += 1;
      const certificate = await signHostCertificate(authority, (JSON.parse(text) as { request: string }).request, hostId);
      reply.writeHead(201).end(JSON.stringify({ hostId, cloudId, certificate, authority: authority.certificate }));
    })();
  });
  const url = `http://127.0.0.1:${await listen(controlPlane)}`;
  const port = await freePort();
  const token = `id.secret.${await authorityFingerprint(authority.certificate)}`;
  const args = [program.main, 'serve', '--join', url, '--token', token, '--name', 'n1', '--address', `127.0.0.1:${port}`, '--home', home];
  const identity = { authority: authority.certificate, ...(await createControlPlaneCertificate(authority)) };
  const agent = connectAgent({ address: `127.0.0.1:${port}`, hostId, identity });
  let child: ChildProcess;

  const start = async () => {
    child = spawn(program.node, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk) => (said += String(chunk)).includes('agent is ready') && resolve());
      child.once('exit', (code) => reject(new Error(`the agent ended (${code}): ${said}`)));
    });
  };
  const end = (signal: NodeJS.Signals) =>
    new Promise<number | null>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
      child.once('exit', resolve);
      child.kill(signal);
    });
  await start();
  return {
    agent, cloudId, home, start, end,
    get pid() {
      return child.pid ?? 0;
    },
    enrolments: () => enrolments,
    close: async () => {
      agent.close();
      await end('SIGTERM');
      controlPlane.close();
      rmSync(home, { recursive: true });
    },
  };
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
