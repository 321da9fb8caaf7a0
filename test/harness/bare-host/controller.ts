import { join } from 'node:path';
import { repository } from '../program.ts';
import { startCloud, type TestCloud } from '../start-cloud.ts';
import { waitFor } from '../wait-for.ts';
import type { BareHost } from './bare-host.ts';
import type { BareHosts } from './bare-hosts.ts';
import { mustRun, runProgram, type Result, type RunOptions } from './run-program.ts';

/** A control plane that bare hosts reach at its address on their fabric. */
export type Controller = TestCloud & {
  /** Where hosts reach it. */
  publicUrl: string;
  /** The command line as its operator types it, on the control plane's machine. */
  novadock: (args: string, options?: RunOptions) => Promise<Result>;
  /** As `novadock`, but it has to succeed; its output. */
  mustNovadock: (args: string, options?: RunOptions) => Promise<string>;
  /** The line to paste on hosts, with the options of `novadock host token`. */
  joinLine: (options?: string) => Promise<string>;
  /** Pastes a line of its own on each host, waits until the control plane has them; their ids. */
  join: (hosts: BareHost[], options?: string) => Promise<void>;
};

/** Starts a control plane and makes the agent that hosts install. `env`: more settings of the control plane. */
export async function startController({ fabric }: BareHosts, options: { env?: NodeJS.ProcessEnv } = {}): Promise<Controller> {
  await mustRun([process.execPath, join(repository, 'tools/package-agent.ts')], { timeoutMs: 10 * 60_000 });
  const publicUrl = (port: string) => `https://${fabric.address}:${port}`;
  const cloud = await startCloud({ agent: false, env: (port) => ({ NOVADOCK_PUBLIC_URL: publicUrl(String(port)), ...options.env }) });
  const command = (args: string) => ['bash', '-c', `exec "$0" "$1" ${args}`, process.execPath, join(repository, 'apps/cli/src/main.ts')];
  const env = { ...cloud.env, HOME: cloud.home, COLUMNS: '200' };
  const novadock: Controller['novadock'] = (args, options) => runProgram(command(args), { timeoutMs: 10 * 60_000, ...options, env: { ...env, ...options?.env } });
  const mustNovadock: Controller['mustNovadock'] = (args, options) => mustRun(command(args), { timeoutMs: 10 * 60_000, ...options, env: { ...env, ...options?.env } });
  const joinLine: Controller['joinLine'] = async (options = '') => {
    const printed = await mustNovadock(`host token ${options}`);
    const line = printed.split('\n').find((each) => each.includes('curl '))?.trim();
    if (line === undefined) throw new Error(`novadock host token printed no line with curl:\n${printed}`);
    return line;
  };
  return {
    ...cloud, publicUrl: publicUrl(new URL(cloud.url).port), novadock, mustNovadock, joinLine,
    join: async (hosts, options) => {
      await Promise.all(hosts.map(async (host) => host.run(await joinLine(options))));
      await waitFor(`${hosts.map(({ name }) => name).join(', ')} to be up`, async () => {
        const { hosts: known } = await cloud.request<{ hosts: { name: string; up: boolean }[] }>('GET', '/v1/hosts');
        return hosts.every(({ name }) => known.some((one) => one.name === name && one.up));
      });
    },
  };
}
