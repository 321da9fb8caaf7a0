import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Docker from 'dockerode';
import { repository } from '../harness/program.ts';
import { startCloud, type TestCloud } from '../harness/start-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';
import { cpuTimeMs } from './cpu-time.ts';
import { ms, quantile, timed } from './statistics.ts';

const imageName = 'novadock/hello:latest';
const subnet = '10.199.0';

/** A way to have a container run: ours, or what a user would type. */
type Way = { boot: (index: number) => Promise<void>; clear: () => Promise<void> };

/** Boots beside raw create and start of the same container on the same engine, in the same run: latency as the client sees it, and CPU. */
export async function boot(): Promise<void> {
  const docker = new Docker();
  const cloud = await startCloud();
  const raw = await rawWay(docker);
  try {
    const ours = await novadockWay(cloud);
    const pids = [cloud.controlPlane().pid, cloud.agent().pid];
    await ours.boot(0);
    await raw.boot(0);
    await oneByOne(ours, raw, pids, 20);
    await ours.clear();
    await raw.clear();
    await atOnce({ ours, raw, pids, count: 50, concurrency: 4 });
    await ours.clear();
  } finally {
    await raw.clear();
    await docker.getNetwork('novadock-bench').remove();
    await cloud.stop();
  }
}

async function oneByOne(ours: Way, raw: Way, pids: number[], count: number): Promise<void> {
  const samples = { ours: [] as number[], raw: [] as number[] };
  let cpuMs = 0;
  for (let index = 1; index <= count; index += 1) {
    const before = cpuTimeMs(pids);
    samples.ours.push(...(await timed(1, 1, () => ours.boot(index))).eachMs);
    cpuMs += cpuTimeMs(pids) - before;
    samples.raw.push(...(await timed(1, 1, () => raw.boot(index))).eachMs);
  }
  report(`${count} boots one by one, in turns with raw`, samples.ours, samples.raw);
  console.log(`  CPU of control plane, agent and database: ${ms(cpuMs / count)} a boot`);
}

async function atOnce({ ours, raw, pids, count, concurrency }: { ours: Way; raw: Way; pids: number[]; count: number; concurrency: number }): Promise<void> {
  const before = cpuTimeMs(pids);
  const mine = await timed(count, concurrency, (index) => ours.boot(100 + index));
  const cpuMs = cpuTimeMs(pids) - before;
  await ours.clear();
  const theirs = await timed(count, concurrency, (index) => raw.boot(100 + index));
  report(`${count} boots at concurrency ${concurrency}`, mine.eachMs, theirs.eachMs);
  console.log(`  rate: ours ${((count / mine.totalMs) * 1000).toFixed(1)}/s, raw ${((count / theirs.totalMs) * 1000).toFixed(1)}/s, ratio ${(theirs.totalMs / mine.totalMs).toFixed(2)}`);
  console.log(`  CPU of control plane, agent and database: ${ms(cpuMs / count)} a boot`);
}

function report(title: string, ours: number[], raw: number[]): void {
  console.log(`\n${title}`);
  for (const share of [0.5, 0.95]) {
    const [mine, theirs] = [quantile(ours, share), quantile(raw, share)];
    console.log(`  p${share * 100}: ours ${ms(mine)}, raw ${ms(theirs)}, ratio ${(mine / theirs).toFixed(2)}`);
  }
}

/** POST until ACTIVE, as a client of /v1 sees it. */
async function novadockWay(cloud: TestCloud): Promise<Way> {
  const token = await cloud.token();
  const headers = { 'x-auth-token': token };
  const uploaded = await fetch(`${cloud.url}/v1/images?name=hello&visibility=public`, { method: 'POST', headers: { ...headers, 'content-type': 'application/x-tar' }, body: readFileSync(join(repository, 'images/hello', `hello-${process.arch === 'x64' ? 'amd64' : 'arm64'}.tar`)) });
  if (!uploaded.ok) throw new Error(`image: ${uploaded.status} ${await uploaded.text()}`);
  const ids: string[] = [];
  return {
    boot: async (index) => {
      const reply = await fetch(`${cloud.url}/v1/instances?wait=active&timeout=60`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ name: `b${index}`, image: 'hello', flavor: 'm1.tiny' }) });
      const { instances } = (await reply.json()) as { instances: { id: string; status: string }[] };
      const [instance] = instances;
      if (instance?.status !== 'active') throw new Error(`boot ${index}: ${reply.status} ${JSON.stringify(instance)}`);
      ids.push(instance.id);
    },
    clear: async () => {
      for (const id of ids.splice(0)) await fetch(`${cloud.url}/v1/instances/${id}`, { method: 'DELETE', headers });
      await waitFor('all to be deleted', async () => ((await (await fetch(`${cloud.url}/v1/instances`, { headers })).json()) as { instances: unknown[] }).instances.length === 0);
    },
  };
}

/** What a user would type: a user-defined bridge and a fixed address, with the limits that the flavor sets. */
async function rawWay(docker: Docker): Promise<Way> {
  await docker.getNetwork('novadock-bench').remove().catch(() => {});
  await docker.createNetwork({ Name: 'novadock-bench', Driver: 'bridge', IPAM: { Driver: 'default', Config: [{ Subnet: `${subnet}.0/24` }] } });
  const containers: Docker.Container[] = [];
  return {
    boot: async (index) => {
      const container = await docker.createContainer({
        name: `novadock-bench-${index}`,
        Image: imageName,
        HostConfig: { NetworkMode: 'novadock-bench', NanoCpus: 1e9, Memory: 512 * 1024 ** 2, MemorySwap: 512 * 1024 ** 2, PidsLimit: 512 },
        NetworkingConfig: { EndpointsConfig: { 'novadock-bench': { IPAMConfig: { IPv4Address: `${subnet}.${2 + (index % 250)}` } } } },
      });
      containers.push(container);
      await container.start();
    },
    clear: async () => {
      await Promise.all(containers.splice(0).map((container) => container.remove({ force: true })));
    },
  };
}
