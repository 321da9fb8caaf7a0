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
const warmUps = 10;

/** A way to have a container run: ours, or what a user would type. */
type Way = { boot: (index: number) => Promise<void>; clear: () => Promise<void> };

/** Boots beside raw create and start of the same container on the same engine, in the same run: latency as the client sees it, and CPU. */
export async function boot(): Promise<void> {
  const docker = new Docker();
  const cloud = await startCloud();
  const raw = await rawWay(docker);
  try {
    const ours = await novadockWay(cloud);
    const controlPlane = cloud.controlPlane().pid;
    const parts: Parts = {
      'control plane': () => cpuTimeMs([controlPlane], { descendants: false }),
      agent: () => cpuTimeMs([cloud.agent().pid]),
      database: () => cpuTimeMs([controlPlane]) - cpuTimeMs([controlPlane], { descendants: false }),
    };
    // Both ways once unmeasured: the first boot of a network makes its router, and Node compiles what it runs.
    for (let index = 0; index < warmUps; index += 1) {
      await ours.boot(200 + index);
      await raw.boot(200 + index);
    }
    await ours.clear();
    await raw.clear();
    await oneByOne(ours, raw, parts, 20);
    await ours.clear();
    await raw.clear();
    await atOnce({ ours, raw, parts, rounds: 2, count: 25, concurrency: 4 });
  } finally {
    await raw.clear();
    await docker.getNetwork('novadock-bench').remove();
    await cloud.stop();
  }
}

async function oneByOne(ours: Way, raw: Way, parts: Parts, count: number): Promise<void> {
  const samples = { ours: [] as number[], raw: [] as number[] };
  const cpu = cpuMeter(parts);
  for (let index = 1; index <= count; index += 1) {
    cpu.start();
    samples.ours.push(...(await timed(1, 1, () => ours.boot(index))).eachMs);
    cpu.stop();
    samples.raw.push(...(await timed(1, 1, () => raw.boot(index))).eachMs);
  }
  report(`${count} boots one by one, in turns with raw`, samples.ours, samples.raw);
  console.log(`  CPU a boot: ${cpu.report(count)}`);
}

/** In rounds: a host takes no more than sixteen instances for each of its CPUs. */
async function atOnce({ ours, raw, parts, rounds, count, concurrency }: { ours: Way; raw: Way; parts: Parts; rounds: number; count: number; concurrency: number }): Promise<void> {
  const cpu = cpuMeter(parts);
  const samples = { ours: [] as number[], raw: [] as number[] };
  const totalMs = { ours: 0, raw: 0 };
  const measure = async (who: 'ours' | 'raw', way: Way, first: number) => {
    const measured = await timed(count, concurrency, (index) => way.boot(first + index));
    samples[who].push(...measured.eachMs);
    totalMs[who] += measured.totalMs;
  };
  for (let round = 0; round < rounds; round += 1) {
    cpu.start();
    await measure('ours', ours, 100 + round * count);
    cpu.stop();
    await ours.clear();
    await measure('raw', raw, 100 + round * count);
    await raw.clear();
  }
  const boots = rounds * count;
  report(`${boots} boots at concurrency ${concurrency}`, samples.ours, samples.raw);
  const rate = (who: 'ours' | 'raw') => ((boots / totalMs[who]) * 1000).toFixed(1);
  console.log(`  rate: ours ${rate('ours')}/s, raw ${rate('raw')}/s, ratio ${(totalMs.raw / totalMs.ours).toFixed(2)}`);
  console.log(`  CPU a boot: ${cpu.report(boots)}`);
}

type Parts = Record<string, () => number>;

/** CPU time of each part while it is switched on. */
function cpuMeter(parts: Parts) {
  const used = Object.fromEntries(Object.keys(parts).map((name) => [name, 0]));
  const add = (sign: 1 | -1) => {
    for (const [name, read] of Object.entries(parts)) used[name] = (used[name] ?? 0) + sign * read();
  };
  return {
    start: () => add(-1),
    stop: () => add(1),
    report: (boots: number) => {
      const each = Object.entries(used).map(([name, usedMs]) => `${name} ${ms(usedMs / boots)}`);
      return `${ms(Object.values(used).reduce((sum, usedMs) => sum + usedMs, 0) / boots)} (${each.join(', ')})`;
    },
  };
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
      const answer = (await reply.json()) as { instances?: { id: string; status: string }[] };
      const instance = answer.instances?.[0];
      if (instance?.status !== 'active') throw new Error(`boot ${index}: ${reply.status} ${JSON.stringify(answer)}`);
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
