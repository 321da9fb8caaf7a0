import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { cpuTimeMs } from './cpu-time.ts';
import { quantile } from './statistics.ts';

const byHand = 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install docker.io nftables';
const rounds = 3;
const many = 10;

type Lab = { hosts: BareHosts; controller: Controller };

/** Bare hosts made ready by a set-up run, beside the same packages installed by hand in identical hosts from the same repository. */
export async function prepare(): Promise<void> {
  const hosts = await openBareHosts();
  const controller = await startController(hosts);
  const lab = { hosts, controller };
  try {
    const one = { ours: [] as number[], hand: [] as number[] };
    for (let round = 1; round <= rounds; round += 1) {
      one.ours.push(await prepareAtOnce(lab, [`ours${round}`]));
      one.hand.push(await installAtOnce(lab, [`hand${round}`]));
    }
    const [ours, hand] = [quantile(one.ours, 0.5), quantile(one.hand, 0.5)];
    console.log(`one host, median of ${rounds}: prepared ${seconds(ours)}, the same packages by hand ${seconds(hand)}, ratio ${(ours / hand).toFixed(2)} (wanted: 1.2 at most)`);

    const names = (kind: string) => Array.from({ length: many }, (_, index) => `${kind}${index + 1}`);
    const { pid } = controller.controlPlane();
    const before = [cpuTimeMs([pid], { descendants: false }), cpuTimeMs([pid])];
    const tenOurs = await prepareAtOnce(lab, names('many'));
    const [own = 0, all = 0] = [cpuTimeMs([pid], { descendants: false }), cpuTimeMs([pid])].map((ms, index) => ms - (before[index] ?? 0));
    const tenHand = await installAtOnce(lab, names('byhand'));
    console.log(`${many} hosts at once: prepared ${seconds(tenOurs)}, ${(tenOurs / ours).toFixed(2)} times one (wanted: 1.5 at most, with CPUs enough); by hand ${seconds(tenHand)}, ${(tenHand / hand).toFixed(2)} times one; ratio ${(tenOurs / tenHand).toFixed(2)}`);
    console.log(`CPU of the controller meanwhile, joining included: ${seconds(own)}, its database ${seconds(all - own)}`);
  } finally {
    await controller.stop();
    await hosts.close();
  }
}

/** From the request for the runs to the end of the last one. */
async function prepareAtOnce({ hosts, controller }: Lab, names: string[]): Promise<number> {
  return withHosts(hosts, names, async (bare) => {
    await controller.join(bare);
    return timed(() => Promise.all(names.map(async (name) => {
      const { state } = await controller.request<{ state: string }>('POST', `/v1/hosts/${name}/setup-runs?wait=ended&timeout=600`, { kind: 'apply' });
      if (state !== 'succeeded') throw new Error(`the set-up of ${name}: ${state}`);
    })));
  });
}

async function installAtOnce({ hosts }: Lab, names: string[]): Promise<number> {
  return withHosts(hosts, names, (bare) => timed(() => Promise.all(bare.map((host) => host.run(byHand, { timeoutMs: 600_000 })))));
}

async function withHosts(hosts: BareHosts, names: string[], measure: (bare: BareHost[]) => Promise<number>): Promise<number> {
  const bare = await hosts.start(names);
  try {
    return await measure(bare);
  } finally {
    for (const host of bare) await host.remove();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
