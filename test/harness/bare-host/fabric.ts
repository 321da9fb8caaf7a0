import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cached.ts';
import { killGroup } from './groups.ts';
import { disown, own } from './owner.ts';
import { mustRun, runProgram } from './run-program.ts';

/** A network of bare hosts on this machine, apart from all others on it; one process may have it at a time. */
export type Fabric = {
  /** What names of links, namespaces and groups begin with. */
  prefix: string;
  /** Where its hosts' disks lie. */
  folder: string;
  /** This machine's address on the fabric. */
  address: string;
  /** The address of the host with this number, from 1. */
  addressOf: (index: number) => string;
  /** A namespace with eth0 on the fabric, as it is when a machine was switched on: whatever was in it before is gone. */
  plugIn: (name: string, address: string) => Promise<void>;
  unplug: (name: string) => Promise<void>;
  /** Takes the host's link away (false), or gives it back; nobody is told. */
  link: (name: string, up: boolean) => Promise<void>;
  /** Ends all that runs on the fabric and leaves nothing of it. */
  close: () => Promise<void>;
};

const fabrics = join(cacheFolder, 'fabrics');
const most = 16;

/** Makes a fabric of its own, 10.178.N.0/24. What a crash left of one that nobody owns any more is removed first. */
export async function openFabric(): Promise<Fabric> {
  const number = Array.from({ length: most }, (_, index) => index).find((index) => own(ownerFile(index)));
  if (number === undefined) throw new Error(`All ${most} networks for bare hosts are in use: see ${fabrics}.`);
  for (let index = 0; index < most; index += 1) {
    // A dead owner's is taken only to be cleaned.
    if (index !== number && existsSync(ownerFile(index)) && own(ownerFile(index))) await clear(index).finally(() => disown(ownerFile(index)));
  }
  await clear(number);
  const prefix = `ndt${number}`;
  const bridge = `${prefix}-net`;
  const folder = join(fabrics, String(number));
  mkdirSync(folder, { recursive: true });
  const network = `10.178.${number}`;
  // Its bridge is in a namespace of its own, where no engine's rules apply.
  await ip(`netns add ${bridge}`);
  await ip(`-n ${bridge} link set lo up`);
  await ip(`-n ${bridge} link add br0 type bridge forward_delay 0`);
  await ip(`-n ${bridge} addr add ${network}.1/24 dev br0`);
  await ip(`-n ${bridge} link set br0 up`);
  // Names are looked up here, where nobody listens: each look-up has to be refused at once, or it waits for 5 s.
  await mustRun(['nsenter', `--net=/run/netns/${bridge}`, 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0']);
  // A guest that asks for metadata must not reach what this machine has at that address.
  await ip(`-n ${bridge} route add unreachable 169.254.0.0/16`);
  await ip(`link add ${prefix} type veth peer name self netns ${bridge}`);
  await ip(`-n ${bridge} link set self master br0 up`);
  await ip(`addr add ${network}.2/24 dev ${prefix}`);
  await ip(`link set ${prefix} up`);
  const unplug: Fabric['unplug'] = async (name) => {
    await runProgram(['ip', '-n', bridge, 'link', 'del', name]);
    await runProgram(['ip', 'netns', 'del', `${prefix}-${name}`]);
  };
  return {
    prefix, folder, address: `${network}.2`, unplug,
    addressOf: (index) => `${network}.${10 + index}`,
    plugIn: async (name, address) => {
      await unplug(name);
      const space = `${prefix}-${name}`;
      await ip(`netns add ${space}`);
      // Its network card is the same each time.
      const mac = ['02', ...address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0')), '01'].join(':');
      await ip(`-n ${bridge} link add ${name} type veth peer name eth0 address ${mac} netns ${space}`);
      await ip(`-n ${bridge} link set ${name} master br0 up`);
      await ip(`-n ${space} link set lo up`);
      await ip(`-n ${space} addr add ${address}/24 dev eth0`);
      await ip(`-n ${space} link set eth0 up`);
      await ip(`-n ${space} route add default via ${network}.1`);
      // Inherited from this machine otherwise; an engine that finds 1 leaves the policy of FORWARD at ACCEPT, unlike on a new machine.
      await mustRun(['nsenter', `--net=/run/netns/${space}`, 'sysctl', '-qw', 'net.ipv4.ip_forward=0']);
    },
    link: (name, up) => ip(`-n ${bridge} link set ${name} ${up ? 'up' : 'down'}`),
    close: async () => {
      await clear(number);
      disown(ownerFile(number));
    },
  };
}

const ownerFile = (index: number) => join(fabrics, `${index}.owner`);

async function ip(line: string): Promise<void> {
  await mustRun(['ip', ...line.split(' ')]);
}

/** Leaves nothing of a fabric: processes, mounts, links, namespaces, groups, files. */
async function clear(number: number): Promise<void> {
  const prefix = `ndt${number}`;
  const folder = join(fabrics, String(number));
  await killGroup(prefix);
  for (const space of existsSync('/run/netns') ? readdirSync('/run/netns') : []) if (space.startsWith(`${prefix}-`)) await ip(`netns del ${space}`);
  await runProgram(['ip', 'link', 'del', prefix]);
  rmSync(folder, { recursive: true, force: true });
}
