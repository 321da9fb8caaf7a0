import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';

/** Where this Novadock lives: the same variables as the control plane and the agent read. */
export type Settings = { home: string; port: number; agentPort: number; url: string; hostName: string; env: NodeJS.ProcessEnv };

export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const home = resolve(env.NOVADOCK_HOME ?? join(homedir(), '.novadock'));
  const port = Number(env.NOVADOCK_PORT ?? 8774);
  const agentPort = Number(env.NOVADOCK_AGENT_PORT ?? 9774);
  return { home, port, agentPort, url: `http://127.0.0.1:${port}`, hostName: hostname(), env: { ...env, NOVADOCK_HOME: home, NOVADOCK_PORT: String(port), NOVADOCK_AGENT_PORT: String(agentPort) } };
}
