import { execFileSync } from 'node:child_process';
import type { BareHost } from '../harness/bare-host/bare-host.ts';
import { openBareHosts, type BareHosts } from '../harness/bare-host/bare-hosts.ts';
import { startController, type Controller } from '../harness/bare-host/controller.ts';
import { cpuTimeMs } from './cpu-time.ts';
import { quantile } from './statistics.ts';

const byHand = 'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install docker.io nftables';
const rounds = 7;
const many = 10;

type Lab = { hosts: BareHosts; controller: Controller };

/** Bare hosts made ready by a set-up run, beside the same packages installed by hand in identical hosts from the same repository. */
export async function prepare(): Promise<void> {
  const hosts = await openBareHosts();
  const controller = await startController(hosts);
  const lab = { hosts, controller };
  try {
    const one = { ours: [] as number[], hand: [] as number[] };
    // Both once unmeasured: files get into memory, and Node compiles what it runs.
    for (let round = 0; round <= rounds; round += 1) {
      const ours = await prepareAtOnce(lab, [`ours${round}`]);
      const hand = await installAtOnce(lab, [`hand${round}`]);
      if (round === 0) continue;
      one.ours.push(ours.wallMs);
      one.hand.push(hand.wallMs);
    }
    const [ours, hand] = [quantile(one.ours, 0.5), quantile(one.hand, 0.5)];
    // Of what was done right after each other: a machine is not as fast at all times.
    const ratio = quantile(one.ours.map((ms, round) => ms / one.hand[round]!), 0.5);
    console.log(`one host, medians of ${rounds}: prepared ${seconds(ours)}, the same packages by hand ${seconds(hand)}, ratio ${ratio.toFixed(2)} (wanted: 1.2 at most)`);

    const names = (kind: string) => Array.from({ length: many }, (_, index) => `${kind}${index + 1}`);
    const tenOurs = await prepareAtOnce(lab, names('many'));
    const tenHand = await installAtOnce(lab, names('byhand'));
    console.log(`${many} hosts at once: prepared ${seconds(tenOurs.wallMs)}, ${(tenOurs.wallMs / ours).toFixed(2)} times one (wanted: 1.5 at most, with CPUs for all); by hand ${seconds(tenHand.wallMs)}, ${(tenHand.wallMs / hand).toFixed(2)} times one; ratio ${(tenOurs.wallMs / tenHand.wallMs).toFixed(2)}`);
    console.log(`CPU of the controller for ${many} hosts: ${seconds(tenOurs.controllerMs)}, of its database ${seconds(tenOurs.databaseMs)}`);
  } finally {
    await controller.stop();
    await hosts.close();
  }
}

type Measured = { wallMs: number; controllerMs: number; databaseMs: number };

/** From the request for the runs to the end of the last one. */
async function prepareAtOnce({ hosts, controller }: Lab, names: string[]): Promise<Measured> {
  return withHosts(hosts, names, async (bare) => {
    await controller.join(bare);
    return measured(controller, () => Promise.all(names.map(async (name) => {
      const { state } = await controller.request<{ state: string }>('POST', `/v1/hosts/${name}/setup-runs?wait=ended&timeout=600`, { kind: 'apply' });
      if (state !== 'succeeded') throw new Error(`the set-up of ${name}: ${state}`);
    })));
  });
}

async function installAtOnce({ hosts, controller }: Lab, names: string[]): Promise<Measured> {
  return withHosts(hosts, names, (bare) => measured(controller, () => Promise.all(bare.map((host) => host.run(byHand, { timeoutMs: 600_000 })))));
}

async function withHosts(hosts: BareHosts, names: string[], measure: (bare: BareHost[]) => Promise<Measured>): Promise<Measured> {
  const bare = await hosts.start(names);
  try {
    return await measure(bare);
  } finally {
    for (const host of bare) await host.remove();
  }
}

async function measured(controller: Controller, work: () => Promise<unknown>): Promise<Measured> {
  // What was written before is not waited for here.
  execFileSync('sync');
  const { pid } = controller.controlPlane();
  const cpuMs = () => ({ own: cpuTimeMs([pid], { descendants: false }), all: cpuTimeMs([pid]) });
  const [before, startedMs] = [cpuMs(), performance.now()];
  await work();
  const [wallMs, after] = [performance.now() - startedMs, cpuMs()];
  const controllerMs = after.own - before.own;
  return { wallMs, controllerMs, databaseMs: after.all - before.all - controllerMs };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
