import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { waitFor } from '../harness/wait-for.ts';
import { openAgentVersions, type AgentVersions } from './agent-versions.ts';
import { bootOn, type BootedInstance } from './boot-on.ts';

type Run = { id: string; state: string; changed: number; error: { code: string; message: string; step: string } | null };
type Host = { up: boolean; engineReady: boolean; facts: { agentVersion: string } | null };

const programs = '/usr/local/lib/novadock/agent';
/** What a trial puts on a host, which is gone with it. */
const guards = '/etc/systemd/system/novadock-agent.service.d /etc/systemd/system/.novadock-agent.service.before';

/** Agents that come to nothing: each answers `--version`, and none serves. */
const broken = {
  ends: (program: string) => `if (process.argv.includes('serve')) { console.error('no such module: left-pad'); process.exit(1); }\n${program}`,
  hangs: (program: string) => `if (process.argv.includes('serve')) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);\n${program}`,
  isDeaf: (program: string) => `process.env.NOVADOCK_AGENT_PORT = '9775';\n${program}`,
};

describe('R12: the agent updates itself last in a host\'s steps', () => {
  let hosts: BareHosts;
  let controller: Controller;
  let host: BareHost;
  let versions: AgentVersions;
  let instance: BootedInstance;
  let ranBefore: string;
  const folder = mkdtempSync(join(tmpdir(), 'nd-agents-'));

  beforeAll(async () => {
    hosts = await openBareHosts();
    controller = await startController(hosts, { env: { NOVADOCK_AGENT_PACKAGES: folder } });
    versions = openAgentVersions(folder);
    [host] = (await hosts.start(['h1'])) as [BareHost];
    await controller.join([host], '--label zone=h1');
    await controller.mustNovadock('host prepare h1');
    await waitFor('h1 to take instances', async () => (await show()).engineReady);
    instance = await bootOn(controller, { host, zone: 'h1', name: 'undisturbed' });
    ranBefore = await runs();
  });
  afterAll(async () => {
    await controller.stop();
    await hosts.close();
    versions.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const show = () => controller.request<Host>('GET', '/v1/hosts/h1');
  /** The containers of the host, and since when they run. */
  const runs = () => host.run("docker ps -q --no-trunc | xargs docker inspect --format '{{.Id}} {{.State.StartedAt}} {{.State.Pid}}'");
  const wants = async (agentVersion: string) => {
    const file = join(controller.home, 'default.json');
    writeFileSync(file, JSON.stringify({ agentVersion }));
    await controller.mustNovadock(`profile set default --file ${file}`);
  };
  const installed = () => host.run(`readlink ${programs}/current; readlink ${programs}/previous; ls ${programs}; ls -d ${guards} /var/lib/novadock/agent/update/trial.* 2>/dev/null || :`);
  const begin = async (kind: string) => (await controller.request<Run>('POST', '/v1/hosts/h1/setup-runs', { kind })).id;
  const end = (id: string) => waitFor('the end of the run', async () => {
    const run = await controller.request<Run>('GET', `/v1/hosts/h1/setup-runs/${id}`);
    return run.state === 'succeeded' || run.state === 'failed' ? run : undefined;
  }, 120_000, 200).catch(async (error: Error) => {
    throw new Error(`${error.message}\n${(await host.exec('journalctl -u novadock-agent -n 60 --no-pager -o short-precise | cut -c1-250')).stdout}`, { cause: error });
  });
  const runsAs = async (version: string) => {
    await waitFor(`the agent ${version} to answer`, async () => {
      const { up, facts } = await show();
      return up && facts?.agentVersion === version;
    });
    expect(await host.run(`systemctl is-active novadock-agent; systemctl show -p NeedDaemonReload --value novadock-agent; cmp /etc/systemd/system/novadock-agent.service ${programs}/${version}/novadock-agent.service`)).toBe('active\nno');
    expect(await runs()).toBe(ranBefore);
  };
  /** Where a trial is told apart by what its agent does: the journal, from the version's first start to the old one's next. */
  const failsAs = async (id: string, version: string) => {
    const { state, error } = await end(id);
    expect({ state, code: error?.code, step: error?.step }).toEqual({ state: 'failed', code: 'AGENT_UPDATE_FAILED', step: 'agent' });
    expect(error?.message).toContain(`The agent ${version} did not run on this host`);
    await runsAs(versions.first);
    return error?.message ?? '';
  };

  test('a version that nobody has is told before anything is done, in a check as well', async () => {
    await wants('0.0.1+nobody');
    for (const kind of ['check', 'stage', 'apply']) expect(await end(await begin(kind))).toMatchObject({ state: 'failed', error: { code: 'AGENT_VERSION_UNAVAILABLE', step: 'agent', message: expect.stringContaining(`it has ${versions.first}`) as unknown } });
    await runsAs(versions.first);
  });

  test('a new version takes over, ends the run, and the instance never notices; a second run changes nothing', async () => {
    const second = versions.publish('second', (program) => `${program}\n// another one\n`);
    await wants(second);
    expect(await controller.mustNovadock('host prepare h1 --dry-run')).toMatch(new RegExp(`would change: Version of the agent.*the agent is ${versions.first.replace('+', '\\+')}`));
    const printed = await controller.mustNovadock('host prepare h1');
    expect(printed).toContain('h1: changed: Version of the agent');
    await runsAs(second);
    expect(await installed()).toBe([second, versions.first, ...[versions.first, second, 'current', 'previous'].toSorted()].join('\n'));
    expect(await controller.mustNovadock('host prepare h1')).toContain('h1: prepared; nothing changed');
  });

  test('back to the version before, with nothing from the control plane', async () => {
    versions.withdraw();
    await wants(versions.first);
    expect(await end(await begin('apply'))).toMatchObject({ state: 'succeeded', changed: 1 });
    await runsAs(versions.first);
  });

  test('a version that ends at once is replaced by the old one at once, and the run says what it said', async () => {
    const ends = versions.publish('ends', broken.ends);
    await wants(ends);
    expect(await end(await begin('stage'))).toMatchObject({ state: 'succeeded' });
    await runsAs(versions.first);
    const startedAt = Date.now();
    const said = await failsAs(await begin('apply'), ends);
    expect(said).toContain('no such module: left-pad');
    // The old version goes on with the run, in the same journal.
    expect(said).not.toContain('a step of the set-up');
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(await host.run(`ls -d ${guards} 2>/dev/null || :`)).toBe('');
  });

  test.each([['hangs', broken.hangs], ['never hears from the control plane', broken.isDeaf]] as const)('a version that %s is replaced by the old one after a minute', async (label, change) => {
    const version = versions.publish(label.split(' ')[0]!, change);
    await wants(version);
    const id = await begin('apply');
    await waitFor('the trial to begin', async () => (await host.exec('test -e /var/lib/novadock/agent/update/trial.started')).code === 0);
    const startedAt = Date.now();
    await waitFor('the old version to be back', async () => (await host.exec('test -e /var/lib/novadock/agent/update/trial.failed')).code === 0, 75_000);
    expect(Date.now() - startedAt).toBeGreaterThan(50_000);
    await failsAs(id, version);
  });

  test('a power cut during a trial brings the old version back, which ends the run', async () => {
    const version = versions.publish('cut', broken.isDeaf);
    await wants(version);
    const id = await begin('apply');
    await waitFor('the trial to begin', async () => (await host.exec('test -e /var/lib/novadock/agent/update/trial.started')).code === 0);
    await host.powerCut();
    await host.powerOn();
    const { state, error } = await end(id);
    expect([state, error?.code]).toEqual(['failed', 'AGENT_UPDATE_FAILED']);
    await waitFor('the instance to run again', async () => (await instance.startedAt()).endsWith('true'));
    ranBefore = await runs();
    await runsAs(versions.first);
  });

  test('join.sh, run again during a trial, is what counts', async () => {
    const version = versions.publish('again', broken.isDeaf);
    await wants(version);
    const id = await begin('apply');
    await waitFor('the trial to begin', async () => (await host.exec('test -e /var/lib/novadock/agent/update/trial.started')).code === 0);
    const third = versions.publish('third', (program) => `${program}\n// a third one\n`);
    expect(await host.run(await controller.joinLine())).toContain('h1 is a host of the cloud');
    // What the run was about is gone by now.
    expect(await end(id)).toMatchObject({ state: 'failed', error: { code: 'AGENT_VERSION_UNAVAILABLE' } });
    await wants(third);
    expect(await end(await begin('apply'))).toMatchObject({ state: 'succeeded' });
    await runsAs(third);
    expect(await host.run(`ls -d ${guards} 2>/dev/null || :`)).toBe('');
  });
});
